/**
 * From a CT to what the network sees, the same for training and prediction: HU, grey levels, the network's matrix.
 * Normalisation comes last, when the population's statistics are known.
 */
import type { Grid } from "#geometry/grid.ts";
import { type GreyLevels, greyLevelReader } from "./grey-levels.ts";
import { createResizer, type Part } from "./resize.ts";

type Plane = readonly [width: number, height: number];

/** The network's rows and columns, and which part of them is asked for. */
type Matrix = { readonly size: number; readonly part: Part };

/** Of the HU of slices of a CT, one by one, what a network sees, in the slice's memory order. It holds until the next one is read: copy what is kept. */
type SliceReader<Levels> = (hu: Int16Array) => Levels;

/** Grey levels of every slice at the network's matrix: length size * size * slices, slice by slice. */
export function networkSlices(grid: Grid, hu: Int16Array, levels: GreyLevels, size: number): Uint8Array {
  const [width, height, count] = grid.size;
  const whole: Part = { left: 0, right: size, top: 0, bottom: size };
  const read = levelsOfSlices([width, height], levels, { size, part: whole });
  const result = new Uint8Array(size * size * count);
  for (let k = 0; k < count; k++)
    result.set(read(hu.subarray(k * width * height, (k + 1) * width * height)), k * size * size);
  return result;
}

/** Grey levels at the network's matrix. */
export function levelsOfSlices(
  plane: Plane,
  levels: GreyLevels,
  { size, part }: Matrix,
): SliceReader<Uint8Array> {
  const toGrey = greyLevelReader(levels);
  const grey = new Uint8Array(plane[0] * plane[1]);
  if (isWhole(plane, { size, part })) {
    return (hu) => {
      toGrey(hu, grey);
      return grey;
    };
  }
  const resize = createResizer(plane, [size, size]);
  const area = (part.right - part.left) * (part.bottom - part.top);
  const resized = new Float32Array(area);
  const result = new Uint8Array(area);
  return (hu) => {
    toGrey(hu, grey);
    const slice = resize(grey, part, resized);
    // Rounded: what a byte is given is cut off.
    for (let index = 0; index < slice.length; index++) result[index] = slice[index] + 0.5;
    return result;
  };
}

/** HU cut off at the window's ends, at the network's matrix: for models that take no grey levels. */
export function huOfSlices(
  plane: Plane,
  { lowHu, highHu }: { readonly lowHu: number; readonly highHu: number },
  { size, part }: Matrix,
): SliceReader<Float32Array> {
  const resize = isWhole(plane, { size, part }) ? undefined : createResizer(plane, [size, size]);
  return (hu) => {
    const clipped = new Float32Array(hu.length);
    for (let index = 0; index < hu.length; index++)
      clipped[index] = Math.min(highHu, Math.max(lowHu, hu[index]));
    return resize === undefined ? clipped : resize(clipped, part);
  };
}

/** A slice of the network's own size, of which all is asked for. */
function isWhole([width, height]: Plane, { size, part }: Matrix): boolean {
  const asked = (part.right - part.left) * (part.bottom - part.top);
  return width === size && height === size && asked === size * size;
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
