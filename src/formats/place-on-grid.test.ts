import fc from "fast-check";
import { expect, test } from "vitest";
import { cross, patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { createGrid, type Grid, voxelToPatient } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { placeOnGrid } from "./place-on-grid.ts";

const obliqueI: Vector3 = [Math.cos(0.3), Math.sin(0.3), 0];
const obliqueJ: Vector3 = cross(
  [Math.sin(0.3) * Math.sin(0.2), -Math.cos(0.3) * Math.sin(0.2), Math.cos(0.2)],
  obliqueI,
);

const ct = createGrid([8, 6, 5], [0.9, 1.1, 3], patientPoint(-50, -60, -70), [obliqueI, obliqueJ]);

test("a mask whose axes are reversed, permuted and cropped goes on the CT's grid exactly", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 2 }),
      (seed, turns, cropped) => {
        const reference = randomMask(ct, seed);
        // Slices not covered by the file must be empty in the reference.
        const area = ct.size[0] * ct.size[1];
        reference.data.fill(0, 0, cropped * area);
        const first = voxelToPatient(ct, voxelPoint(ct.size[0] - 1, 0, cropped));
        // The file's axes: a rotation of (-i, k, j), which is right-handed.
        const axes: Vector3[] = [scaled(ct.axes[0], -1), ct.axes[2], ct.axes[1]];
        const indices = [
          (i: number) => ct.size[0] - 1 - i,
          (_i: number, _j: number, k: number) => k - cropped,
          (_i: number, j: number) => j,
        ];
        const order = [0, 1, 2].map((at) => (at + turns) % 3);
        const sizes = [ct.size[0], ct.size[2] - cropped, ct.size[1]];
        const spacings = [ct.spacingMm[0], ct.spacingMm[2], ct.spacingMm[1]];
        const grid = createGrid(
          [sizes[order[0]], sizes[order[1]], sizes[order[2]]],
          [spacings[order[0]], spacings[order[1]], spacings[order[2]]],
          first,
          [axes[order[0]], axes[order[1]]],
        );
        const file = emptyMask(grid);
        for (let k = cropped; k < ct.size[2]; k++)
          for (let j = 0; j < ct.size[1]; j++)
            for (let i = 0; i < ct.size[0]; i++) {
              const [a, b, c] = order.map((at) => indices[at](i, j, k));
              file.data[a + grid.size[0] * (b + grid.size[1] * c)] =
                reference.data[i + ct.size[0] * (j + ct.size[1] * k)];
            }
        const placed = placeOnGrid(file, ct);
        expect(placed.findings).toEqual([]);
        expect(placed.mask.grid).toBe(ct);
        expect(placed.mask.data).toEqual(reference.data);
      },
    ),
    { numRuns: 60 },
  );
});

function randomMask(grid: Grid, seed: number): Mask {
  const random = createRandom(seed);
  const mask = emptyMask(grid);
  for (let at = 0; at < mask.data.length; at++) mask.data[at] = random.next() < 0.4 ? 1 : 0;
  return mask;
}

function scaled(vector: Vector3, factor: number): Vector3 {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

function movedBy(grid: Grid, mm: number, axis: 0 | 2 = 0): Grid {
  return {
    ...grid,
    origin: patientPoint(
      ...(grid.origin.map((value, at) => value + mm * grid.axes[axis][at]) as [number, number, number]),
    ),
  };
}

test("a shift within the tolerance is silent, rounded with a finding, or refused", () => {
  const mask = randomMask(ct, 5);
  expect(placeOnGrid({ ...mask, grid: movedBy(ct, 0.005) }, ct).findings).toEqual([]);
  const rounded = placeOnGrid({ ...mask, grid: movedBy(ct, 0.08) }, ct);
  expect(rounded.findings.map(({ code }) => code)).toEqual(["mask-grid-rounded"]);
  expect(rounded.mask.data).toEqual(mask.data);
  // A tenth of the smallest spacing, 0.09 mm, is the limit.
  expect(() => placeOnGrid({ ...mask, grid: movedBy(ct, 0.095) }, ct)).toThrow("not on the CT's grid");
});

test("how far apart slices may lie is a matter of their own spacing, not of the pixels'", () => {
  const mask = randomMask(ct, 5);
  // Slices 3 mm apart, as some write their positions with one decimal: 0.25 mm is the limit.
  const rounded = placeOnGrid({ ...mask, grid: movedBy(ct, 0.1, 2) }, ct);
  expect(rounded.findings.map(({ code }) => code)).toEqual(["mask-grid-rounded"]);
  expect(rounded.mask.data).toEqual(mask.data);
  expect(() => placeOnGrid({ ...mask, grid: movedBy(ct, 0.26, 2) }, ct)).toThrow("not on the CT's grid");
});

test("another grid is refused, or resampled by nearest neighbour when asked", () => {
  const fine = createGrid([16, 6, 5], [0.45, 1.1, 3], ct.origin, [obliqueI, obliqueJ]);
  const mask = randomMask(fine, 6);
  expect(() => placeOnGrid(mask, ct)).toThrow("16 x 6 x 5");
  const { mask: placed, findings } = placeOnGrid(mask, ct, { resample: true });
  expect(findings.map(({ code }) => code)).toEqual(["mask-resampled"]);
  expect(placed.data).toEqual(mask.data.filter((_, at) => at % 2 === 0));
});

test("a grid whose corners coincide by chance, with other voxels between, is refused", () => {
  const other = createGrid([15, 6, 5], [0.45, 1.1, 3], ct.origin, [obliqueI, obliqueJ]);
  expect(() => placeOnGrid(randomMask(other, 7), ct)).toThrow("not on the CT's grid");
});

test("voxels outside the CT are said, and a mask wholly outside is refused", () => {
  const longer = createGrid([8, 6, 7], ct.spacingMm, ct.origin, [obliqueI, obliqueJ]);
  const mask = emptyMask(longer);
  mask.data[0] = 1;
  mask.data[mask.data.length - 1] = 1;
  expect(placeOnGrid(mask, ct).findings).toMatchObject([
    { code: "mask-outside-ct", message: expect.stringMatching(/^1 of the mask's 2/) },
  ]);
  mask.data[0] = 0;
  expect(() => placeOnGrid(mask, ct)).toThrow("another image");
});

test("resampling, too, says what lies outside, and leaves no mask empty that was not", () => {
  const halfVoxels = (origin: number) =>
    movedBy(createGrid([8, 6, 5], [0.45, 1.1, 3], ct.origin, [obliqueI, obliqueJ]), origin);
  const mask = (origin: number, ...at: number[]): Mask => {
    const made = emptyMask(halfVoxels(origin));
    for (const index of at) made.data[index] = 1;
    return made;
  };
  const placed = (of: Mask) => placeOnGrid(of, ct, { resample: true });
  // The CT's first voxel reaches 0.45 mm before its centre.
  expect(placed(mask(-0.9, 0, 2)).findings).toMatchObject([
    { code: "mask-resampled" },
    { code: "mask-outside-ct", message: expect.stringMatching(/^1 of the mask's 2/) },
  ]);
  expect(() => placed(mask(-0.9, 0))).toThrow("another image");
  expect(() => placed(mask(0, 1))).toThrow("Nothing is left");
  expect(placed(mask(0)).mask.data).not.toContain(1);
});
