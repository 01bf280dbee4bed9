/** Regions of an answer: the one that a prompt means, its extent, and the view in which it is best seen. */
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import type { AffineMap } from "#preprocess/affine-map.ts";
import type { Answer, View } from "./prompt-model.ts";

/** Where a region lies in its view, in pixels, ends included, and how many pixels it has. */
type Extent = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly pixels: number;
};

/** Probability from which a pixel is inside. */
export const insideProbability = 0.5;

/** The answer with 0 outside the regions that `isMeant` says so of by any of their pixels; regions share a side or a corner. */
export function keepRegions(answer: Answer, size: number, isMeant: (pixel: number) => boolean): Answer {
  const { probability } = answer;
  const data = insideOf(probability);
  const { labels, count } = connectedComponents({ grid: { size: [size, size, 1] }, data }, "corners");
  const meant = new Uint8Array(count + 1);
  for (let pixel = 0; pixel < data.length; pixel++)
    if (labels[pixel] > 0 && meant[labels[pixel]] === 0 && isMeant(pixel)) meant[labels[pixel]] = 1;
  // What is below the limit stays: the border between pixels is where it is crossed.
  const keptProbability = probability.slice();
  for (let at = 0; at < keptProbability.length; at++)
    if (labels[at] > 0 && meant[labels[at]] === 0) keptProbability[at] = 0;
  return { ...answer, probability: keptProbability };
}

/** 1 where a probability is inside, else 0. */
export function insideOf(probability: Float32Array): Uint8Array {
  const inside = new Uint8Array(probability.length);
  // A loop: `Uint8Array.from` takes many times as long.
  for (let at = 0; at < inside.length; at++) if (probability[at] >= insideProbability) inside[at] = 1;
  return inside;
}

/** Undefined where nothing is inside. */
export function extentOf({ probability }: Pick<Answer, "probability">, size: number): Extent | undefined {
  let [left, right, top, bottom, pixels] = [size, -1, size, -1, 0];
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at++) {
      if (probability[at] < insideProbability) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
      pixels++;
    }
  }
  return pixels === 0 ? undefined : { left, right, top, bottom, pixels };
}

/** The view with a region in its middle, whose longer side fills `part` of it, if `pixelMm` allows that. */
export function viewRound(
  { left, right, top, bottom }: Extent,
  { view, size, map }: { readonly view: View; readonly size: number; readonly map: AffineMap },
  { part, pixelMm: [least, most] }: { readonly part: number; readonly pixelMm: readonly [number, number] },
): View {
  const sideMm = view.pixelMm * (Math.max(right - left, bottom - top) + 1);
  return {
    centre: [map.x0 + (map.xx * (left + right)) / 2, map.y0 + (map.yy * (top + bottom)) / 2],
    pixelMm: Math.min(most, Math.max(least, sideMm / part / size)),
  };
}
