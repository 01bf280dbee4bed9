import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import { proveMask } from "./prove-export.ts";

const grid = createGrid([4, 4, 2], [10, 10, 10], patientPoint(0, 0, 0));
const mask = maskWhere(grid, (at) => at < 8);

test("a mask that comes back whole is proved with its volume, an empty one too", () => {
  expect(proveMask("GTV", mask, mask)).toEqual({
    ...{ roi: "GTV", dsc: 1, volumeCc: 8, readBackVolumeCc: 8, differingVoxels: 0 },
  });
  expect(proveMask("GTV", emptyMask(grid), emptyMask(grid))).toMatchObject({ dsc: 1, volumeCc: 0 });
});

test.each([
  ["more", maskWhere(grid, (at) => at < 9)],
  ["less", maskWhere(grid, (at) => at < 7)],
])("a single voxel %s is not delivered", (_, back) => {
  expect(() => proveMask("GTV", mask, back)).toThrow(/not delivered: GTV: 1 voxels differ/);
});
