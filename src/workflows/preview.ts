/** Overlays as PNG files: every slice with a contour (lung window, whole field), and one sheet of the tumour close by. */
import { join } from "node:path";
import { encode } from "fast-png";
import type { CtVolume } from "../dicom/ct-volume.ts";
import {
  type Crop,
  contactSheet,
  drawOverlay,
  type OverlaySlice,
  type Picture,
  windows,
} from "../evaluate/overlay.ts";
import type { Mask } from "../geometry/mask.ts";
import { writeFileAtomic } from "../node/write-file.ts";

export type PreviewMasks = { readonly reference?: Mask; readonly automatic?: Mask };

/** On the sheet: this many slices at most, evenly spread, each in both windows. */
const sheetSlices = 8;
const sheetColumns = 4;
const marginMm = 35;

/** Paths of the files written, the sheet first. Without any contour the middle slice stands alone. */
export async function writePreview(ct: CtVolume, masks: PreviewMasks, directory: string): Promise<string[]> {
  const [ni, nj] = ct.grid.size;
  const { slices, crop } = extent(ct, masks);
  const paths: string[] = [];
  const write = async (name: string, picture: Picture): Promise<void> => {
    const path = join(directory, name);
    await writeFileAtomic(path, encode({ ...picture, channels: 3, depth: 8 }), { force: true });
    paths.push(path);
  };
  const sliceAt = (k: number): OverlaySlice => ({
    grid: ct.grid,
    k,
    hu: ct.hu,
    reference: masks.reference?.data,
    automatic: masks.automatic?.data,
  });
  const every = Math.max(1, slices.length / sheetSlices);
  const chosen = Array.from(
    { length: Math.min(sheetSlices, slices.length) },
    (_, index) => slices[Math.floor((index + 0.5) * every)],
  );
  const zoom = Math.max(1, Math.round(320 / crop.width));
  const rows = [windows.lung, windows.mediastinum].flatMap((window) => {
    const row = chosen.map((k) => drawOverlay(sliceAt(k), window, crop, zoom));
    // Both windows start on a row of their own.
    const missing = (sheetColumns - (row.length % sheetColumns)) % sheetColumns;
    return [...row, ...Array.from({ length: row.length < sheetColumns ? 0 : missing }, () => blank(row[0]))];
  });
  await write("overview.png", contactSheet(rows, Math.min(sheetColumns, chosen.length)));
  const whole = { x: 0, y: 0, width: ni, height: nj };
  const wholeZoom = Math.max(1, Math.round(512 / ni));
  for (const k of slices) {
    await write(
      `slice-${String(k).padStart(3, "0")}.png`,
      drawOverlay(sliceAt(k), windows.lung, whole, wholeZoom),
    );
  }
  return paths;
}

function blank({ width, height }: Picture): Picture {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** Slices with a contour, and a square around all contours with a margin. */
function extent(ct: CtVolume, masks: PreviewMasks): { slices: number[]; crop: Crop } {
  const [ni, nj, nk] = ct.grid.size;
  const slices = new Set<number>();
  let [x0, y0, x1, y1] = [ni, nj, -1, -1];
  for (const mask of [masks.reference, masks.automatic]) {
    mask?.data.forEach((value, index) => {
      if (value === 0) return;
      const [x, y] = [index % ni, Math.floor(index / ni) % nj];
      slices.add(Math.floor(index / (ni * nj)));
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    });
  }
  if (slices.size === 0) return { slices: [nk >> 1], crop: { x: 0, y: 0, width: ni, height: nj } };
  const margin = Math.round(marginMm / ct.grid.spacingMm[0]);
  const side = Math.min(ni, nj, Math.max(x1 - x0, y1 - y0) + 1 + 2 * margin);
  const place = (low: number, high: number, count: number): number =>
    Math.max(0, Math.min(count - side, Math.round((low + high - side) / 2)));
  return {
    slices: [...slices].sort((a, b) => a - b),
    crop: { x: place(x0, x1, ni), y: place(y0, y1, nj), width: side, height: side },
  };
}
