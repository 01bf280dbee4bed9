/**
 * The square in millimetres that a network sees of every slice: the whole slice, or the part that the body fills.
 * Networks of single slices know bodies of the size that they were trained on; a scanner's field of view may be much wider
 * than the patient, and the patient may lie beside its middle. Models whose metadata ask for it (`frame: "body"`) see the
 * body's square only. A slice that is not square, as that of a sagittal or coronal series put upright, is never squeezed
 * into the network's matrix: the square reaches beyond it, where there is air.
 */
import { airBelowHu, takeOutside } from "#anatomy/find-lungs.ts";
import { type Box, cropVoxels } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";

/**
 * Pixel columns and rows; the first is inside. As wide as it is high in millimetres, to the nearest pixel; it may begin
 * before the image and end beyond it.
 */
export type Frame = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Room around the body; the middle of what the phantoms have (src/phantom/variety.ts). */
const room = 1.15;
/** HU between which a pixel is soft tissue: no lung, no bone, hardly any couch. */
const tissueHu = { low: -200, high: 300 } as const;
/** A column belongs to the body where soft tissue fills at least this much of it; couches are thinner. */
const bodyDepthMm = 40;
/** An image narrower than this shows no whole chest: it is a crop, and soft tissue in it is no body to go by. */
const cropBelowMm = 300;
/** What air parts from the chest counts where the body is so much narrower without it: less is the edge of a couch, or a fold of cloth. */
const armsFrom = 0.95;
/** Every fourth pixel of every second slice is enough to find a body; of pixels wider than 2 mm every one. */
const step = { pixels: 4, finestMm: 2, slices: 2 } as const;

/** The smallest square round the whole slice: the slice itself where that is square. */
export function wholeSquare({ size: [columns, rows], spacingMm: [dx, dy] }: Grid): Frame {
  return squareOf(Math.max(columns * dx, rows * dy), { size: [columns, rows], spacingMm: [dx, dy] }, [
    columns / 2,
    rows / 2,
  ]);
}

type Plane = {
  readonly size: readonly [columns: number, rows: number];
  readonly spacingMm: readonly [number, number];
};

/** A square of a side round a place in pixels, moved into the image as far as it fits there. */
function squareOf(sideMm: number, { size, spacingMm }: Plane, middle: readonly [number, number]): Frame {
  const extent = (axis: 0 | 1): number => Math.max(1, Math.round(sideMm / spacingMm[axis]));
  const begin = (axis: 0 | 1): number => {
    const [count, length] = [size[axis], extent(axis)];
    if (length >= count) return (count - length) >> 1;
    return Math.min(count - length, Math.max(0, Math.round(middle[axis] - length / 2)));
  };
  return { x: begin(0), y: begin(1), width: extent(0), height: extent(1) };
}

/** What is sure to be the chest, from, to. */
export type ChestExtent = {
  readonly slices: readonly [number, number];
  readonly columns: readonly [number, number];
};

/**
 * The whole square where the image shows no body, or a crop of one. `chest`: where the lungs are, if that is known. A head above them has another
 * width, and what the room's air parts from them, as an arm beside the body, is not of the body. What lies beyond air within the chest wall is.
 */
export function findBodyFrame(
  ct: CtImage,
  { slices, columns }: ChestExtent = { slices: [0, ct.grid.size[2]], columns: [0, ct.grid.size[0]] },
): Frame {
  const { size, spacingMm } = ct.grid;
  const longestMm = Math.max(size[0] * spacingMm[0], size[1] * spacingMm[1]);
  if (longestMm < cropBelowMm) return wholeSquare(ct.grid);
  const all = findBody(ct, { slices, columns: [0, size[0]] });
  if (all === undefined) return wholeSquare(ct.grid);
  const isNarrower = (part: Body | undefined): part is Body =>
    part !== undefined && part.width < armsFrom * all.width;
  // Which air is the room's takes long to find, and few CTs need it.
  const parted = findBody(ct, { slices, columns });
  const joined = isNarrower(parted) ? findBody(ct, { slices, columns }, true) : undefined;
  const body = isNarrower(joined) ? joined : all;
  const sideMm = Math.min(longestMm, body.width * spacingMm[0] * room);
  const middle = [body.from + body.width / 2, body.middleRow] as const;
  return squareOf(sideMm, { size: [size[0], size[1]], spacingMm: [spacingMm[0], spacingMm[1]] }, middle);
}

