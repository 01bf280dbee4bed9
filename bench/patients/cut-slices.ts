/** Parts of a CT from slice to slice, and those that a tumour does not reach. */

import { voxelPoint } from "#core/coordinates.ts";
import { boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";

/** Slices `from` to `to`, the latter not included. Shares the CT's memory. */
export function cutSlices({ grid, hu }: CtImage, from: number, to: number): CtImage {
  const [width, height] = grid.size;
  const area = width * height;
  const origin = voxelToPatient(grid, voxelPoint(0, 0, from));
  return {
    grid: { ...grid, size: [width, height, to - from], origin },
    hu: hu.subarray(from * area, to * area),
  };
}

/** From the tumour's first and last slice: no part of it that a physician left out should be taken for healthy. */
const clearOfTumourMm = 30;

/** What lies below the tumour and what lies above it, in this order. */
export function partsWithoutTumour(ct: CtImage, tumour: Mask): readonly [below: CtImage, above: CtImage] {
  const box = boundingBox(tumour);
  if (box === undefined) throw new Error("there is no tumour to keep clear of");
  const count = ct.grid.size[2];
  const clear = Math.ceil(clearOfTumourMm / ct.grid.spacingMm[2]);
  return [
    cutSlices(ct, 0, Math.max(1, box.from[2] - clear)),
    cutSlices(ct, Math.min(count - 1, box.to[2] + clear), count),
  ];
}
