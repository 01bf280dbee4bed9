import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { editLedger } from "#editing/patch/ledger.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import { croppedLedger } from "./use-ledger.ts";

const grid: Grid = {
  size: [8, 8, 6],
  spacingMm: [1, 1, 3],
  origin: patientPoint(0, 0, 0),
  axes: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

test("the cropped ledger is the whole one, with the slices' own numbers", () => {
  const automatic = maskWhere(grid, (at) => at >= 64 * 2 + 20 && at < 64 * 4 + 30);
  const edited = maskWhere(grid, (at) => at >= 64 * 3 + 10 && at < 64 * 5 + 5);
  expect(croppedLedger(automatic, [edited])).toEqual(editLedger(automatic, edited));
  expect(croppedLedger(automatic, [edited]).slices.map(({ k }) => k)).toEqual([2, 3, 4, 5]);
});

test("two empty masks have an empty ledger", () => {
  expect(croppedLedger(emptyMask(grid), [emptyMask(grid)])).toEqual(
    editLedger(emptyMask(grid), emptyMask(grid)),
  );
});

test("several structures are measured as one, voxels in two of them once; none is an empty one", () => {
  const automatic = maskWhere(grid, (at) => at < 64);
  const first = maskWhere(grid, (at) => at < 70);
  const second = maskWhere(grid, (at) => at >= 60 && at < 130);
  expect(croppedLedger(automatic, [first, second])).toEqual(
    editLedger(
      automatic,
      maskWhere(grid, (at) => at < 130),
    ),
  );
  expect(croppedLedger(automatic, []).removedCc).toBeCloseTo(64 * 0.003, 12);
});
