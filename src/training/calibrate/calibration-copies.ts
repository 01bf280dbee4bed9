/**
 * The CTs that a patient gives to a calibration: as it is; degraded, where contours are worse; and what of it holds no
 * tumour, where whatever is contoured is wrong.
 */
import type { calibrationKinds } from "#contract/quality.ts";
import { voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { degrade } from "#training/augment/degrade.ts";

export type CalibrationCopy = {
  readonly kind: (typeof calibrationKinds)[number];
  readonly ct: CtImage;
  readonly target: Mask;
};

/** Slices without tumour in one run: fewer show too little of a chest, more cost time and show nothing new. */
const tumourFree = { least: 5, most: 24 } as const;

/** All upright. `name` and `seed` draw the degradation: the same ones give the same copy. */
export function calibrationCopies(
  patient: { readonly ct: CtImage; readonly target: Mask },
  name: string,
  seed: number,
): readonly CalibrationCopy[] {
  const turn = turnOf(patient.ct.grid);
  const [ct, target] = [uprightCt(patient.ct, turn), uprightMask(patient.target, turn)];
  const copies: CalibrationCopy[] = [{ kind: "patient", ct, target }];
  const random = createRandom(seed).fork("degraded").fork(name);
  if (ct.grid.size[0] === ct.grid.size[1]) copies.push({ kind: "degraded", ct: degrade(ct, random), target });
  const free = longestFreeRun(target);
  if (free.count >= tumourFree.least) {
    const slab = cutSlices(ct, free.first, Math.min(tumourFree.most, free.count));
    copies.push({ kind: "tumour-free", ct: slab, target: emptyMask(slab.grid) });
  }
  return copies;
}

function longestFreeRun(target: Mask): { readonly first: number; readonly count: number } {
  let longest = { first: 0, count: 0 };
  let first = 0;
  for (let k = 0; k < target.grid.size[2]; k++) {
    if (maskSlice(target, k).includes(1)) first = k + 1;
    else if (k + 1 - first > longest.count) longest = { first, count: k + 1 - first };
  }
  return longest;
}

function cutSlices({ grid, hu }: CtImage, first: number, count: number): CtImage {
  const [ni, nj] = grid.size;
  const origin = voxelToPatient(grid, voxelPoint(0, 0, first));
  return {
    grid: { ...grid, size: [ni, nj, count], origin },
    hu: hu.subarray(first * ni * nj, (first + count) * ni * nj),
  };
}
