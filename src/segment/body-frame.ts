/**
 * The square of the image that the body fills. Networks of single slices know bodies of the size that they were trained
 * on; a scanner's field of view may be much wider than the patient, and the patient may lie beside its middle. Models whose
 * metadata ask for it (`frame: "body"`) see this square only. It is the whole image where the body fills that.
 */
import type { CtImage } from "../geometry/ct-image.ts";
import type { Grid } from "../geometry/grid.ts";

/** Pixel columns and rows; the first is inside. */
export type Frame = { readonly x: number; readonly y: number; readonly side: number };

/** Room around the body; the middle of what the phantoms have (src/phantom/variety.ts). */
const room = 1.15;
/** HU between which a pixel is soft tissue: no lung, no bone, hardly any couch. */
const tissueHu = { low: -200, high: 300 } as const;
/** A column belongs to the body where soft tissue fills at least this much of it; couches are thinner. */
const bodyDepthMm = 40;
/** Every fourth pixel of every second slice is enough to find a body. */
const step = { pixels: 4, slices: 2 } as const;

function wholeImage({ grid }: Pick<CtImage, "grid">): Frame {
  return { x: 0, y: 0, side: grid.size[0] };
}

/** The whole image where it shows no body or is not square. */
export function findBodyFrame({ grid, hu }: CtImage): Frame {
  const [width, height, count] = grid.size;
  if (width !== height) return wholeImage({ grid });
  const columns = new Float64Array(Math.ceil(width / step.pixels));
  let [slices, rows, tissue] = [0, 0, 0];
  for (let k = 0; k < count; k += step.slices) {
    slices++;
    for (let y = 0; y < height; y += step.pixels) {
      for (let x = 0; x < width; x += step.pixels) {
        const value = hu[x + width * (y + height * k)];
        if (value < tissueHu.low || value > tissueHu.high) continue;
        columns[x / step.pixels]++;
        rows += y;
        tissue++;
      }
    }
  }
  const needed = (bodyDepthMm / (step.pixels * grid.spacingMm[1])) * slices;
  const first = columns.findIndex((depth) => depth >= needed);
  const last = columns.findLastIndex((depth) => depth >= needed);
  if (first < 0) return wholeImage({ grid });
  const bodyWidth = (last - first + 1) * step.pixels;
  const side = Math.min(width, Math.round(bodyWidth * room));
  const begin = (middle: number): number =>
    Math.min(width - side, Math.max(0, Math.round(middle - side / 2)));
  return { x: begin(first * step.pixels + bodyWidth / 2), y: begin(rows / tissue), side };
}

/** What the frame shows of every slice. */
export function cropToFrame({ grid, hu }: CtImage, frame: Frame): CtImage {
  const { side } = frame;
  return {
    grid: { ...grid, size: [side, side, grid.size[2]] },
    hu: cropVoxels(hu, grid.size, frame),
  };
}

/** What the frame shows of voxels (HU, a mask), slice by slice; the array itself where that is all. */
export function cropVoxels<Voxels extends Int16Array | Uint8Array>(
  voxels: Voxels,
  [width, height, count]: Grid["size"],
  { x, y, side }: Frame,
): Voxels {
  if (side === width && side === height) return voxels;
  const cropped = voxels.slice(0, side * side * count) as Voxels;
  for (let k = 0; k < count; k++) {
    for (let row = 0; row < side; row++) {
      const from = x + width * (y + row + height * k);
      cropped.set(voxels.subarray(from, from + side), side * (row + side * k));
    }
  }
  return cropped;
}
