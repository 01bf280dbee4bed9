/**
 * A real CT as a background: upright, at the matrix of the cohort, in pixels of a size that fits a chest where the file's
 * cannot be true.
 */

import type { Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { ctFromImage } from "#formats/ct-from-image.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createResizer } from "#preprocess/resize.ts";
import { lungsOfSlice } from "./lungs-of-slice.ts";

/** Width of a chest with its soft tissue; beyond these bounds the pixels' size is wrong or not known. */
const chestMm = { narrowest: 290, widest: 470, usual: 370 } as const;

/** Slices and patients' axes in their usual order, `size` rows and columns. Throws `bad-cohort` for images that are not square. */
export function prepareBackground(source: CtImage, size: number): CtImage {
  const upright = uprightCt(source);
  const [columns, rows, slices] = upright.grid.size;
  if (columns !== rows) {
    throw new DelineateError(
      "bad-cohort",
      `A background needs square images, found ${columns} columns and ${rows} rows.`,
    );
  }
  const resize = createResizer([columns, rows], [size, size]);
  const hu = new Int16Array(size * size * slices);
  for (let k = 0; k < slices; k++) {
    const slice = upright.hu.subarray(k * columns * rows, (k + 1) * columns * rows);
    // Padding is no tissue: it must not bleed into the image.
    const smaller = resize(slice.map((value) => Math.max(-1024, value)));
    for (let index = 0; index < smaller.length; index++)
      hu[k * size * size + index] = Math.max(-1024, Math.min(3071, Math.round(smaller[index])));
  }
  const factor = columns / size;
  const [x, y, z] = upright.grid.spacingMm;
  const spacingMm: Vector3 = [x * factor, y * factor, z];
  const ct = { grid: { ...upright.grid, size: [size, size, slices] as const, spacingMm }, hu };
  const scale = chestScale(ct);
  return { ...ct, grid: { ...ct.grid, spacingMm: [spacingMm[0] * scale, spacingMm[1] * scale, z] } };
}

/** Columns to the patient's left, rows to the back, slices to the head, whatever the order in the file; voxels are moved only. */
function uprightCt({ grid, hu }: CtImage): CtImage {
  const stepsMm = grid.axes.map((axis, at): Vector3 => {
    const mm = grid.spacingMm[at];
    return [axis[0] * mm, axis[1] * mm, axis[2] * mm];
  });
  return ctFromImage({
    size: grid.size,
    stepsMm: [stepsMm[0], stepsMm[1], stepsMm[2]],
    origin: grid.origin,
    values: hu,
    names: new Map(),
    fault: "bad-cohort",
    findings: [],
  }).ct;
}

/** 1 where the median width of the body can be a chest's. */
function chestScale({ grid, hu }: CtImage): number {
  const [size, , slices] = grid.size;
  const widths: number[] = [];
  for (let k = 0; k < slices; k += Math.max(1, Math.floor(slices / 8))) {
    const { body } = lungsOfSlice(
      hu.subarray(k * size * size, (k + 1) * size * size),
      size,
      size,
      grid.spacingMm[0],
    );
    let [first, last] = [size, 0];
    for (let at = 0; at < body.length; at++) {
      if (body[at] === 0) continue;
      first = Math.min(first, at % size);
      last = Math.max(last, at % size);
    }
    if (last > first) widths.push((last - first + 1) * grid.spacingMm[0]);
  }
  const width = widths.sort((a, b) => a - b)[widths.length >> 1];
  if (width === undefined || (width >= chestMm.narrowest && width <= chestMm.widest)) return 1;
  return chestMm.usual / width;
}
