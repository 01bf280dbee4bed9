import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { surfacePoints } from "#geometry/margins/margins-surface.ts";
import { countVoxels, type Mask, maskWhere, sameVoxels } from "#geometry/mask.ts";
import { keepSurfaces } from "./kept-surfaces.ts";

/** A ball of 6 voxels about a place of a grid, slices `spacing` mm apart, one corner cut off where `cut` says so. */
function ball([ci, cj, ck]: readonly number[], spacing = 2, cut = false): Mask {
  const grid = createGrid([40, 36, 30], [1, 1, spacing], patientPoint(0, 0, 0));
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % 40, Math.floor(at / 40) % 36, Math.floor(at / (40 * 36))];
    if (cut && i > ci + 2 && j > cj + 2) return false;
    return (i - ci) ** 2 + (j - cj) ** 2 + (2 * (k - ck)) ** 2 <= 36;
  });
}

test("a kept surface gives the margin that a fresh one gives, wherever the mask lies in its grid", () => {
  const surfaceOf = keepSurfaces();
  for (const mask of [
    ball([12, 12, 8]),
    ball([20, 19, 15]),
    ball([12, 12, 8], 2, true),
    ball([12, 12, 8], 5),
  ]) {
    for (let round = 0; round < 2; round++) {
      const surface = surfaceOf(mask);
      expect(surface.length).toBe(surfacePoints(mask).length);
      const expanded = expandMargin(mask, uniformMargin(5), {}, () => surface);
      expect(countVoxels(expanded)).toBeGreaterThan(countVoxels(mask));
      expect(sameVoxels(expanded, expandMargin(mask, uniformMargin(5)))).toBe(true);
    }
  }
});

test("a caller's points are its own, and an empty mask has none", () => {
  const surfaceOf = keepSurfaces();
  const mask = ball([20, 19, 15]);
  surfaceOf(mask).fill(0);
  expect(surfaceOf(mask).length).toBe(surfacePoints(mask).length);
  expect(surfaceOf(mask)).not.toContain(0);
  expect(surfaceOf(maskWhere(mask.grid, () => false)).length).toBe(0);
});
