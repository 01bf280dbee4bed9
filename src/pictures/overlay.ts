/**
 * One slice of a CT as a picture, with the outlines of a reference and an automatic mask in the paper's colours (Zhang
 * 2020, figures: reference green, automatic red, agreement yellow). Not here: captions and pages (preview-page.ts).
 */
import type { Grid } from "#geometry/grid.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { blankImage, type Rgb, type RgbImage } from "./rgb-image.ts";

type CtWindow = { readonly name: string; readonly levelHu: number; readonly widthHu: number };

export const lungWindow: CtWindow = { name: "lung", levelHu: -600, widthHu: 1500 };
export const mediastinumWindow: CtWindow = { name: "mediastinum", levelHu: 40, widthHu: 400 };

export const overlayColours = {
  reference: [0, 220, 0],
  automatic: [255, 40, 40],
  agreement: [255, 225, 0],
} as const satisfies Record<string, Rgb>;

/** A square part of the slice plane. */
export type Field = {
  /** Continuous voxel index of its centre. */
  readonly centreI: number;
  readonly centreJ: number;
  readonly widthMm: number;
};

export type OverlayRequest = {
  readonly ct: { readonly grid: Grid; readonly hu: Int16Array };
  readonly k: number;
  readonly window: CtWindow;
  readonly field: Field;
  /** Width and height of the picture. */
  readonly sizePixels: number;
  /** Masks on the CT's grid. */
  readonly reference?: Mask | undefined;
  readonly automatic?: Mask | undefined;
  /** Thickness of the outlines. */
  readonly outlinePixels: number;
  /** Opacity of the colour inside the outlines, 0 to 1. */
  readonly fill: number;
};

/** The whole slice, centred. */
export function wholeField(grid: Grid): Field {
  const [ni, nj] = grid.size;
  const widthMm = Math.max(ni * grid.spacingMm[0], nj * grid.spacingMm[1]);
  return { centreI: (ni - 1) / 2, centreJ: (nj - 1) / 2, widthMm };
}

/**
 * The picture, square, with pixels of equal size in both directions whatever the CT's spacing. Grey values are
 * interpolated (cubic); outlines follow the half level of the interpolated mask, so that they are smooth and lie within
 * half a voxel of the mask's edges. Beyond the CT it is black.
 */
export function drawOverlay(request: OverlayRequest): RgbImage {
  const { ct, k, window, sizePixels: size } = request;
  const [ni, nj] = ct.grid.size;
  const slice = ct.hu.subarray(k * ni * nj, (k + 1) * ni * nj);
  const columns = samplesAlong(request, 0);
  const rows = samplesAlong(request, 1);
  const image = blankImage(size, size);
  const lowHu = window.levelHu - window.widthHu / 2;
  for (let y = 0; y < size; y++) {
    const row = rows[y];
    if (row === undefined) continue;
    for (let x = 0; x < size; x++) {
      const column = columns[x];
      if (column === undefined) continue;
      const hu = interpolate(slice, ni, column, row);
      const grey = Math.max(0, Math.min(255, Math.round((255 * (hu - lowHu)) / window.widthHu)));
      image.data.fill(grey, 3 * (x + size * y), 3 * (x + size * y) + 3);
    }
  }
  paint(image, shapeOf(request.reference, request), shapeOf(request.automatic, request), request);
  return image;
}

/** Draws the outline of one more mask into a picture that `drawOverlay` made of the same request, in a colour of its own. */
export function addOutline(image: RgbImage, mask: Mask, colour: Rgb, request: OverlayRequest): void {
  const shape = shapeOf(mask, request);
  if (shape === undefined) return;
  for (let at = 0; at < shape.outline.length; at++) blend(image, at, colour, shape.outline[at]);
}

/** Where a mask is in the picture, each 0 to 1: its area and its outline. */
type Shape = { readonly area: Float32Array; readonly outline: Float32Array };

/** Outlines are drawn on a finer raster and averaged, so that they have no steps. */
const oversampling = 2;

/** Undefined if the slice has no voxel of the mask. */
function shapeOf(mask: Mask | undefined, request: OverlayRequest): Shape | undefined {
  const slice = mask === undefined ? undefined : maskSlice(mask, request.k);
  if (slice === undefined || !slice.includes(1)) return undefined;
  const fine = { ...request, sizePixels: request.sizePixels * oversampling };
  const inside = insidePixels(slice, request.ct.grid.size[0], samplesAlong(fine, 0), samplesAlong(fine, 1));
  const thickness = Math.max(1, Math.round(request.outlinePixels * oversampling));
  return {
    area: averaged(inside, request.sizePixels),
    outline: averaged(outlineOf(inside, fine.sizePixels, thickness), request.sizePixels),
  };
}

/** A square raster of `oversampling` times `size` as the means of its blocks. */
function averaged(fine: Uint8Array, size: number): Float32Array {
  const means = new Float32Array(size * size);
  const width = size * oversampling;
  for (let at = 0; at < fine.length; at++) {
    if (fine[at] === 0) continue;
    const y = Math.floor(at / width / oversampling);
    const x = Math.floor((at % width) / oversampling);
    means[x + size * y] += 1 / oversampling ** 2;
  }
  return means;
}

