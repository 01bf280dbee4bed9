/**
 * What a network sees that answers a prompt (a click, or the contour on another slice): a square of a slice, its side in
 * millimetres, so that a tumour has its size whatever the CT's pixels. Three channels: the slice, the slice of the prompt, the
 * prompt itself. The same in training and prediction. Not here: which prompts are drawn (training/prompts) or followed through
 * a CT (segment/prompts).
 */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { AffineMap } from "./affine-map.ts";
import { channelCount } from "./context.ts";

/** A slice, or a mask of it: `data[x + width * y]`. */
type Plane = { readonly data: ArrayLike<number>; readonly width: number; readonly height: number };

export const promptChannels = 3;
/** The prompt's channel: a contour, and the disc that stands for a click, told apart by their value; 0 elsewhere. */
export const promptValue = { contour: 1, click: 2 } as const;
/** Pixels of the view. */
const clickRadius = 2;

/** Rows and columns of whole slices from which views are cut in training; a slice view is the network's own matrix. */
const trainingMatrix = 256;

export function imageMatrix({ view, size }: Pick<TrainingConfiguration, "view" | "size">): number {
  return view === "click" ? trainingMatrix : size;
}

/** Channels of the network's input. */
export function inputChannels(
  configuration: Pick<TrainingConfiguration, "view" | "context" | "contextSpacingMm">,
): number {
  return configuration.view === "click" ? promptChannels : channelCount(configuration);
}

/** Half the resolution: means of 2 x 2 pixels; a last odd row or column is left out. */
export function halvePlane({ data, width, height }: Plane): Plane {
  const [columns, rows] = [width >> 1, height >> 1];
  const half = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = 2 * x + 2 * y * width;
      half[x + columns * y] = (data[at] + data[at + 1] + data[at + width] + data[at + width + 1]) / 4;
    }
  }
  return { data: half, width: columns, height: rows };
}

/** A view coarser than this many of the plane's pixels is cut from the plane at half its resolution. */
const halveFrom = 1.5;

/**
 * The square of `size` x `size` pixels that `map` takes to places of the plane (both with pixel centres at whole numbers),
 * bilinear; `outside` beyond the plane.
 */
export function viewOf(plane: Plane, map: AffineMap, size: number, outside: number): Float32Array {
  if (Math.hypot(map.xx, map.yx) >= halveFrom) {
    const halved = (place: number): number => (place - 0.5) / 2;
    const { xx, xy, x0, yx, yy, y0 } = map;
    const half = { xx: xx / 2, xy: xy / 2, x0: halved(x0), yx: yx / 2, yy: yy / 2, y0: halved(y0) };
    return viewOf(halvePlane(plane), half, size, outside);
  }
  const { data, width, height } = plane;
  const { xx, xy, x0, yx, yy, y0 } = map;
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? outside : data[x + width * y];
  const view = new Float32Array(size * size);
  for (let y = 0, pixel = 0; y < size; y++) {
    for (let x = 0; x < size; x++, pixel++) {
      const placeX = xx * x + xy * y + x0;
      const placeY = yx * x + yy * y + y0;
      const left = Math.floor(placeX);
      const top = Math.floor(placeY);
      const u = placeX - left;
      const v = placeY - top;
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        const from = left + width * top;
        const upper = data[from] * (1 - u) + data[from + 1] * u;
        view[pixel] = upper * (1 - v) + (data[from + width] * (1 - u) + data[from + width + 1] * u) * v;
        continue;
      }
      const upper = at(left, top) * (1 - u) + at(left + 1, top) * u;
      const lower = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
      view[pixel] = upper * (1 - v) + lower * v;
    }
  }
  return view;
}

/** From pixels of the view to the plane's: `centre` in the middle, a pixel of the view as wide as `step` of the plane's. */
export function squareRound(centre: readonly [number, number], step: number, size: number): AffineMap {
  const middle = (size - 1) / 2;
  return { xx: step, xy: 0, x0: centre[0] - step * middle, yx: 0, yy: step, y0: centre[1] - step * middle };
}

/** The prompt's channel for a click at a place of the view. */
export function clickChannel(size: number, [x, y]: readonly [number, number]): Float32Array {
  const channel = new Float32Array(size * size);
  for (let at = 0; at < channel.length; at++) {
    const away = Math.hypot((at % size) - x, Math.floor(at / size) - y);
    if (away <= clickRadius) channel[at] = promptValue.click;
  }
  return channel;
}

/** The prompt's channel for a contour: where half of a pixel is inside. */
export function contourChannel(view: Float32Array): Float32Array {
  const channel = new Float32Array(view.length);
  // A loop: typed arrays' own `map` takes ten times as long.
  for (let at = 0; at < view.length; at++) if (view[at] >= 0.5) channel[at] = promptValue.contour;
  return channel;
}
