/**
 * What a tumour's mask and its CT tell about it: volume, shape, side, and, as estimates, lobe and contact with chest wall
 * and mediastinum. How good the estimates are on phantoms with known answers: `npm run bench anatomy`.
 */
import { type PatientPoint, voxelPoint } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { countVoxels, type Mask, volumeCc } from "#geometry/mask.ts";
import { chestRegions } from "./chest-regions.ts";
import { coarsen } from "./coarse-chest.ts";
import { estimateLobe, type Lobe, type Side } from "./estimate-lobe.ts";
import { findLungs, type Lungs } from "./find-lungs.ts";
import { surfaceAreaMm2 } from "./surface-area.ts";

export type TumourDescription = {
  /** Voxels of the mask: a size also where the voxels' own is not known. */
  readonly voxels: number;
  readonly volumeCc: number;
  /** Centre of mass, LPS millimetres. */
  readonly centre: PatientPoint;
  /** Surface of the ball of the same volume over the tumour's own: 1 for a ball. */
  readonly sphericity: number;
  /** Surface over volume, 1/mm. */
  readonly surfaceToVolume: number;
  /** The patient's own right or left; undefined, as all below, where the CT shows no lungs. */
  readonly side: Side | undefined;
  /** An estimate from height and depth in the lung. */
  readonly lobe: Lobe | undefined;
  /** Between the centres of the nearest voxels of about 3 mm: never 0, also in contact. */
  readonly chestWallMm: number | undefined;
  readonly mediastinumMm: number | undefined;
  readonly chestWallContact: boolean | undefined;
  readonly mediastinumContact: boolean | undefined;
};

/** Contact: no voxel of lung fits in between; the distance in pixels of the coarse image, 1.41 across a corner. */
const contactPixels = 1.5;

/** Throws for an empty mask: there is nothing to describe. `mask` lies on the CT's grid. */
export function describeTumour(ct: CtImage, mask: Mask): TumourDescription {
  const voxels = countVoxels(mask);
  if (voxels === 0) throw new Error("an empty mask has no description");
  const volumeMm3 = volumeCc(mask) * 1000;
  const areaMm2 = surfaceAreaMm2(mask);
  const centre = centreOf(mask);
  const shape = {
    voxels,
    volumeCc: volumeMm3 / 1000,
    centre,
    sphericity: (Math.cbrt(Math.PI) * (6 * volumeMm3) ** (2 / 3)) / areaMm2,
    surfaceToVolume: areaMm2 / volumeMm3,
  };
  const chest = coarsen(ct, mask);
  const lungs = findLungs(chest.grid, chest.hu);
  if (lungs === undefined) {
    const unknown = { side: undefined, lobe: undefined, chestWallMm: undefined, mediastinumMm: undefined };
    return { ...shape, ...unknown, chestWallContact: undefined, mediastinumContact: undefined };
  }
  const fromTumour = distanceToMask(chest.tumour);
  const side = sideOf(fromTumour, lungs, centre);
  const regions = chestRegions(chest, lungs);
  const chestWallMm = nearest(fromTumour, regions.chestWall);
  const mediastinumMm = nearest(fromTumour, regions.mediastinum);
  const contactMm = contactPixels * Math.max(chest.grid.spacingMm[0], chest.grid.spacingMm[1]);
  return {
    ...shape,
    side,
    lobe: estimateLobe(chest.grid, lungs, centre, side),
    chestWallMm,
    mediastinumMm,
    chestWallContact: chestWallMm === undefined ? undefined : chestWallMm <= contactMm,
    mediastinumContact: mediastinumMm === undefined ? undefined : mediastinumMm <= contactMm,
  };
}

function centreOf({ grid, data }: Mask): PatientPoint {
  const [width, height] = grid.size;
  const sum = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0) continue;
    sum[0] += at % width;
    sum[1] += Math.floor(at / width) % height;
    sum[2] += Math.floor(at / (width * height));
    count++;
  }
  return voxelToPatient(grid, voxelPoint(sum[0] / count, sum[1] / count, sum[2] / count));
}

/** The lung with more voxels beside the tumour; on a tie, or if none is near, the side of the body's middle. */
function sideOf(fromTumour: Float32Array, lungs: Lungs, centre: PatientPoint): Side {
  const counts = [0, 0, 0];
  const besideMm = 12;
  for (let at = 0; at < fromTumour.length; at++) if (fromTumour[at] <= besideMm) counts[lungs.labels[at]]++;
  if (counts[1] !== counts[2]) return counts[1] > counts[2] ? "right" : "left";
  return centre[0] < lungs.middleX ? "right" : "left";
}

function nearest(distances: Float32Array, region: Mask): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < distances.length; at++)
    if (region.data[at] === 1) least = Math.min(least, distances[at]);
  return least === Number.POSITIVE_INFINITY ? undefined : least;
}
