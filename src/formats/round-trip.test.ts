import { expect, test } from "vitest";
import { cross, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { createGrid, type Grid, sameGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask } from "#geometry/mask.ts";
import { type LabelImage, masksFromLabels } from "./label-image.ts";
import { readNifti, writeNifti } from "./nifti.ts";
import { readNrrd, writeNrrd } from "./nrrd.ts";

const obliqueI: Vector3 = [Math.cos(0.3), Math.sin(0.3), 0];
const obliqueJ: Vector3 = cross(
  [Math.sin(0.3) * Math.sin(0.2), -Math.cos(0.3) * Math.sin(0.2), Math.cos(0.2)],
  obliqueI,
);

const grids: readonly (readonly [string, Grid])[] = [
  ["axial", createGrid([7, 5, 4], [0.841796875, 0.9, 5], patientPoint(-228.036842, -93.0631599, -124))],
  ["oblique", createGrid([6, 7, 3], [0.7, 0.8, 2.5], patientPoint(10.5, -20.25, 300), [obliqueI, obliqueJ])],
  [
    "prone",
    createGrid([5, 6, 3], [1, 1, 3], patientPoint(100, 50, -20), [
      [-1, 0, 0],
      [0, -1, 0],
    ]),
  ],
  [
    "sagittal",
    createGrid([5, 6, 3], [1, 1.5, 3], patientPoint(1, 2, 3), [
      [0, 1, 0],
      [0, 0, -1],
    ]),
  ],
];

function randomMask(grid: Grid, seed: number): Mask {
  const random = createRandom(seed);
  const mask = emptyMask(grid);
  for (let at = 0; at < mask.data.length; at++) mask.data[at] = random.next() < 0.4 ? 1 : 0;
  return mask;
}

const formats: readonly (readonly [string, (mask: Mask) => Uint8Array, (bytes: Uint8Array) => LabelImage])[] =
  [
    ["NIfTI, gzip", (mask) => writeNifti({ name: "GTV", mask }), readNifti],
    ["NIfTI, plain", (mask) => writeNifti({ name: "GTV", mask }, { gzip: false }), readNifti],
    ["NRRD", (mask) => writeNrrd({ name: "GTV", mask }), (bytes) => readNrrd(bytes)[0]],
  ];

for (const [format, write, read] of formats) {
  for (const [orientation, grid] of grids) {
    test(`${format}: an ${orientation} mask comes back voxel by voxel, on the same grid and with its name`, () => {
      const mask = randomMask(grid, 1);
      const { masks, findings } = masksFromLabels(read(write(mask)));
      expect(findings).toEqual([]);
      expect(masks.map(({ name }) => name)).toEqual(["GTV"]);
      expect(sameGrid(masks[0].mask.grid, grid)).toBe(true);
      expect(masks[0].mask.data).toEqual(mask.data);
    });
  }
  test(`${format}: an empty mask comes back empty`, () => {
    const { masks } = masksFromLabels(read(write(emptyMask(grids[0][1]))));
    expect(masks.map(({ mask }) => countVoxels(mask))).toEqual([0]);
  });
  test(`${format}: any truncation is refused, none gives another mask`, () => {
    const bytes = write(randomMask(grids[1][1], 2));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(/expected|truncated|damaged|header/i);
    }
  });
}
