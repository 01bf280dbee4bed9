/**
 * A contact sheet of what a network is fed: square images of any values side by side, the target's outline in the paper's
 * green, a caption on each. Not here: what is on them (training/run/augment-preview.ts) and PNG.
 */
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { drawOverlay } from "./overlay.ts";
import { wholeField } from "./picture-raster.ts";
import { drawLines } from "./preview-page.ts";
import { blankImage, paste, type Rgb, type RgbImage } from "./rgb-image.ts";

export type SheetTile = {
  /** Values of a square image, length size * size, row by row. */
  readonly values: ArrayLike<number>;
  /** What is drawn black and white. */
  readonly black: number;
  readonly white: number;
  /** Same length, 0 or 1. */
  readonly mask: Uint8Array | undefined;
  readonly caption: readonly string[];
};

const tilePixels = 384;
const gapPixels = 4;
const columns = 4;
const captionColour: Rgb = [235, 235, 235];
/** Grey steps between black and white: more than a screen has. */
const steps = 1000;

/** All tiles of images of `size` pixels a side, four in a row. */
export function augmentationSheet(tiles: readonly SheetTile[], size: number): RgbImage {
  const across = Math.min(columns, tiles.length);
  const rows = Math.ceil(tiles.length / columns);
  const step = tilePixels + gapPixels;
  const sheet = blankImage(across * step - gapPixels, rows * step - gapPixels);
  for (const [index, tile] of tiles.entries()) {
    const x = (index % columns) * step;
    const y = Math.floor(index / columns) * step;
    paste(sheet, drawTile(tile, size), x, y);
    const lines = tile.caption.map((text): [string, Rgb] => [text, captionColour]);
    drawLines(sheet, lines, { x: x + 8, y: y + 8, scale: 2 });
  }
  return sheet;
}

function drawTile({ values, black, white, mask }: SheetTile, size: number): RgbImage {
  const grid = createGrid([size, size, 1], [1, 1, 1], patientPoint(0, 0, 0));
  const shade = (value: number): number =>
    Math.round(steps * Math.min(1, Math.max(0, (value - black) / (white - black))));
  return drawOverlay({
    ct: { grid, hu: Int16Array.from(values, shade) },
    k: 0,
    window: { name: "", levelHu: steps / 2, widthHu: steps },
    field: wholeField(grid),
    sizePixels: tilePixels,
    reference: mask === undefined ? undefined : { grid, data: mask },
    outlinePixels: 1.5,
    fill: 0,
  });
}
