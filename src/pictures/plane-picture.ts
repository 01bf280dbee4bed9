/**
 * One plane through a CT as a picture, axial, coronal or sagittal, with the outlines of several structures in colours of their
 * own, the patient's sides and a scale bar. The CT lies upright (geometry/upright.ts), so that the patient does: right on the left
 * of the picture, front and head above, in sagittal pictures the front on the left.
 */
import { type Plane, planeShape, planeSlice, planeStrides } from "#editing/tools/plane.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { addOutline, drawOverlay, type OverlayRequest } from "./overlay.ts";
import { drawText, textHeight, textWidth } from "./pixel-font.ts";
import { drawScaleBar } from "./preview-page.ts";
import type { Rgb, RgbImage } from "./rgb-image.ts";

type PlanePictureRequest = {
  /** Upright. */
  readonly ct: CtImage;
  readonly plane: Plane;
  /** Slice of the plane. */
  readonly index: number;
  readonly window: OverlayRequest["window"];
  /** What the middle of the picture shows, in voxels of the plane, and its width and height. */
  readonly centre: readonly [u: number, v: number];
  readonly widthMm: number;
  readonly sizePixels: number;
  /** On the CT's grid; the last one is drawn over the others. */
  readonly structures: readonly { readonly mask: Mask; readonly colour: Rgb }[];
};

const outlinePixels = 2;
const letterColour: Rgb = [235, 235, 235];

/** Letters at the left, right, upper and lower edge. */
const sides: Readonly<Record<Plane, readonly [string, string, string, string]>> = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "S", "I"],
  sagittal: ["A", "P", "S", "I"],
};

export function drawPlane(request: PlanePictureRequest): RgbImage {
  const { ct, plane, index, centre, window, widthMm, sizePixels } = request;
  const { width, height, spacingMm } = planeShape(plane, ct.grid);
  const headUp = plane !== "axial";
  const grid: Grid = { ...ct.grid, size: [width, height, 1], spacingMm: [...spacingMm, 1] };
  const flat: OverlayRequest = {
    ct: { grid, hu: turned(sliceOfHu(ct, plane, index), width, headUp) },
    k: 0,
    window,
    field: { centreI: centre[0], centreJ: headUp ? height - 1 - centre[1] : centre[1], widthMm },
    sizePixels,
    outlinePixels,
    fill: 0,
  };
  const image = drawOverlay(flat);
  for (const { mask, colour } of request.structures)
    addOutline(image, { grid, data: turned(planeSlice(mask, plane, index), width, headUp) }, colour, flat);
  drawScaleBar(image, widthMm);
  drawSides(image, sides[plane]);
  return image;
}

function drawSides(image: RgbImage, [left, right, upper, lower]: (typeof sides)[Plane]): void {
  const scale = 2;
  const edge = 8;
  const [high, wide] = [textHeight(scale), (text: string) => textWidth(text, scale)];
  const [middleX, middleY] = [Math.round(image.width / 2), Math.round((image.height - high) / 2)];
  const write = (text: string, x: number, y: number): void =>
    drawText(image, { text, x, y, colour: letterColour, scale });
  write(left, edge, middleY);
  write(right, image.width - edge - wide(right), middleY);
  write(upper, middleX, edge);
  write(lower, middleX, image.height - edge - high);
}

/** A copy of a slice's HU, width * height, row by row. */
function sliceOfHu({ grid, hu }: CtImage, plane: Plane, index: number): Int16Array {
  const { width, height } = planeShape(plane, grid);
  const [alongU, alongV, alongIndex] = planeStrides(plane, grid);
  const slice = new Int16Array(width * height);
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) slice[v * width + u] = hu[index * alongIndex + u * alongU + v * alongV];
  return slice;
}

/** Rows from the last to the first where the head, which lies at the last one, belongs above. */
function turned<Voxels extends Int16Array | Uint8Array>(slice: Voxels, width: number, over: boolean): Voxels {
  if (!over) return slice;
  const result = slice.slice() as Voxels;
  const height = slice.length / width;
  for (let row = 0; row < height; row++)
    result.set(slice.subarray(row * width, (row + 1) * width), (height - 1 - row) * width);
  return result;
}
