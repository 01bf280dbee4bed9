/**
 * A real CT as other scanners and other patients would show it: mirrored, other fields of view, off centre, padded, thin
 * slices, noise, smoothing, a shifted calibration. The boxes go with the image.
 */
import type { Random } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Box, Boxes } from "./boxes.ts";

export type BoxedCt = CtImage & { readonly boxes: Boxes };

/** The image seen through a field `zoom` times as wide whose middle lies `shift` pixels off; mirrored left to right. */
export function otherField(
  { grid, hu, boxes }: BoxedCt,
  {
    zoom = 1,
    shift = [0, 0],
    mirrored = false,
  }: { zoom?: number; shift?: readonly [number, number]; mirrored?: boolean },
): BoxedCt {
  const [width, , count] = grid.size;
  const middle = (width - 1) / 2;
  const source = (pixel: number, axis: 0 | 1): number => middle + (pixel - middle) * zoom + shift[axis];
  const target = (pixel: number, axis: 0 | 1): number =>
    Math.round((pixel - middle - shift[axis]) / zoom + middle);
  const flip = (x: number): number => (mirrored ? width - 1 - x : x);
  const result = new Int16Array(hu.length);
  const at = (x: number, y: number, k: number): number =>
    x < 0 || y < 0 || x >= width || y >= width ? -1000 : hu[x + width * (y + width * k)];
  for (let k = 0; k < count; k++) {
    for (let y = 0; y < width; y++) {
      const sourceY = source(y, 1);
      const y0 = Math.floor(sourceY);
      for (let x = 0; x < width; x++) {
        const sourceX = flip(source(x, 0));
        const x0 = Math.floor(sourceX);
        const row = (line: number): number =>
          at(x0, line, k) * (1 - sourceX + x0) + at(x0 + 1, line, k) * (sourceX - x0);
        result[x + width * (y + width * k)] = Math.round(
          row(y0) * (1 - sourceY + y0) + row(y0 + 1) * (sourceY - y0),
        );
      }
    }
  }
  const moved = (box: Box): Box => {
    const [a, b] = [target(flip(box.x0), 0), target(flip(box.x1), 0)];
    return { x0: Math.min(a, b), x1: Math.max(a, b), y0: target(box.y0, 1), y1: target(box.y1, 1) };
  };
  const spacingMm = [grid.spacingMm[0] * zoom, grid.spacingMm[1] * zoom, grid.spacingMm[2]] as const;
  return {
    grid: { ...grid, spacingMm },
    hu: result,
    boxes: new Map([...boxes].map(([k, box]) => [k, moved(box)])),
  };
}

/** Each voxel changed by itself; noise, calibration. */
export function eachVoxel(ct: BoxedCt, change: (hu: number) => number): BoxedCt {
  return { ...ct, hu: ct.hu.map((value) => Math.round(change(value))) };
}

/** Nearly normal, standard deviation 1: the sum of four uniform numbers. */
export function noise(random: Random): number {
  return (random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3);
}

/** Padding of -3024 HU outside the circle that fits into the image. */
export function padded(ct: BoxedCt): BoxedCt {
  const [width] = ct.grid.size;
  const middle = (width - 1) / 2;
  const hu = ct.hu.map((value, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % width];
    return Math.hypot(x - middle, y - middle) > width / 2 ? -3024 : value;
  });
  return { ...ct, hu };
}

/** Mean of the pixels within `reach`, twice in each direction. */
export function smoothed(ct: BoxedCt, reach: number): BoxedCt {
  const [width] = ct.grid.size;
  const pass = (hu: Int16Array, stride: number): Int16Array =>
    hu.map((value, index) => {
      const position = stride === 1 ? index % width : Math.floor(index / width) % width;
      if (position < reach || position >= width - reach) return value;
      let sum = 0;
      for (let step = -reach; step <= reach; step++) sum += hu[index + step * stride];
      return Math.round(sum / (2 * reach + 1));
    });
  return { ...ct, hu: [1, width, 1, width].reduce(pass, ct.hu) };
}

/** Slices `times` as close, interpolated, with the noise of thin slices; boxes between two annotated slices likewise. */
export function thinSlices(
  { grid, hu, boxes }: BoxedCt,
  times: number,
  noiseHu: number,
  random: Random,
): BoxedCt {
  const [width, height, count] = grid.size;
  const area = width * height;
  const slices = (count - 1) * times + 1;
  const result = new Int16Array(area * slices);
  const between = new Map<number, Box>();
  for (let k = 0; k < slices; k++) {
    const low = Math.min(count - 2, Math.floor(k / times));
    const part = k / times - low;
    for (let index = 0; index < area; index++) {
      const value = hu[low * area + index] * (1 - part) + hu[(low + 1) * area + index] * part;
      result[k * area + index] = Math.round(value + noiseHu * noise(random));
    }
    const [a, b] = [boxes.get(low), boxes.get(part > 0 ? low + 1 : low)];
    if (a === undefined || b === undefined) continue;
    const mix = (edge: keyof Box): number => Math.round(a[edge] * (1 - part) + b[edge] * part);
    between.set(k, { x0: mix("x0"), y0: mix("y0"), x1: mix("x1"), y1: mix("y1") });
  }
  const spacingMm = [grid.spacingMm[0], grid.spacingMm[1], grid.spacingMm[2] / times] as const;
  return { grid: { ...grid, size: [width, height, slices], spacingMm }, hu: result, boxes: between };
}
