/**
 * Pages of overlays as a person looks at them: for a slice the whole image and an enlarged part, in lung and mediastinum
 * windows, with captions, sides of the patient and scale bars; and a sheet of all slices with a target. Slices are
 * numbered k, from 0, as everywhere.
 */
import { voxelPoint } from "#core/coordinates.ts";
import { boundingBox, unionBox } from "#geometry/crop.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { countOverlap, overlapFromCounts } from "#geometry/overlap.ts";
import { drawOverlay, drawOverlays, lungWindow, mediastinumWindow, overlayColours } from "./overlay.ts";
import { type Field, wholeField } from "./picture-raster.ts";
import { type Caption, drawText, textHeight, textWidth } from "./pixel-font.ts";
import { blankImage, fillRectangle, paste, type Rgb, type RgbImage } from "./rgb-image.ts";

type PreviewSubject = {
  readonly ct: { readonly grid: Grid; readonly hu: Int16Array };
  readonly reference?: Mask | undefined;
  readonly automatic?: Mask | undefined;
};

const panelPixels = 640;
const gapPixels = 4;
const thumbnailPixels = 256;
const areaOpacity = 0.2;
const captionColour: Rgb = [235, 235, 235];
const noTarget: readonly [string, Rgb][] = [["no target in any slice", captionColour]];

/** Slices where a mask has voxels, in order. */
export function slicesWithTarget({ ct, reference, automatic }: PreviewSubject): number[] {
  return Array.from({ length: ct.grid.size[2] }, (_, k) => k).filter((k) =>
    [reference, automatic].some((mask) => mask !== undefined && maskSlice(mask, k).includes(1)),
  );
}

/** How far the enlarged part reaches beyond the targets, and its least width. */
const marginMm = 25;
const leastWidthMm = 100;

/** The same part of every slice: the box of all targets with a margin, square. The whole slice if there is no target. */
export function targetField(subject: PreviewSubject): Field {
  const { grid } = subject.ct;
  const [reference, automatic] = [subject.reference, subject.automatic].map(
    (mask) => mask && boundingBox(mask),
  );
  const box = unionBox(reference, automatic);
  if (box === undefined) return wholeField(grid);
  const [left, top] = box.from;
  const [right, bottom] = [box.to[0] - 1, box.to[1] - 1];
  const width = Math.max((right - left + 1) * grid.spacingMm[0], (bottom - top + 1) * grid.spacingMm[1]);
  const widthMm = Math.min(Math.max(width + 2 * marginMm, leastWidthMm), wholeField(grid).widthMm);
  // Kept within the image where it fits: half a picture of black helps nobody.
  const within = (centre: number, axis: 0 | 1): number => {
    const half = widthMm / grid.spacingMm[axis] / 2;
    const last = grid.size[axis] - 0.5;
    return 2 * half > grid.size[axis]
      ? (grid.size[axis] - 1) / 2
      : Math.min(Math.max(centre, half - 0.5), last - half);
  };
  return { centreI: within((left + right) / 2, 0), centreJ: within((top + bottom) / 2, 1), widthMm };
}

/** One slice: whole and enlarged, lung window on the left, mediastinum window on the right. */
export function slicePage(subject: PreviewSubject, k: number, field: Field): RgbImage {
  const side = 2 * panelPixels + gapPixels;
  const page = blankImage(side, side);
  const whole = wholeField(subject.ct.grid);
  for (const [row, part] of [whole, field].entries()) {
    // One of the four shows the areas in colour too, the others leave the anatomy free.
    const looks = [
      { window: lungWindow, fill: 0 },
      { window: mediastinumWindow, fill: part === field ? areaOpacity : 0 },
    ];
    const shown = { ...subject, k, field: part, sizePixels: panelPixels, outlinePixels: 1.5 };
    for (const [column, panel] of drawOverlays(shown, looks).entries()) {
      caption(panel, subject.ct.grid, { window: looks[column].window, widthMm: part.widthMm });
      paste(page, panel, column * (panelPixels + gapPixels), row * (panelPixels + gapPixels));
    }
  }
  const { grid } = subject.ct;
  const z = voxelToPatient(grid, voxelPoint((grid.size[0] - 1) / 2, (grid.size[1] - 1) / 2, k))[2];
  const lines: [string, Rgb][] = [
    [`slice ${k + 1} of ${grid.size[2]}  z ${z.toFixed(1)} mm`, captionColour],
    ...legend(subject),
  ];
  const dsc = sliceDsc(subject, k);
  if (dsc !== undefined) lines.push([`DSC ${dsc}`, captionColour]);
  drawLines(page, lines, { x: 12, y: 12, scale: 2 });
  return page;
}

