/** A threshold that is being tried is shown and is no contour: nothing else is made of it. */
import { afterEach, expect, test, vi } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { maskWhere } from "#geometry/mask.ts";
import { Drawing } from "../drawing.ts";
import { History } from "../history.ts";
import { makeMargin } from "../margins/margin-operation.ts";
import type { MaskSources } from "../mask-sources.ts";
import { CombinedEdits } from "../other-structures/combined-edits.ts";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import { StructureModel } from "../structure-model.ts";
import { ComputedEdits } from "./computed-edits.ts";
import { thresholdEdit } from "./threshold-edit.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const grid = createGrid([8, 8, 3], [1, 1, 3], patientPoint(0, 0, 0));
/** Rows of each slice from the first up to one of them. */
const rows = (count: number) => maskWhere(grid, (at) => Math.floor((at % 64) / 8) < count);

/** The contour has four rows; a threshold that would make it six is tried. */
function trying() {
  const store = new ReviewStore({
    ...{ template: { name: "Clinic", structures: [] }, cursor: [4, 4, 1], editable: true },
    ...{ detail: { automatic: null, grid: { size: grid.size } }, comparison: null, triedLevel: 64 },
  } as unknown as ReviewState);
  const structure = { id: "gtv", name: "GTVp", type: "GTV", colour: [255, 0, 0], beganWith: null } as const;
  const ct = { grid, hu: new Int16Array(voxelCount(grid)) };
  const pen = new Drawing({
    ...{ structures: [new StructureModel({ ...structure, colour: [255, 0, 0] }, rows(4))], removed: [] },
    ...{ history: new History(), ct, store, log: () => undefined },
  });
  pen.preview(thresholdEdit(() => rows(6), 64, 0));
  return { store, pen, ct };
}

test("a new structure combines the contour as it is", async () => {
  const { store, pen } = trying();
  const combining = new CombinedEdits(store, pen, { load: async () => rows(1) } as unknown as MaskSources);
  const into = { name: "GTVn", type: "GTV" } as const;
  await combining.combine({ how: "union", otherId: "imported:1", distancesMm: [], into });
  expect(pen.structures.map(({ mask }) => mask.data)).toEqual([rows(4).data, rows(4).data]);
});

test("a margin begins at the contour as it is", async () => {
  vi.stubGlobal("Worker", function (this: Pick<Worker, "onmessage" | "postMessage">) {
    this.postMessage = ({ make }) =>
      this.onmessage?.call(this as Worker, { data: { answer: makeMargin(make) } } as MessageEvent);
  });
  const { store, pen, ct } = trying();
  const parts = { store, pen, ct, anatomy: {}, sources: {} };
  const limits = { trimToBody: false, boneIsBarrier: false, barriers: [] };
  await new ComputedEdits(parts as unknown as ConstructorParameters<typeof ComputedEdits>[0]).expandMargin({
    ...{ ...limits, into: { name: "CTV", type: "CTV" }, sources: ["gtv"], marginsMm: uniformMargin(0) },
  });
  expect(pen.structures.map(({ mask }) => mask.data)).toEqual([rows(4).data, rows(4).data]);
});
