/**
 * From the frames of one CT series to a regular grid: order by position along the slice normal (never by file name or
 * instance number), and every reason to refuse that a planning system would have.
 */
import { arePerpendicularUnits, cross, dot, length, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import type { CtFrame } from "./ct-frames.ts";

/** Two slices closer than this are the same place: half of the finest slice spacing that scanners make is 0.1 mm. */
const samePlaceMm = 0.01;
/**
 * Gaps may differ from their median, and slices lie beside the even grid, by this: positions are often written with one
 * decimal, which moves each end of a gap by up to 0.05 mm. More would put contours between planes.
 */
const gapToleranceMm = 0.1;
/** Two gaps of such positions differ by exactly the bound, and by a little more in floating point. */
const roundingMm = 1e-6;
/** Direction cosines of one series agree in their first four decimals, which is how exactly some scanners write them. */
const cosineTolerance = 1e-4;
/** In-plane drift of the first voxel over the whole stack that is rounding and not a tilted gantry: under half a pixel. */
const driftToleranceMm = 0.3;

export type StackedSeries = { readonly grid: Grid; readonly frames: readonly CtFrame[] };

/** Throws a named error that says which slices are meant; positions are millimetres along the slice normal. */
export function stackSlices(series: readonly CtFrame[]): StackedSeries {
  if (series.length < 2) {
    throw new DelineateError(
      "too-few-slices",
      `The CT series has ${series.length} slice; a volume needs at least 2.`,
    );
  }
  const first = series[0];
  if (first.frameOfReferenceUid === undefined) {
    throw new DelineateError(
      "no-frame-of-reference",
      "The CT has no Frame of Reference UID (0020,0052): contours could not be tied to it. Export the original series.",
    );
  }
  for (const frame of series) checkAlike(first, frame);
  const [rowAxis, columnAxis] = orthonormal(first);
  const normal = cross(rowAxis, columnAxis);
  const placed = series
    .map((frame) => ({ frame, at: dot(frame.position, normal) }))
    .sort((a, b) => a.at - b.at);
  const gaps = placed.slice(1).map(({ at }, index) => at - placed[index].at);
  const spacing = checkGaps(placed, gaps);
  checkTilt(
    placed.map(({ frame }) => frame),
    rowAxis,
    columnAxis,
  );
  const bottom = placed[0].frame;
  const grid = createGrid(
    [first.columns, first.rows, placed.length],
    [first.pixelSpacingMm[1], first.pixelSpacingMm[0], spacing],
    bottom.position,
    [rowAxis, columnAxis],
  );
  return { grid, frames: placed.map(({ frame }) => frame) };
}

function checkAlike(first: CtFrame, frame: CtFrame): void {
  if (frame.studyInstanceUid !== first.studyInstanceUid || frame.patientId !== first.patientId) {
    throw new DelineateError(
      "mixed-patients",
      `The slices of the CT series are of different patients or studies (${first.file} and ${frame.file}): contours could land on the wrong one. Export the series of one patient and study again.`,
    );
  }
  if (frame.frameOfReferenceUid !== first.frameOfReferenceUid) {
    throw new DelineateError(
      "mixed-frames-of-reference",
      `The slices of the CT series have different frames of reference (${first.file} and ${frame.file}).`,
    );
  }
  if (
    frame.rows !== first.rows ||
    frame.columns !== first.columns ||
    frame.pixelSpacingMm.some((value, axis) => Math.abs(value - first.pixelSpacingMm[axis]) > 1e-5)
  ) {
    const show = (f: CtFrame): string =>
      `${f.columns} x ${f.rows} pixels of ${f.pixelSpacingMm[1]} x ${f.pixelSpacingMm[0]} mm`;
    throw new DelineateError(
      "differing-matrix",
      `${first.file} has ${show(first)}, ${frame.file} has ${show(frame)}.`,
    );
  }
  const differs = (a: Vector3, b: Vector3): boolean =>
    a.some((value, axis) => Math.abs(value - b[axis]) > cosineTolerance);
  if (differs(frame.rowAxis, first.rowAxis) || differs(frame.columnAxis, first.columnAxis)) {
    throw new DelineateError(
      "differing-orientation",
      `${first.file} and ${frame.file} of one CT series are oriented differently.`,
    );
  }
}

/** The axes made exactly perpendicular and of length 1; throws if they are far from it. */
function orthonormal(frame: CtFrame): [Vector3, Vector3] {
  const { rowAxis, columnAxis } = frame;
  if (!arePerpendicularUnits(rowAxis, columnAxis)) {
    throw new DelineateError(
      "differing-orientation",
      `${frame.file} has direction cosines (0020,0037) that are not two perpendicular unit vectors.`,
    );
  }
  const a = length(rowAxis);
  const row = rowAxis.map((value) => value / a) as unknown as Vector3;
  const overlap = dot(columnAxis, row);
  const upright = columnAxis.map((value, axis) => value - overlap * row[axis]) as unknown as Vector3;
  const size = length(upright);
  return [row, upright.map((value) => value / size) as unknown as Vector3];
}

function checkGaps(placed: readonly { frame: CtFrame; at: number }[], gaps: readonly number[]): number {
  const show = (index: number): string => `${placed[index].at.toFixed(2)} mm`;
  const duplicate = gaps.findIndex((gap) => gap < samePlaceMm);
  if (duplicate >= 0) {
    const doubles = gaps.filter((gap) => gap < samePlaceMm).length;
    const remedy =
      doubles === 1
        ? "Remove one of them."
        : `So do ${doubles} of the ${placed.length} slices: the series holds several acquisitions or breathing phases. Copy the files of one to a folder of its own; Acquisition Number (0020,0012), Temporal Position Identifier (0020,0100) or Acquisition Time (0008,0032) may tell them apart.`;
    throw new DelineateError(
      "duplicate-slice-position",
      `Two slices lie at the same position (${show(duplicate)}): ${placed[duplicate].frame.file} and ${placed[duplicate + 1].frame.file}. ${remedy}`,
    );
  }
  const median = [...gaps].sort((a, b) => a - b)[gaps.length >> 1];
  for (const [index, gap] of gaps.entries()) {
    if (Math.abs(gap - median) <= gapToleranceMm + roundingMm) continue;
    const missing = Math.round(gap / median) - 1;
    if (
      missing >= 1 &&
      Math.abs(gap - (missing + 1) * median) <= gapToleranceMm * (missing + 1) + roundingMm
    ) {
      throw new DelineateError(
        "missing-slice",
        `${missing} slice${missing > 1 ? "s are" : " is"} missing between ${show(index)} and ${show(index + 1)} (spacing ${median.toFixed(2)} mm). Export the whole series.`,
      );
    }
    throw new DelineateError(
      "non-uniform-spacing",
      `Slices are ${median.toFixed(3)} mm apart, but ${gap.toFixed(3)} mm between ${show(index)} and ${show(index + 1)}; expected equal spacing within ${gapToleranceMm} mm.`,
    );
  }
  const spacing = (placed[placed.length - 1].at - placed[0].at) / gaps.length;
  // Small differences of one sign add up along the stack: each slice must lie where the grid has it.
  const offsMm = placed.map(({ at }, index) => Math.abs(at - placed[0].at - index * spacing));
  const offMm = Math.max(...offsMm);
  if (offMm > gapToleranceMm + roundingMm) {
    const worst = offsMm.indexOf(offMm);
    throw new DelineateError(
      "non-uniform-spacing",
      `The slice at ${show(worst)} (${placed[worst].frame.file}) lies ${offMm.toFixed(3)} mm from its place among slices evenly ${spacing.toFixed(3)} mm apart; expected within ${gapToleranceMm} mm. Resample the series to equal spacing.`,
    );
  }
  return spacing;
}

function checkTilt(frames: readonly CtFrame[], rowAxis: Vector3, columnAxis: Vector3): void {
  const first = frames[0].position;
  for (const { position, file } of frames) {
    const offset: Vector3 = [position[0] - first[0], position[1] - first[1], position[2] - first[2]];
    const drift = Math.hypot(dot(offset, rowAxis), dot(offset, columnAxis));
    if (drift > driftToleranceMm) {
      throw new DelineateError(
        "tilted-gantry",
        `The slices are sheared: ${file} lies ${drift.toFixed(2)} mm beside the axis through the first slice (a tilted gantry). Resample the series or scan without tilt.`,
      );
    }
  }
}
