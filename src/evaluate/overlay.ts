/**
 * One CT slice as a picture with contours, in the paper's colours (Zhang 2020, figures): reference green, automatic red,
 * where both agree yellow. Contours are drawn along voxel edges on the enlarged image, so that they hide no voxel.
 */
import type { Grid } from "../geometry/grid.ts";
import { traceBoundaries } from "../geometry/trace-boundaries.ts";

export const windows = {
  lung: { levelHu: -600, widthHu: 1500 },
  mediastinum: { levelHu: 40, widthHu: 400 },
} as const;
export type Window = { readonly levelHu: number; readonly widthHu: number };

export type Picture = {
  readonly width: number;
  readonly height: number /** RGB. */;
  readonly data: Uint8Array;
};

export type OverlaySlice = {
  readonly grid: Grid;
  readonly k: number;
  readonly hu: Int16Array;
  readonly reference?: Uint8Array | undefined;
  readonly automatic?: Uint8Array | undefined;
};

/** Columns and rows of the part that is shown. */
export type Crop = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const referenceColour = [60, 220, 80] as const;
const automaticColour = [255, 60, 50] as const;
const agreementColour = [255, 225, 40] as const;

/** `zoom` picture pixels a voxel, bilinear in between. */
export function drawOverlay(slice: OverlaySlice, window: Window, crop: Crop, zoom: number): Picture {
  const [width, height] = [crop.width * zoom, crop.height * zoom];
  const data = new Uint8Array(width * height * 3);
  const [ni, nj] = slice.grid.size;
  const base = slice.k * ni * nj;
  const at = (x: number, y: number): number =>
    slice.hu[base + Math.min(ni - 1, Math.max(0, x)) + ni * Math.min(nj - 1, Math.max(0, y))];
  for (let py = 0; py < height; py++) {
    const y = crop.y + (py + 0.5) / zoom - 0.5;
    const [y0, fy] = [Math.floor(y), y - Math.floor(y)];
    for (let px = 0; px < width; px++) {
      const x = crop.x + (px + 0.5) / zoom - 0.5;
      const [x0, fx] = [Math.floor(x), x - Math.floor(x)];
      const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
      const bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
      const hu = top * (1 - fy) + bottom * fy;
      const grey = Math.round(Math.min(1, Math.max(0, (hu - window.levelHu) / window.widthHu + 0.5)) * 255);
      data.fill(grey, 3 * (py * width + px), 3 * (py * width + px) + 3);
    }
  }
  const picture = { width, height, data };
  const outline = (mask: Uint8Array | undefined): Set<number> =>
    outlinePixels(mask, slice, crop, zoom, picture);
  const reference = outline(slice.reference);
  const automatic = outline(slice.automatic);
  for (const pixel of reference)
    data.set(automatic.has(pixel) ? agreementColour : referenceColour, 3 * pixel);
  for (const pixel of automatic) if (!reference.has(pixel)) data.set(automaticColour, 3 * pixel);
  return picture;
}

function outlinePixels(
  mask: Uint8Array | undefined,
  { grid, k }: OverlaySlice,
  crop: Crop,
  zoom: number,
  picture: Picture,
): Set<number> {
  const pixels = new Set<number>();
  if (mask === undefined) return pixels;
  const [ni, nj] = grid.size;
  for (const { outer, holes } of traceBoundaries(mask.subarray(k * ni * nj, (k + 1) * ni * nj), ni, nj)) {
    for (const polygon of [outer, ...holes]) {
      const count = polygon.length / 2;
      for (let index = 0; index < count; index++) {
        const next = (index + 1) % count;
        const place = (value: number, first: number): number => Math.round((value + 0.5 - first) * zoom);
        const [x0, y0] = [place(polygon[2 * index], crop.x), place(polygon[2 * index + 1], crop.y)];
        const [x1, y1] = [place(polygon[2 * next], crop.x), place(polygon[2 * next + 1], crop.y)];
        const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
        for (let step = 0; step <= steps; step++) {
          const x = Math.round(x0 + ((x1 - x0) * step) / steps);
          const y = Math.round(y0 + ((y1 - y0) * step) / steps);
          if (x >= 0 && y >= 0 && x < picture.width && y < picture.height) pixels.add(y * picture.width + x);
        }
      }
    }
  }
  return pixels;
}

/** Pictures of equal size in rows of `columns`. */
export function contactSheet(pictures: readonly Picture[], columns: number): Picture {
  const { width, height } = pictures[0];
  const rows = Math.ceil(pictures.length / columns);
  const sheet = { width: width * Math.min(columns, pictures.length), height: height * rows };
  const data = new Uint8Array(sheet.width * sheet.height * 3);
  pictures.forEach((picture, index) => {
    const left = (index % columns) * width;
    const top = Math.floor(index / columns) * height;
    for (let y = 0; y < height; y++) {
      data.set(
        picture.data.subarray(3 * y * width, 3 * (y + 1) * width),
        3 * ((top + y) * sheet.width + left),
      );
    }
  });
  return { ...sheet, data };
}
