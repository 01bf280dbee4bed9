/**
 * Elastic deformation, an option past the paper: random displacements on a coarse grid of control points, smooth in
 * between by cubic B-splines (Ronneberger 2015 draws them on a coarse grid; Simard 2003 smooths noise instead; B-splines
 * as in Rueckert 1999). A field is drawn in parts of the image's width, so that it fits every matrix.
 *
 * It never folds: with control points h apart, displacements below h / 2.0464 along each axis keep the map one to one
 * (Choi and Lee, Graphical Models 62, 2000: the bound in two dimensions). In fractions of the width that is
 * 0.0611 for eight cells; `largestElastic` keeps below it.
 */
import { largestElastic } from "#contract/augmentation-options.ts";
import type { Random } from "#core/random.ts";

/** Cells of the control grid along each side: bends of about an eighth of the width, an organ's size. */
const cells = 8;
/** Control points along each side: a cubic spline needs one before and two after each cell. */
const points = cells + 3;

/** Displacements of the control points in parts of the width, row by row: x, y, x, y ... Length 2 * 11 * 11. */
export type ElasticField = Float32Array;

/** Each control point moves by up to `amplitude` (parts of the width) along x and along y; an image point by a third of that. */
export function drawElasticField(random: Random, amplitude: number): ElasticField {
  if (!(amplitude >= 0 && amplitude <= largestElastic))
    throw new Error(`an elastic amplitude of ${amplitude} could fold the image: at most ${largestElastic}`);
  return Float32Array.from({ length: 2 * points * points }, () => random.uniform(-amplitude, amplitude));
}

/** Displacement in pixels of every pixel in a row of a square image: x, y, x, y ... */
type ElasticRows = (y: number) => Float64Array;

/** The array that the returned function gives is overwritten by its next call. */
export function elasticRows(field: ElasticField, size: number): ElasticRows {
  const cellOf = new Int32Array(size);
  const weights = new Float64Array(4 * size);
  for (let at = 0; at < size; at++) {
    const place = (at / (size - 1)) * cells;
    cellOf[at] = Math.min(cells - 1, Math.floor(place));
    weights.set(cubicWeights(place - cellOf[at]), 4 * at);
  }
  const controls = new Float64Array(2 * points);
  const row = new Float64Array(2 * size);
  return (y) => {
    controls.fill(0);
    for (let tap = 0; tap < 4; tap++) {
      const weight = size * weights[4 * y + tap];
      const start = 2 * points * (cellOf[y] + tap);
      for (let at = 0; at < 2 * points; at++) controls[at] += weight * field[start + at];
    }
    for (let x = 0; x < size; x++) {
      const first = 2 * cellOf[x];
      let [alongX, alongY] = [0, 0];
      for (let tap = 0; tap < 4; tap++) {
        const weight = weights[4 * x + tap];
        alongX += weight * controls[first + 2 * tap];
        alongY += weight * controls[first + 2 * tap + 1];
      }
      row[2 * x] = alongX;
      row[2 * x + 1] = alongY;
    }
    return row;
  };
}

/** The four cubic B-splines at `t` in [0, 1] of a cell; they add up to 1. */
function cubicWeights(t: number): [number, number, number, number] {
  return [
    (1 - t) ** 3 / 6,
    (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
    (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
    t ** 3 / 6,
  ];
}
