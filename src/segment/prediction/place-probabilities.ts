/**
 * Probabilities of the network's matrix back in their place in the CT, as bytes of confidence (geometry/confidence.ts). A tumour
 * fills a small part of a slice: only what the found pixels bear on is interpolated.
 */
import { toByte } from "#geometry/confidence.ts";
import type { Grid } from "#geometry/grid.ts";
import { createResizer, type Part, reachOf } from "#preprocess/resize.ts";
import type { Frame } from "./body-frame.ts";

type Place = {
  /** Of the CT. */
  readonly size: Grid["size"];
  /** The square that the network saw of each slice. */
  readonly frame: Frame;
  /** Rows and columns of the network's matrix. */
  readonly matrix: number;
  /** The part of them that there are probabilities of. */
  readonly part: Part;
  readonly threshold: number;
};

/** A function that writes the probabilities of slice `k` into `data`, the CT's confidence, which is 0 there. */
export function placingIn(
  data: Uint8Array,
  { size: [width, height], frame, matrix, part: networkPart, threshold }: Place,
): (probabilities: Float32Array, k: number) => void {
  const enlarge = createResizer([matrix, matrix], [frame.width, frame.height]);
  const reach = reachOf([matrix, matrix], [frame.width, frame.height]);
  // 0 beside the part.
  const probabilities = new Float32Array(matrix * matrix);
  const enlarged = new Float32Array(frame.width * frame.height);
  const columns = networkPart.right - networkPart.left;
  return (ofPart, k) => {
    for (let y = networkPart.top, at = 0; y < networkPart.bottom; y++, at += columns)
      probabilities.set(ofPart.subarray(at, at + columns), y * matrix + networkPart.left);
    const positivePart = partAboveNought(probabilities, matrix, threshold);
    if (positivePart === undefined) return;
    const reached = reach(positivePart);
    // The frame may begin before the image and end beyond it.
    const part: Part = {
      left: Math.max(reached.left, -frame.x),
      right: Math.min(reached.right, width - frame.x),
      top: Math.max(reached.top, -frame.y),
      bottom: Math.min(reached.bottom, height - frame.y),
    };
    if (part.left >= part.right || part.top >= part.bottom) return;
    const values = enlarge(probabilities, part, enlarged);
    for (let y = part.top, at = 0; y < part.bottom; y++) {
      const row = frame.x + width * (frame.y + y + height * k);
      for (let x = part.left; x < part.right; x++, at++) data[row + x] = toByte(values[at], threshold);
    }
  };
}

/** The smallest part that holds all pixels whose byte is not 0; undefined for none. */
function partAboveNought(probabilities: Float32Array, matrix: number, threshold: number): Part | undefined {
  let [left, right, top, bottom] = [matrix, 0, matrix, 0];
  for (let y = 0, at = 0; y < matrix; y++) {
    for (let x = 0; x < matrix; x++, at++) {
      if (toByte(probabilities[at], threshold) === 0) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return bottom === 0 ? undefined : { left, right, top, bottom };
}