/** In pixels. */
type Body = { readonly from: number; readonly width: number; readonly middleRow: number };

/** 1 where a slice's air leads to its sides. Slice by slice: of thick ones a pocket of air may lie on the room of the next. */
function roomOn(slice: Int16Array, grid: Grid): Uint8Array {
  const air = new Uint8Array(slice.length);
  // A loop: a test for each pixel takes several times as long.
  for (let at = 0; at < air.length; at++) if (slice[at] < airBelowHu) air[at] = 1;
  return takeOutside({ grid: { ...grid, size: [grid.size[0], grid.size[1], 1] }, data: air }).data;
}

/** What no air parts from the chest's columns, or with `roomAlone` no air of the room; undefined where there is no body. */
function findBody({ grid, hu }: CtImage, chest: ChestExtent, roomAlone = false): Body | undefined {
  const [width, height] = grid.size;
  const [dx, dy] = grid.spacingMm;
  const [across, down] = [dx, dy].map((mm) => (mm > step.finestMm ? 1 : step.pixels));
  const columns = new Float64Array(Math.ceil(width / across));
  let [looked, rows, tissue] = [0, 0, 0];
  for (let k = chest.slices[0]; k < chest.slices[1]; k += step.slices) {
    looked++;
    const slice = hu.subarray(width * height * k, width * height * (k + 1));
    const roomAir = roomAlone ? roomOn(slice, grid) : undefined;
    for (let y = 0; y < height; y += down) {
      const row = width * y;
      const isBeyond = (x: number): boolean => slice[row + x] < airBelowHu && roomAir?.[row + x] !== 0;
      let [left, right] = chest.columns;
      while (left > 0 && !isBeyond(left - 1)) left--;
      while (right < width && !isBeyond(right)) right++;
      for (let x = Math.ceil(left / across) * across; x < right; x += across) {
        const value = slice[x + row];
        if (value < tissueHu.low || value > tissueHu.high) continue;
        columns[x / across]++;
        rows += y;
        tissue++;
      }
    }
  }
  const needed = (bodyDepthMm / (down * dy)) * looked;
  const first = columns.findIndex((depth) => depth >= needed);
  const last = columns.findLastIndex((depth) => depth >= needed);
  if (first < 0) return undefined;
  return { from: first * across, width: (last - first + 1) * across, middleRow: rows / tissue };
}

/** What the frame shows of every slice. The image itself where that is all. */
export function cropToFrame(ct: CtImage, frame: Frame): CtImage {
  const { grid, hu } = ct;
  if (isWhole(grid.size, frame)) return ct;
  return {
    grid: { ...grid, size: [frame.width, frame.height, grid.size[2]] },
    hu: frameVoxels(hu, grid.size, frame),
  };
}

/** What the frame shows of slice `k`, as a view where that is all of it. */
export function frameSlice({ grid, hu }: CtImage, frame: Frame, k: number): Int16Array {
  const [width, height] = grid.size;
  const slice = hu.subarray(k * width * height, (k + 1) * width * height);
  return frameVoxels(slice, [width, height, 1], frame);
}

function isWhole([columns, rows]: Grid["size"], { x, y, width, height }: Frame): boolean {
  return x === 0 && y === 0 && width === columns && height === rows;
}

/** Of HU beyond the image: what a reader makes of padding. A mask has nothing there. */
const beyondHu = -1024;

/** What the frame shows of voxels (HU, a mask), slice by slice; the array itself where that is all. */
export function frameVoxels<Voxels extends Int16Array | Uint8Array>(
  voxels: Voxels,
  size: Grid["size"],
  frame: Frame,
): Voxels {
  if (isWhole(size, frame)) return voxels;
  const { x, y, width, height } = frame;
  const box: Box = { from: [x, y, 0], to: [x + width, y + height, size[2]] };
  return cropVoxels(voxels, size, box, voxels instanceof Int16Array ? beyondHu : 0);
}
