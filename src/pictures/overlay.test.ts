import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { drawOverlay, type OverlayRequest, overlayColours } from "./overlay.ts";
import { wholeField } from "./picture-raster.ts";
import { drawText, textHeight, textWidth } from "./pixel-font.ts";
import { contactSheet, slicePage, slicesWithTarget, targetField } from "./preview-page.ts";
import { blankImage, type RgbImage } from "./rgb-image.ts";

const grid = createGrid([20, 20, 2], [1, 1, 5], patientPoint(0, 0, 0));
const narrow = { name: "test", levelHu: 100, widthHu: 200 };

function ctOf(on: Grid, hu: (i: number, j: number) => number): { grid: Grid; hu: Int16Array } {
  const [ni, nj] = on.size;
  return {
    grid: on,
    hu: Int16Array.from({ length: voxelCount(on) }, (_, at) => hu(at % ni, Math.floor(at / ni) % nj)),
  };
}

/** A square from (first, first) to (last, last), on slice 0. */
function square(first: number, last: number): Mask {
  const mask = emptyMask(grid);
  for (let j = first; j <= last; j++) mask.data.fill(1, first + 20 * j, last + 1 + 20 * j);
  return mask;
}

const pixel = (image: RgbImage, x: number, y: number): number[] =>
  Array.from(image.data.subarray(3 * (x + image.width * y), 3 * (x + image.width * y) + 3));

function request(changes: Partial<OverlayRequest>): OverlayRequest {
  return {
    ct: ctOf(grid, () => 100),
    k: 0,
    window: narrow,
    field: wholeField(grid),
    sizePixels: 20,
    outlinePixels: 1,
    fill: 0,
    ...changes,
  };
}

test("the window maps its lower edge to black, its level to half grey and its upper edge to white", () => {
  const levels = [-500, 0, 50, 100, 150, 200, 900];
  const image = drawOverlay(request({ ct: ctOf(grid, (i) => levels[Math.min(i, 6)]) }));
  expect(levels.map((_, x) => pixel(image, x, 3)[0])).toEqual([0, 0, 64, 128, 191, 255, 255]);
});

test("an enlarged picture passes through the voxels' values, and a straight ramp stays straight", () => {
  const ct = ctOf(grid, (i) => 10 * i);
  // 5 pixels a voxel, the middle one of each on the voxel's centre.
  const image = drawOverlay(request({ ct, field: { centreI: 9, centreJ: 9, widthMm: 9 }, sizePixels: 45 }));
  for (let x = 0; x < 45; x++) {
    const hu = 10 * (9 + (x - 22) / 5);
    expect(Math.abs(pixel(image, x, 20)[0] - (255 * hu) / 200)).toBeLessThan(0.5 + 1e-6);
  }
});

test("pixels are square in millimetres whatever the spacing, and black beyond the image", () => {
  // 20 mm wide and 20 rows of half a millimetre high.
  const flat = createGrid([20, 20, 1], [1, 0.5, 5], patientPoint(0, 0, 0));
  const image = drawOverlay(request({ ct: ctOf(flat, () => 100), field: wholeField(flat) }));
  const column = Array.from({ length: 20 }, (_, y) => pixel(image, 10, y)[0]);
  expect(column).toEqual([...Array(5).fill(0), ...Array(10).fill(128), ...Array(5).fill(0)]);
});

test("outlines are green for the reference, red for the automatic mask and yellow where they agree", () => {
  const image = drawOverlay(
    request({ reference: square(2, 10), automatic: square(2, 14), sizePixels: 200, outlinePixels: 3 }),
  );
  // The left edges coincide at i = 1.5, which is pixel 20; the right ones lie at 10.5 and 14.5, pixels 110 and 150.
  const along = Array.from({ length: 200 }, (_, x) => pixel(image, x, 60));
  const first = (colour: readonly number[]): number =>
    along.findIndex((rgb) => rgb.every((value, channel) => Math.abs(value - colour[channel]) < 2));
  expect(Math.abs(first(overlayColours.agreement) - 20)).toBeLessThanOrEqual(1);
  expect(Math.abs(first(overlayColours.reference) - 107)).toBeLessThanOrEqual(1);
  expect(Math.abs(first(overlayColours.automatic) - 147)).toBeLessThanOrEqual(1);
  expect(pixel(image, 60, 60)).toEqual([128, 128, 128]);
  expect(pixel(image, 190, 60)).toEqual([128, 128, 128]);
});

test("a single voxel is seen, on its own slice alone", () => {
  const mask = square(7, 7);
  const coloured = (k: number): boolean => {
    const { data } = drawOverlay(request({ reference: mask, k, sizePixels: 100 }));
    return data.some((value, at) => at % 3 === 1 && value !== data[at - 1]);
  };
  expect([coloured(0), coloured(1)]).toEqual([true, false]);
});

test("a fill of 1/4 mixes a quarter of the colour into the inside", () => {
  const image = drawOverlay(request({ automatic: square(2, 14), sizePixels: 200, fill: 0.25 }));
  const [red, green, blue] = overlayColours.automatic;
  const mixed = [red, green, blue].map((value) => Math.round(128 + 0.25 * (value - 128)));
  expect(pixel(image, 80, 80)).toEqual(mixed);
});

test("captions have the size they say, and are cut off at the edge", () => {
  const image = blankImage(60, 20);
  drawText(image, { text: "H1", x: 2, y: 3, colour: [255, 255, 255], scale: 2 });
  const lit = Array.from({ length: 1200 }, (_, at) => at).filter((at) => image.data[3 * at] === 255);
  const xs = lit.map((at) => at % 60);
  expect(Math.min(...xs)).toBe(2);
  expect(Math.max(...xs)).toBeLessThan(2 + textWidth("H1", 2));
  expect(Math.max(...lit.map((at) => Math.floor(at / 60)))).toBe(3 + textHeight(2) - 1);
  drawText(image, { text: "EDGE", x: 50, y: 15, colour: [255, 0, 0], scale: 3 });
});

const subject = { ct: ctOf(grid, () => 0), reference: square(4, 6), automatic: square(5, 9) };

test("the enlarged part holds all targets with a margin, and never more than the slice", () => {
  expect(targetField(subject)).toEqual({ centreI: 9.5, centreJ: 9.5, widthMm: 20 });
  const large = createGrid([400, 400, 1], [1, 1, 5], patientPoint(0, 0, 0));
  const mask = emptyMask(large);
  mask.data.fill(1, 400 * 200 + 100, 400 * 200 + 180);
  const field = targetField({ ct: ctOf(large, () => 0), automatic: mask });
  // 80 mm wide and 25 mm on either side.
  expect(field).toEqual({ centreI: 139.5, centreJ: 200, widthMm: 130 });
});

test("pages are made of the slices with a target, and a subject without one has a sheet all the same", () => {
  expect(slicesWithTarget(subject)).toEqual([0]);
  const page = slicePage(subject, 0, targetField(subject));
  expect(page.width).toBe(page.height);
  const none = { ct: subject.ct, automatic: emptyMask(grid) };
  expect(slicesWithTarget(none)).toEqual([]);
  const sheet = contactSheet(none, [0, 1], targetField(none));
  expect(sheet.data).toHaveLength(3 * sheet.width * sheet.height);
  expect(sheet.data.some((value) => value > 200)).toBe(true);
});