/** All given slices, enlarged, in the mediastinum window, counted from 1 as everywhere a person reads; as wide as it is high, about. */
export function contactSheet(subject: PreviewSubject, slices: readonly number[], field: Field): RgbImage {
  const columns = Math.min(slices.length, Math.max(1, Math.ceil(Math.sqrt(slices.length * 1.4))));
  const rows = Math.ceil(slices.length / columns);
  const step = thumbnailPixels + gapPixels;
  const header = 24;
  const sheet = blankImage(columns * step - gapPixels, header + rows * step - gapPixels);
  for (const [index, k] of slices.entries()) {
    const x = (index % columns) * step;
    const y = header + Math.floor(index / columns) * step;
    const request = { ...subject, k, window: mediastinumWindow, field, sizePixels: thumbnailPixels };
    paste(sheet, drawOverlay({ ...request, outlinePixels: 1.5, fill: 0 }), x, y);
    drawText(sheet, { text: String(k + 1), x: x + 5, y: y + 5, colour: captionColour, scale: 2 });
  }
  let x = 5;
  const lines = slicesWithTarget(subject).length > 0 ? legend(subject) : noTarget;
  for (const [text, colour] of lines) {
    drawText(sheet, { text, x, y: 5, colour, scale: 2 });
    x += textWidth(text, 2) + 20;
  }
  return sheet;
}

/** The window, a scale bar, and on which sides the patient's right and left are. */
function caption(
  panel: RgbImage,
  { axes }: Grid,
  { window, widthMm }: { readonly window: typeof lungWindow; readonly widthMm: number },
): void {
  const name = `${window.name} L${window.levelHu} W${window.widthHu}`;
  const write = (text: string, x: number, y: number): void =>
    drawText(panel, { text, x, y, colour: captionColour, scale: 2 });
  write(name, panelPixels - textWidth(name, 2) - 10, 12);
  drawScaleBar(panel, widthMm);
  const middle = Math.round((panelPixels - textHeight(2)) / 2);
  write(sideOf(axes[0], -1), 8, middle);
  write(sideOf(axes[0], 1), panelPixels - 18, middle);
}

/** Letter of the patient's side towards which `axis`, in LPS, points most (`sign` 1) or comes from (-1). */
function sideOf(axis: readonly number[], sign: 1 | -1): string {
  const largest = axis.map(Math.abs).indexOf(Math.max(...axis.map(Math.abs)));
  const positive = axis[largest] * sign > 0;
  return (positive ? "LPS" : "RAI")[largest];
}

/** At the lower right, of a length that fits. */
export function drawScaleBar(panel: RgbImage, widthMm: number): void {
  const barMm = widthMm > 250 ? 50 : 20;
  const length = Math.round((barMm / widthMm) * panel.width);
  const [x, y] = [panel.width - length - 12, panel.height - 16];
  fillRectangle(panel, { x: x - 1, y: y - 1, width: length + 2, height: 5 }, [0, 0, 0]);
  fillRectangle(panel, { x, y, width: length, height: 3 }, captionColour);
  const text = `${barMm / 10} cm`;
  drawText(panel, {
    text,
    x: x + Math.round((length - textWidth(text, 2)) / 2),
    y: y - 20,
    colour: captionColour,
    scale: 2,
  });
}

function legend({ reference, automatic }: PreviewSubject): [string, Rgb][] {
  const lines: [string, Rgb][] = [];
  if (reference !== undefined) lines.push(["reference", overlayColours.reference]);
  if (automatic !== undefined) lines.push(["automatic", overlayColours.automatic]);
  if (lines.length === 2) lines.push(["agreement", overlayColours.agreement]);
  return lines;
}

function sliceDsc({ reference, automatic }: PreviewSubject, k: number): string | undefined {
  if (reference === undefined || automatic === undefined) return undefined;
  const { dsc } = overlapFromCounts(countOverlap(maskSlice(reference, k), maskSlice(automatic, k)));
  return dsc === null ? undefined : dsc.toFixed(2);
}

/** Captions below one another, from the place of the first. */
export function drawLines(
  image: RgbImage,
  lines: readonly [string, Rgb][],
  { x, y, scale }: Pick<Caption, "x" | "y" | "scale">,
): void {
  for (const [index, [text, colour]] of lines.entries()) {
    drawText(image, { text, x, y: y + index * (textHeight(scale) + 3 * scale), colour, scale });
  }
}
