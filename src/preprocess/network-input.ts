/**
 * From a CT to what the network sees, the same for training and prediction: HU, grey levels, the network's matrix.
 * Normalisation comes last, when the population's statistics are known.
 */
import type { Grid } from "#geometry/grid.ts";
import { type GreyLevels, toGreyLevels } from "./grey-levels.ts";
import { createResizer } from "./resize.ts";

/** Grey levels of every slice at the network's matrix: length size * size * slices, slice by slice. */
export function networkSlices(grid: Grid, hu: Int16Array, levels: GreyLevels, size: number): Uint8Array {
  const [width, height, count] = grid.size;
  const grey = toGreyLevels(hu, levels);
  if (width === size && height === size) return grey;
  const resize = createResizer([width, height], [size, size]);
  const result = new Uint8Array(size * size * count);
  for (let k = 0; k < count; k++) {
    const slice = resize(grey.subarray(k * width * height, (k + 1) * width * height));
    for (let index = 0; index < slice.length; index++)
      result[k * size * size + index] = Math.round(slice[index]);
  }
  return result;
}

/** HU cut off at the window's ends, of every slice at the network's matrix: for models that take no grey levels. */
export function networkHu(
  grid: Grid,
  hu: Int16Array,
  { lowHu, highHu }: { readonly lowHu: number; readonly highHu: number },
  size: number,
): Float32Array {
  const [width, height, count] = grid.size;
  const clipped = Float32Array.from(hu, (value) => Math.min(highHu, Math.max(lowHu, value)));
  if (width === size && height === size) return clipped;
  const resize = createResizer([width, height], [size, size]);
  const result = new Float32Array(size * size * count);
  for (let k = 0; k < count; k++)
    result.set(resize(clipped.subarray(k * width * height, (k + 1) * width * height)), k * size * size);
  return result;
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
