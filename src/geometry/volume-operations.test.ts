import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { distanceToMask } from "./distances/distance-transform.ts";
import { erodedBy, withinDistance } from "./distances/within-distance.ts";
import { createGrid, type Grid, patientToVoxel, sameGrid, voxelToPatient } from "./grid.ts";
import { emptyMask, type Mask, volumeCc } from "./mask.ts";
import { connectedComponents, keepAttached } from "./regions/connected-components.ts";
import { resampleLinear, resampleNearest } from "./resample.ts";

const anisotropic = createGrid([9, 7, 5], [0.8, 1.1, 5], patientPoint(-20, 30, 400));
const s = Math.SQRT1_2;
const oblique = createGrid([9, 7, 5], [0.8, 1.1, 5], patientPoint(-20, 30, 400), [
  [s, s, 0],
  [-0.5, 0.5, s],
]);

function randomMask(grid: Grid, density: number, seed: number): Mask {
  const random = createRandom(seed);
  const mask = emptyMask(grid);
  for (let index = 0; index < mask.data.length; index++) mask.data[index] = random.next() < density ? 1 : 0;
  return mask;
}

test("voxel to patient and back is the identity on an oblique grid", () => {
  const point = patientToVoxel(oblique, voxelToPatient(oblique, voxelPoint(3.25, -1.5, 7)));
  expect(point[0]).toBeCloseTo(3.25, 10);
  expect(point[1]).toBeCloseTo(-1.5, 10);
  expect(point[2]).toBeCloseTo(7, 10);
});

test("the affine map is the one of the image plane module", () => {
  // DICOM PS3.3 C.7.6.2.1.1: position + column index * column spacing * row cosines + row index * row spacing * column cosines.
  const point = voxelToPatient(oblique, voxelPoint(2, 3, 0));
  expect(point[0]).toBeCloseTo(-20 + 2 * 0.8 * s - 3 * 1.1 * 0.5, 10);
  expect(point[1]).toBeCloseTo(30 + 2 * 0.8 * s + 3 * 1.1 * 0.5, 10);
  expect(point[2]).toBeCloseTo(400 + 3 * 1.1 * s, 10);
});

test("grids that differ by a micrometre are the same, by a hundredth of a millimetre not", () => {
  const moved = (by: number): Grid => ({ ...anisotropic, origin: patientPoint(-20 + by, 30, 400) });
  expect(sameGrid(anisotropic, moved(1e-6))).toBe(true);
  expect(sameGrid(anisotropic, moved(1e-2))).toBe(false);
});

test("distances equal those of a search through all voxels, in millimetres", () => {
  for (const [seed, density] of [
    [1, 0.02],
    [2, 0.2],
    [3, 0.7],
  ]) {
    const mask = randomMask(anisotropic, density, seed);
    const distances = distanceToMask(mask);
    const inside: number[][] = [];
    const [ni, nj, nk] = mask.grid.size;
    const [sx, sy, sz] = mask.grid.spacingMm;
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++) if (mask.data[i + ni * (j + nj * k)]) inside.push([i, j, k]);
    for (let k = 0; k < nk; k++) {
      for (let j = 0; j < nj; j++) {
        for (let i = 0; i < ni; i++) {
          const nearest = Math.min(
            ...inside.map(([a, b, c]) => Math.hypot((i - a) * sx, (j - b) * sy, (k - c) * sz)),
          );
          expect(distances[i + ni * (j + nj * k)]).toBeCloseTo(nearest, 4);
        }
      }
    }
  }
});

test("what lies within a distance is what the distances say, to the last bit", () => {
  const wide = createGrid([75, 23, 9], [0.9, 1.1, 3], patientPoint(0, 0, 0));
  for (const [seed, density] of [
    [4, 0.0005],
    [5, 0.01],
    [6, 0.5],
  ]) {
    const mask = randomMask(wide, density, seed);
    const distances = distanceToMask(mask);
    for (const mm of [0, 0.9, 2.7, 6, 15, 100]) {
      const near = withinDistance(mask, mm);
      expect(near.findIndex((value, at) => value !== Number(distances[at] <= mm))).toBe(-1);
      const outside = { grid: wide, data: mask.data.map((value) => 1 - value) };
      const deep = erodedBy(outside, mm).data;
      expect(deep.findIndex((value, at) => value !== Number(distances[at] > mm))).toBe(-1);
    }
  }
  expect(withinDistance(emptyMask(wide), 9)).toEqual(emptyMask(wide).data);
});

