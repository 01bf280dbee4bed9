/**
 * The patient seen in a mirror: a second opinion of the same model. A chest is nearly symmetric and networks are trained on
 * both sides, so that a tumour is one in the mirror too, and what is taken for one by chance often is not. The mean of both
 * is the confidence, and how far they agree says what the contour is worth (contour-features.ts).
 */
import { type Confidence, probabilityOf, toByte } from "#geometry/confidence.ts";
import type { ModelInput, Predict } from "#model/model-input.ts";

/** The same model looking at the mirror image; what it finds is turned back. */
export function seenInMirror(model: { readonly input: ModelInput; readonly predict: Predict }): Predict {
  const { size } = model.input;
  return async (images, batch, extent = [size, size]) => {
    const [, width] = extent;
    return reverseRows(await model.predict(reverseRows(images, width), batch, extent), width);
  };
}

/** A copy with each row of `width` pixels from right to left. */
export function reverseRows(images: Float32Array, width: number): Float32Array {
  const reversed = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += width) {
    for (let at = 0; at < width; at++) reversed[start + at] = images[start + width - 1 - at];
  }
  return reversed;
}

/** Of the probabilities, voxel by voxel. Both are a model's with this threshold, on one grid. */
export function meanConfidence(a: Confidence, b: Confidence, threshold: number): Confidence {
  const probabilities = Float64Array.from({ length: 256 }, (_, byte) => probabilityOf(byte, threshold));
  const data = new Uint8Array(a.data.length);
  for (let at = 0; at < data.length; at++) {
    const [first, second] = [a.data[at], b.data[at]];
    data[at] =
      first === second ? first : toByte((probabilities[first] + probabilities[second]) / 2, threshold);
  }
  return { grid: a.grid, data };
}
