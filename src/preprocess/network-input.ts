/**
 * From a CT to what the network sees, the same for training and prediction: HU, grey levels, the network's matrix.
 * Normalisation comes last, when the population's statistics are known.
 */
import type { Grid } from "#geometry/grid.ts";
import { type GreyLevels, greyLevelReader } from "./grey-levels.ts";
import { createResizer } from "./resize.ts";

type Plane = readonly [width: number, height: number];

/** Of the slices of a CT, one by one, what a network sees: `size * size` values of HU in the slice's memory order. */
type SliceReader<Levels> = (hu: Int16Array) => Levels;

/** Grey levels of every slice at the network's matrix: length size * size * slices, slice by slice. */
export function networkSlices(grid: Grid, hu: Int16Array, levels: GreyLevels, size: number): Uint8Array {
  const [width, height, count] = grid.size;
  const read = levelsOfSlices([width, height], levels, size);
  const result = new Uint8Array(size * size * count);
  for (let k = 0; k < count; k++)
    result.set(read(hu.subarray(k * width * height, (k + 1) * width * height)), k * size * size);
  return result;
}

/** Grey levels at the network's matrix. */
export function levelsOfSlices(plane: Plane, levels: GreyLevels, size: number): SliceReader<Uint8Array> {
  const toGrey = greyLevelReader(levels);
  if (plane[0] === size && plane[1] === size) return toGrey;
  const resize = createResizer(plane, [size, size]);
  return (hu) => {
    const slice = resize(toGrey(hu));
    const result = new Uint8Array(slice.length);
    for (let index = 0; index < slice.length; index++) result[index] = Math.round(slice[index]);
    return result;
  };
}

/** HU cut off at the window's ends, at the network's matrix: for models that take no grey levels. */
export function huOfSlices(
  plane: Plane,
  { lowHu, highHu }: { readonly lowHu: number; readonly highHu: number },
  size: number,
): SliceReader<Float32Array> {
  const resize = plane[0] === size && plane[1] === size ? undefined : createResizer(plane, [size, size]);
  return (hu) => {
    const clipped = new Float32Array(hu.length);
    for (let index = 0; index < hu.length; index++)
      clipped[index] = Math.min(highHu, Math.max(lowHu, hu[index]));
    return resize === undefined ? clipped : resize(clipped);
  };
}

/** A mask at the network's matrix: inside where at least half of the pixel's neighbourhood is. */
export function networkMask(grid: Grid, mask: Uint8Array, size: number): Uint8Array {
  const [width, height, count] = grid.size;
  if (width === size && height === size) return mask;
  const resize = createResizer([width, height], [size, size]);
  const result = new Uint8Array(size * size * count);
  for (let k = 0; k < count; k++) {
    const slice = resize(mask.subarray(k * width * height, (k + 1) * width * height));
    for (let index = 0; index < slice.length; index++)
      result[k * size * size + index] = slice[index] >= 0.5 ? 1 : 0;
  }
  return result;
}
