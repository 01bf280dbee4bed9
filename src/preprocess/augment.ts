/**
 * The paper's augmentation: flip, translation, scaling and cropping, each augmented image by a random combination of
 * the four, intensities never changed, image and mask by the same transform (Zhang 2020, Methods). All four are
 * scalings and shifts along the image's axes, so a combination is one such map and the image is interpolated once.
 */
import type { Random } from "../core/random.ts";

/** Source position of an output pixel, in pixels: x' = x * scaleX + shiftX, likewise y. */
export type AxisMap = {
  readonly scaleX: number;
  readonly shiftX: number;
  readonly scaleY: number;
  readonly shiftY: number;
};

export const identityMap: AxisMap = { scaleX: 1, shiftX: 0, scaleY: 1, shiftY: 0 };

/** How far each transform goes; the paper names the four and gives no figures, so these are ours. */
export const augmentationRange = {
  /** Largest translation, in parts of the image's width. */
  translation: 0.08,
  /** Smallest and largest enlargement. */
  scaling: [0.85, 1.2],
  /** Smallest part of the width that a crop keeps; what it keeps fills the image again. */
  crop: 0.8,
} as const;

/** A random combination of the four transforms, each taken with even chance and at least one of them. */
export function randomMap(random: Random, size: number): AxisMap {
  const chosen = 1 + random.integer(15);
  let map = identityMap;
  if (chosen & 1) map = compose(map, { ...identityMap, scaleX: -1, shiftX: size - 1 });
  if (chosen & 2) {
    const reach = augmentationRange.translation * size;
    map = compose(map, {
      ...identityMap,
      shiftX: random.uniform(-reach, reach),
      shiftY: random.uniform(-reach, reach),
    });
  }
  if (chosen & 4) {
    const scale = 1 / random.uniform(augmentationRange.scaling[0], augmentationRange.scaling[1]);
    const centre = ((size - 1) / 2) * (1 - scale);
    map = compose(map, { scaleX: scale, shiftX: centre, scaleY: scale, shiftY: centre });
  }
  if (chosen & 8) {
    const kept = random.uniform(augmentationRange.crop, 1);
    const room = (size - 1) * (1 - kept);
    map = compose(map, {
      scaleX: kept,
      shiftX: random.uniform(0, room),
      scaleY: kept,
      shiftY: random.uniform(0, room),
    });
  }
  return map;
}

/** The map that applies `outer` first and `inner` to its result. */
function compose(inner: AxisMap, outer: AxisMap): AxisMap {
  return {
    scaleX: inner.scaleX * outer.scaleX,
    shiftX: inner.scaleX * outer.shiftX + inner.shiftX,
    scaleY: inner.scaleY * outer.scaleY,
    shiftY: inner.scaleY * outer.shiftY + inner.shiftY,
  };
}

/** A square grey-level image through the map, bilinear; outside the image is level 0 (air). */
export function warpImage(image: Uint8Array, size: number, map: AxisMap): Float32Array {
  const result = new Float32Array(size * size);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= size || y >= size ? 0 : image[y * size + x];
  for (let y = 0; y < size; y++) {
    const sourceY = y * map.scaleY + map.shiftY;
    const y0 = Math.floor(sourceY);
    const wy = sourceY - y0;
    for (let x = 0; x < size; x++) {
      const sourceX = x * map.scaleX + map.shiftX;
      const x0 = Math.floor(sourceX);
      const wx = sourceX - x0;
      const top = at(x0, y0) * (1 - wx) + at(x0 + 1, y0) * wx;
      const bottom = at(x0, y0 + 1) * (1 - wx) + at(x0 + 1, y0 + 1) * wx;
      result[y * size + x] = top * (1 - wy) + bottom * wy;
    }
  }
  return result;
}

/** A square mask through the same map, nearest neighbour; outside is 0. */
export function warpMask(mask: Uint8Array, size: number, map: AxisMap): Uint8Array {
  const result = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    const sourceY = Math.round(y * map.scaleY + map.shiftY);
    if (sourceY < 0 || sourceY >= size) continue;
    for (let x = 0; x < size; x++) {
      const sourceX = Math.round(x * map.scaleX + map.shiftX);
      if (sourceX >= 0 && sourceX < size) result[y * size + x] = mask[sourceY * size + sourceX];
    }
  }
  return result;
}