test("an empty mask is infinitely far away", () => {
  expect(distanceToMask(emptyMask(anisotropic)).every((value) => value === Number.POSITIVE_INFINITY)).toBe(
    true,
  );
});

test("components share faces, not edges or corners", () => {
  const mask = emptyMask(anisotropic);
  const put = (i: number, j: number, k: number): void => {
    mask.data[i + 9 * (j + 7 * k)] = 1;
  };
  put(1, 1, 1);
  put(2, 1, 1);
  put(2, 1, 2);
  put(3, 2, 2);
  put(8, 6, 4);
  expect([...connectedComponents(mask).sizes].sort()).toEqual([1, 1, 3]);
  expect(connectedComponents(emptyMask(anisotropic)).count).toBe(0);
});

test("what was added stays where a face joins it to what is kept, in this place and no other", () => {
  const grid = createGrid([6, 3, 2], [1, 1, 1], patientPoint(0, 0, 0));
  const place = (i: number, j: number, k: number): number => i + 6 * (j + 3 * k);
  const of = (...voxels: number[]): Mask => {
    const mask = emptyMask(grid);
    for (const at of voxels) mask.data[at] = 1;
    return mask;
  };
  const [seed, beside, above] = [place(1, 1, 0), place(2, 1, 0), place(2, 1, 1)];
  const [corner, island] = [place(3, 2, 1), place(5, 0, 0)];
  const mask = of(seed, beside, above, corner, island);
  keepAttached(mask, of(seed));
  expect(mask.data).toEqual(of(seed, beside, above).data);
  keepAttached(mask, emptyMask(grid));
  expect(mask.data).not.toContain(1);
});

test("resampling to the grid itself changes nothing, oblique or not", () => {
  for (const grid of [anisotropic, oblique]) {
    const mask = randomMask(grid, 0.4, 5);
    expect(resampleNearest(mask, grid).data).toEqual(mask.data);
    const back = resampleLinear(mask.data, grid, grid, -1);
    back.forEach((value, index) => {
      expect(value).toBeCloseTo(mask.data[index], 5);
    });
  }
});

test("linear resampling reproduces a linear field in patient coordinates on a turned and finer grid", () => {
  const field = (p: readonly number[]): number => 2 * p[0] - 3 * p[1] + 0.5 * p[2];
  const values = new Float32Array(9 * 7 * 5);
  for (let index = 0; index < values.length; index++) {
    values[index] = field(
      voxelToPatient(anisotropic, voxelPoint(index % 9, Math.floor(index / 9) % 7, Math.floor(index / 63))),
    );
  }
  const middle = voxelToPatient(anisotropic, voxelPoint(4, 3, 2));
  const finer = createGrid([4, 4, 4], [0.3, 0.4, 0.7], middle, [
    [s, s, 0],
    [-0.5, 0.5, s],
  ]);
  const result = resampleLinear(values, anisotropic, finer, Number.NaN);
  for (let index = 0; index < result.length; index++) {
    const p = voxelToPatient(finer, voxelPoint(index % 4, Math.floor(index / 4) % 4, Math.floor(index / 16)));
    if (!Number.isNaN(result[index])) expect(result[index]).toBeCloseTo(field(p), 3);
  }
  expect(result.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(20);
});

test("a mask's volume is its voxels times their size", () => {
  const mask = emptyMask(anisotropic);
  mask.data.fill(1, 0, 100);
  expect(volumeCc(mask)).toBeCloseTo((100 * 0.8 * 1.1 * 5) / 1000, 12);
});
