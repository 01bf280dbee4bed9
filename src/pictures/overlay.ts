/**
 * One slice of a CT as a picture, with the outlines of a reference and an automatic mask in the paper's colours (Zhang
 * 2020, figures: reference green, automatic red, agreement yellow). Not here: captions and pages (preview-page.ts).
 */
import type { Grid } from "#geometry/grid.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { type Shape, shapeOf } from "./mask-shape.ts";
import { type Field, forRowsOfHu, type Raster } from "./picture-raster.ts";
import { blankImage, type Rgb, type RgbImage } from "./rgb-image.ts";

type CtWindow = { readonly name: string; readonly levelHu: number; readonly widthHu: number };

export const lungWindow: CtWindow = { name: "lung", levelHu: -600, widthHu: 1500 };
export const mediastinumWindow: CtWindow = { name: "mediastinum", levelHu: 40, widthHu: 400 };

export const overlayColours = {
  reference: [0, 220, 0],
  automatic: [255, 40, 40],
  agreement: [255, 225, 0],
} as const satisfies Record<string, Rgb>;

/** A slice, and what is shown of it. */
type ShownSlice = {
  readonly ct: { readonly grid: Grid; readonly hu: Int16Array };
  readonly k: number;
  readonly field: Field;
  /** Width and height of the picture. */
  readonly sizePixels: number;
  /** Masks on the CT's grid. */
  readonly reference?: Mask | undefined;
  readonly automatic?: Mask | undefined;
  /** Thickness of the outlines. */
  readonly outlinePixels: number;
};

type Look = {
  readonly window: CtWindow;
  /** Opacity of the colour inside the outlines, 0 to 1. */
  readonly fill: number;
};

export type OverlayRequest = ShownSlice & Look;

/**
 * The picture, square, with pixels of equal size in both directions whatever the CT's spacing. Grey values are
 * interpolated (cubic), outlines drawn as in mask-shape.ts. Beyond the CT it is black.
 */
export function drawOverlay(request: OverlayRequest): RgbImage {
  return drawOverlays(request, [request])[0];
}

/** A picture for each look: most of the work is the same for all of them. */
export function drawOverlays(shown: ShownSlice, looks: readonly Look[]): RgbImage[] {
  const { ct, k, sizePixels: size } = shown;
  const images = looks.map(() => blankImage(size, size));
  const area = ct.grid.size[0] * ct.grid.size[1];
  forRowsOfHu(ct.hu.subarray(k * area, (k + 1) * area), rasterOf(shown), (y, left, hu) => {
    images.forEach(({ data }, look) => {
      fillGrey(data, 3 * (left + size * y), hu, looks[look].window);
    });
  });
  const [reference, automatic] = [shown.reference, shown.automatic].map(
    (mask) => mask && shapeIn(mask, shown),
  );
  images.forEach((image, look) => {
    paint(image, { reference, automatic }, looks[look].fill);
  });
  return images;
}

/** Draws the outline of one more mask into a picture that `drawOverlay` made of the same request, in a colour of its own. */
export function addOutline(image: RgbImage, mask: Mask, colour: Rgb, request: OverlayRequest): void {
  const shape = shapeIn(mask, request);
  if (shape === undefined) return;
  for (let at = 0; at < shape.outline.length; at++) blend(image, at, colour, shape.outline[at]);
}

const rasterOf = ({ ct: { grid }, field, sizePixels }: ShownSlice): Raster => ({ grid, field, sizePixels });

function shapeIn(mask: Mask, shown: ShownSlice): Shape | undefined {
  return shapeOf(maskSlice(mask, shown.k), rasterOf(shown), shown.outlinePixels);
}

function fillGrey(data: Uint8Array, start: number, hu: Float64Array, { levelHu, widthHu }: CtWindow): void {
  const lowHu = levelHu - widthHu / 2;
  for (let x = 0, at = start; x < hu.length; x++, at += 3) {
    const shade = Math.max(0, Math.min(255, (255 * (hu[x] - lowHu)) / widthHu));
    // Math.round takes several times as long.
    const grey = Math.floor(shade + 0.5);
    data[at] = grey;
    data[at + 1] = grey;
    data[at + 2] = grey;
  }
}

function paint(
  image: RgbImage,
  { reference, automatic }: { readonly reference: Shape | undefined; readonly automatic: Shape | undefined },
  fill: number,
): void {
  if (reference === undefined && automatic === undefined) return;
  const none = new Float32Array(image.width * image.height);
  const nowhere: Shape = { area: none, outline: none };
  const [referenceShape, automaticShape] = [reference ?? nowhere, automatic ?? nowhere];
  for (let at = 0; at < referenceShape.area.length; at++) {
    // Outlines lie within areas.
    if (referenceShape.area[at] === 0 && automaticShape.area[at] === 0) continue;
    blendBoth(image, at, fill * referenceShape.area[at], fill * automaticShape.area[at]);
    blendBoth(image, at, referenceShape.outline[at], automaticShape.outline[at]);
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
