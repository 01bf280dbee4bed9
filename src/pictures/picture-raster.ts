/** The pixels of a square picture of a slice: between which voxels each lies, and the HU there. */
import type { Grid } from "#geometry/grid.ts";

/** A square part of the slice plane. */
export type Field = {
  /** Continuous voxel index of its centre. */
  readonly centreI: number;
  readonly centreJ: number;
  readonly widthMm: number;
};

export type Raster = {
  /** Of the CT. */
  readonly grid: Grid;
  readonly field: Field;
  /** Width and height of the picture. */
  readonly sizePixels: number;
};

/** The whole slice, centred. */
export function wholeField(grid: Grid): Field {
  const [ni, nj] = grid.size;
  const widthMm = Math.max(ni * grid.spacingMm[0], nj * grid.spacingMm[1]);
  return { centreI: (ni - 1) / 2, centreJ: (nj - 1) / 2, widthMm };
}

/** Four neighbouring voxels along one axis and their weights. */
export type Sample = {
  readonly index: readonly number[];
  readonly weight: readonly number[];
  readonly linear: number;
};

/** For each pixel along an axis the voxels that it lies between; undefined beyond the CT. */
export function samplesAlong({ grid, field, sizePixels }: Raster, axis: 0 | 1): (Sample | undefined)[] {
  const count = grid.size[axis];
  const centre = axis === 0 ? field.centreI : field.centreJ;
  const voxelsPerPixel = field.widthMm / sizePixels / grid.spacingMm[axis];
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

/** The interpolated HU of each of the picture's rows that lies in the CT, from its first pixel in it, `left`, on; overwritten by the next row's. */
export function forRowsOfHu(
  slice: Int16Array,
  raster: Raster,
  visit: (y: number, left: number, hu: Float64Array) => void,
): void {
  const [ni] = raster.grid.size;
  const columns = samplesAlong(raster, 0);
  const left = columns.findIndex((column) => column !== undefined);
  const inside = columns.filter((column) => column !== undefined);
  const [indices, weights] = [new Int32Array(4 * inside.length), new Float64Array(4 * inside.length)];
  inside.forEach(({ index, weight }, x) => {
    indices.set(index, 4 * x);
    weights.set(weight, 4 * x);
  });
  /** Of a row of voxels, interpolated along it: each is asked for by several rows of pixels. */
  const lines = new Map<number, Float64Array>();
  const lineOf = (row: number): Float64Array => {
    let line = lines.get(row);
    if (line !== undefined) return line;
    line = new Float64Array(inside.length);
    for (let x = 0, tap = 0; x < line.length; x++) {
      let sum = 0;
      for (const end = tap + 4; tap < end; tap++) sum += weights[tap] * slice[ni * row + indices[tap]];
      line[x] = sum;
    }
    lines.set(row, line);
    return line;
  };
  const hu = new Float64Array(inside.length);
  samplesAlong(raster, 1).forEach((row, y) => {
    if (row === undefined) return;
    hu.fill(0);
    row.index.forEach((voxels, b) => {
      const [line, weight] = [lineOf(voxels), row.weight[b]];
      for (let x = 0; x < hu.length; x++) hu[x] += weight * line[x];
    });
    visit(y, left, hu);
  });
}
