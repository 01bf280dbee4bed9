/** The part of a network's matrix that shows a part of a CT. */
import type { Box } from "#geometry/crop.ts";
import type { Part } from "#preprocess/resize.ts";
import type { Frame } from "./body-frame.ts";

type Matrix = {
  readonly size: number;
  /** Its rows and columns come in multiples of this; undefined: the whole matrix alone. */
  readonly partsFrom: number | undefined;
};

/**
 * Begins and ends at multiples of `partsFrom`, so that a network which halves its images that often halves the part as it would
 * have halved the whole. `frame` is what the matrix shows of a slice.
 */
export function matrixPart({ from, to }: Box, frame: Frame, { size, partsFrom = size }: Matrix): Part {
  const axis = (low: number, high: number, begin: number, length: number): [number, number] => {
    const place = (pixel: number): number => ((pixel - begin) / length) * (size / partsFrom);
    const first = Math.min(size / partsFrom - 1, Math.max(0, Math.floor(place(low))));
    const end = Math.min(size / partsFrom, Math.max(first + 1, Math.ceil(place(high))));
    return [first * partsFrom, end * partsFrom];
  };
  const [left, right] = axis(from[0], to[0], frame.x, frame.width);
  const [top, bottom] = axis(from[1], to[1], frame.y, frame.height);
  return { left, right, top, bottom };
}
