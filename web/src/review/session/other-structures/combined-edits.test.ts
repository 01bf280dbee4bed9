import { expect, test } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { Drawing } from "../drawing.ts";
import { History } from "../history.ts";
import type { MaskSources } from "../mask-sources.ts";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import { StructureModel } from "../structure-model.ts";
import { CombinedEdits } from "./combined-edits.ts";
import { importedRois } from "./imported-rois.ts";

const grid = createGrid([20, 20, 5], [1, 1, 3], patientPoint(0, 0, 0));

test("a copy whose name another structure got while it was on its way has a name of its own: the log takes no two", async () => {
  const log: LogEntry[] = [];
  const store = new ReviewStore({
    ...{ template: { name: "", structures: [] }, detail: { automatic: null, grid: { size: grid.size } } },
    ...{ cursor: [10, 10, 2], editable: true, comparison: null, comparisonRevision: 0, triedLevel: null },
  } as unknown as ReviewState);
  const id = crypto.randomUUID();
  const gtv = { id, name: "GTVp", type: "GTV", colour: [255, 0, 0], beganWith: null } as const;
  const pen = new Drawing({
    ...{ structures: [new StructureModel({ ...gtv, colour: [255, 0, 0] }, emptyMask(grid))], removed: [] },
    ...{ history: new History(), ct: { grid, hu: new Int16Array(voxelCount(grid)) }, store },
    log: (...entries) => log.push(...entries),
  });
  const mask = Promise.withResolvers<Mask>();
  const combining = new CombinedEdits(store, pen, { load: () => mask.promise } as unknown as MaskSources);
  const roi = { name: "GTV-1", type: "GTV", colour: null };
  const source = { id: "imported:1", kind: "imported", label: "GTV-1, imported", volumeCc: 1, roi } as const;
  const copied = combining.copy(importedRois({ sources: [source] })[0], "GTV-1");
  pen.rename(id, "gtv-1");
  const data = new Uint8Array(voxelCount(grid));
  mask.resolve({ grid, data: data.fill(1) });
  await copied;
  expect(pen.structures.map(({ name }) => name)).toEqual(["gtv-1", "GTV-1-2"]);
  expect(log.at(-1)).toMatchObject({ kind: "copy-structure" });
  expect(store.state.notice).toBe("GTV-1-2 was made from GTV-1, of type GTV");
});
