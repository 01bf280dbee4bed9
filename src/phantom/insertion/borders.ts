/**
 * What a place on the lungs' surface borders on, told by a ray outwards: the other lung behind tissue means mediastinum, the
 * same lung a dome of the diaphragm, the room the chest wall.
 */
import type { Point } from "#phantom/canvas.ts";
import { nearestIn, pointAt, type RealThorax } from "./real-thorax.ts";

export const borders = ["wall", "mediastinum", "hilum", "aorta", "diaphragm"] as const;
export type Border = (typeof borders)[number];

const stepMm = 3;
const farthestMm = 260;
/** A vessel or a fissure of the same lung is thinner. */
const thinnestDomeMm = 14;
/** Surfaces that face down more than sideways. */
const downward = 0.6;

type Contact = { readonly border: Border; readonly point: Point; readonly outward: Point };

/** `at`: a voxel of `atSurface`. Undefined where the surface has no direction. */
export function contactAt(thorax: RealThorax, at: number): Contact | undefined {
  const outward = outwardAt(thorax, at);
  if (outward === undefined) return undefined;
  const point = pointAt(thorax, at);
  return { border: borderAt(thorax, at, point, outward), point, outward };
}

function outwardAt({ lungMm, size, layers, layerMm, pixelMm }: RealThorax, at: number): Point | undefined {
  const area = size * size;
  const k = Math.floor(at / area);
  const reach = 3;
  const slope = (stride: number, mm: number): number =>
    ((lungMm[at + reach * stride] ?? 0) - (lungMm[at - reach * stride] ?? 0)) / (2 * reach * mm);
  const alongZ = k > 0 && k + 1 < layers ? (lungMm[at + area] - lungMm[at - area]) / (2 * layerMm) : 0;
  const gradient: Point = [slope(1, pixelMm), slope(size, pixelMm), alongZ];
  const norm = Math.hypot(...gradient);
  if (norm < 0.2) return undefined;
  return [gradient[0] / norm, gradient[1] / norm, gradient[2] / norm];
}

function borderAt(thorax: RealThorax, at: number, point: Point, outward: Point): Border {
  if (outward[2] < -downward) return "diaphragm";
  const { sides, body } = thorax;
  const side = sides[at];
  const norm = Math.hypot(outward[0], outward[1]) || 1;
  for (let mm = stepMm; mm < farthestMm; mm += stepMm) {
    const voxel = nearestIn(thorax, [
      point[0] + (outward[0] / norm) * mm,
      point[1] + (outward[1] / norm) * mm,
      point[2],
    ]);
    if (body[voxel] === 0) return "wall";
    if (sides[voxel] === 3 - side) return partOfMediastinum(thorax, at);
    if (sides[voxel] === side && mm >= thinnestDomeMm) return "diaphragm";
  }
  return "wall";
}

/** By height from front to back along the lung's extent in the slice: the hilum in the middle, on the left the aorta behind it. */
function partOfMediastinum({ sides, size }: RealThorax, at: number): Border {
  const area = size * size;
  const slice = Math.floor(at / area) * area;
  let [front, back] = [size, 0];
  for (let index = slice; index < slice + area; index++) {
    if (sides[index] !== sides[at]) continue;
    const row = Math.floor((index - slice) / size);
    front = Math.min(front, row);
    back = Math.max(back, row);
  }
  const part = (Math.floor((at - slice) / size) - front) / Math.max(1, back - front);
  if (sides[at] === 2 && part > 0.58) return "aorta";
  return part > 0.38 && part < 0.68 ? "hilum" : "mediastinum";
}
