import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { applyPatch } from "./mask-patch.ts";
import { rebasePatch } from "./rebase-patch.ts";

const grid = createGrid([16, 8, 3], [1, 1, 3], patientPoint(0, 0, 0));
/** Columns `from` <= i < `to` of every slice. */
const columns = (from: number, to: number): Mask => maskWhere(grid, (at) => at % 16 >= from && at % 16 < to);
const copy = ({ data }: Mask): Mask => ({ grid, data: data.slice() });

test("what was drawn in is in, what was taken away is out, and what another drew elsewhere stays", () => {
  const before = columns(4, 8);
  // Two columns more on the right, two fewer on the left.
  const drawn = columns(6, 10);
  const patch = patchBetween(before.data, drawn.data, grid);
  // Another drew over the first of the new columns, took one of those away itself, and drew far off.
  const now = maskWhere(grid, (at) => (at % 16 >= 5 && at % 16 < 9) || at % 16 >= 14);
  const rebased = rebasePatch(patch, drawn, now);
  const after = copy(now);
  applyPatch(after, rebased);
  expect(after.data).toEqual(maskWhere(grid, (at) => (at % 16 >= 6 && at % 16 < 10) || at % 16 >= 14).data);
  // Boxes are tight, as the log wants them.
  expect(rebased).toEqual(patchBetween(now.data, after.data, grid));
});

test("on the mask that it was drawn on it is itself, and where it was made already nothing", () => {
  const [before, drawn] = [columns(4, 8), columns(6, 10)];
  const patch = patchBetween(before.data, drawn.data, grid);
  expect(rebasePatch(patch, drawn, before)).toEqual(patch);
  expect(rebasePatch(patch, drawn, drawn)).toEqual([]);
});
