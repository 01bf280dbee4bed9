import { expect, test } from "vitest";
import type { EditKind } from "#contract/workspace/edit-kinds.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import type { EditEntry, StructureRow } from "./replay.ts";
import { roisToSign } from "./signed-rois.ts";

const row: StructureRow = {
  ...{ id: "s", review_id: "r", position: 0, name: "GTVp", removed: false, began_with: null },
  type: "GTV",
  colour: [255, 64, 64],
};
const mask = maskWhere(createGrid([4, 4, 2], [1, 1, 3], patientPoint(0, 0, 0)), (at) => at < 6);

/** Nothing was derived. */
const none = { standing: new Map(), states: new Map(), names: new Map() };

const making = (...kinds: EditKind[]) => {
  const edits = kinds.map((kind) => ({ kind }) as EditEntry);
  const [{ algorithm, algorithmDescription }] = roisToSign(
    [{ row, edits, began: undefined, mask }],
    none,
    null,
  );
  return [algorithm, algorithmDescription];
};

test("a contour that began as a copy of an imported one says so, and is never called drawn by hand", () => {
  const copied = ["SEMIAUTOMATIC", "copied from an imported structure in Delineate"];
  expect(making("copy-structure")).toEqual(copied);
  expect(making("copy-structure", "brush")).toEqual(copied);
});

test("a contour that was combined with another one has computed steps", () => {
  for (const kind of ["union", "intersection", "difference", "crop", "ring"] as const)
    expect(making("brush", kind)).toEqual(["SEMIAUTOMATIC", "drawn with computed steps in Delineate"]);
  expect(making("brush", "eraser")).toEqual(["MANUAL", "drawn by hand in Delineate"]);
});