/** Four neighbouring voxels along one axis and their weights. */
type Sample = {
  readonly index: readonly number[];
  readonly weight: readonly number[];
  readonly linear: number;
};

/** For each pixel along an axis the voxels that it lies between; undefined beyond the CT. */
function samplesAlong({ ct, field, sizePixels }: OverlayRequest, axis: 0 | 1): (Sample | undefined)[] {
  const count = ct.grid.size[axis];
  const centre = axis === 0 ? field.centreI : field.centreJ;
  const voxelsPerPixel = field.widthMm / sizePixels / ct.grid.spacingMm[axis];
  return Array.from({ length: sizePixels }, (_, pixel) => {
    const at = centre + (pixel - (sizePixels - 1) / 2) * voxelsPerPixel;
    if (at < -0.5 || at > count - 0.5) return undefined;
    const first = Math.floor(at);
    const t = at - first;
    const index = [-1, 0, 1, 2].map((step) => Math.max(0, Math.min(count - 1, first + step)));
    // Catmull-Rom: passes through the voxels' values.
    const weight = [
      t * (-0.5 + t * (1 - 0.5 * t)),
      1 + t * t * (-2.5 + 1.5 * t),
      t * (0.5 + t * (2 - 1.5 * t)),
      t * t * (-0.5 + 0.5 * t),
    ];
    return { index, weight, linear: t };
  });
}

function interpolate(slice: Int16Array, width: number, column: Sample, row: Sample): number {
  let sum = 0;
  for (let b = 0; b < 4; b++) {
    if (row.weight[b] === 0) continue;
    const start = width * row.index[b];
    let line = 0;
    for (let a = 0; a < 4; a++) line += column.weight[a] * slice[start + column.index[a]];
    sum += row.weight[b] * line;
  }
  return sum;
}

/** 1 where the linearly interpolated mask is at least 1/2. Pixels away from the mask's voxels are not looked at. */
function insidePixels(
  slice: Uint8Array,
  width: number,
  columns: readonly (Sample | undefined)[],
  rows: readonly (Sample | undefined)[],
): Uint8Array {
  const size = columns.length;
  const result = new Uint8Array(size * rows.length);
  const lefts = Int32Array.from(columns, (column) => column?.index[1] ?? -1);
  const rights = Int32Array.from(columns, (column) => column?.index[2] ?? -1);
  const parts = Float64Array.from(columns, (column) => column?.linear ?? 0);
  for (const [y, row] of rows.entries()) {
    if (row === undefined) continue;
    const upper = slice.subarray(width * row.index[1], width * (row.index[1] + 1));
    const lower = slice.subarray(width * row.index[2], width * (row.index[2] + 1));
    const first = Math.min(...[upper.indexOf(1), lower.indexOf(1)].filter((i) => i >= 0));
    const last = Math.max(upper.lastIndexOf(1), lower.lastIndexOf(1));
    const v = row.linear;
    for (let x = 0; last >= 0 && x < size; x++) {
      const left = lefts[x];
      const right = rights[x];
      const u = parts[x];
      if (left < 0 || right < first || left > last) continue;
      const top = upper[left] * (1 - u) + upper[right] * u;
      const bottom = lower[left] * (1 - u) + lower[right] * u;
      if (top * (1 - v) + bottom * v >= 0.5) result[x + size * y] = 1;
    }
  }
  return result;
}

function paint(
  image: RgbImage,
  reference: Shape | undefined,
  automatic: Shape | undefined,
  { fill }: OverlayRequest,
): void {
  if (reference === undefined && automatic === undefined) return;
  for (let at = 0; at < image.width * image.height; at++) {
    blendBoth(image, at, fill * (reference?.area[at] ?? 0), fill * (automatic?.area[at] ?? 0));
    blendBoth(image, at, reference?.outline[at] ?? 0, automatic?.outline[at] ?? 0);
  }
}

/** What both cover is agreement, the rest is the one's or the other's. */
function blendBoth(image: RgbImage, at: number, reference: number, automatic: number): void {
  if (reference > automatic) blend(image, at, overlayColours.reference, reference);
  if (automatic > reference) blend(image, at, overlayColours.automatic, automatic);
  if (Math.min(reference, automatic) > 0) {
    blend(image, at, overlayColours.agreement, Math.min(reference, automatic));
  }
}

function blend(image: RgbImage, at: number, colour: Rgb, opacity: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const under = image.data[3 * at + channel];
    image.data[3 * at + channel] = Math.round(under + opacity * (colour[channel] - under));
  }
}

/** Pixels inside that have one outside within `thickness` steps along rows and columns. */
function outlineOf(inside: Uint8Array, width: number, thickness: number): Uint8Array {
  const outline = new Uint8Array(inside.length);
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === 0) continue;
    for (let step = 1; step <= thickness; step++) {
      // Beyond the picture counts as inside: a mask that is cut off has no edge there.
      const x = at % width;
      const isEdge =
        (x >= step && inside[at - step] === 0) ||
        (x + step < width && inside[at + step] === 0) ||
        inside[at - step * width] === 0 ||
        inside[at + step * width] === 0;
      if (isEdge) outline[at] = 1;
    }
  }
  return outline;
}
