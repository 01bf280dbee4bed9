/** Where the frames of a segmentation lie: each by its own position and orientation, never by its order (PS3.3 C.7.6.16). */
import {
  arePerpendicularUnits,
  dot,
  type PatientPoint,
  patientPoint,
  type Vector3,
} from "#core/coordinates.ts";
import { type DataSet, number, numbers, sequence } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid } from "#geometry/grid.ts";
import { badSegmentation } from "./bad-segmentation.ts";

/** How far a plane may lie from the regular stack: the smaller of this and a tenth of the spacing. */
const planeToleranceMm = 0.25;
const planeTolerancePart = 0.1;
/** Of pixels: rounding of decimal strings. */
const spacingToleranceMm = 1e-5;
/** Of direction cosines: rounding of decimal strings. */
const directionTolerance = 1e-3;

type Plane = {
  readonly position: PatientPoint;
  readonly alongMm: number;
  readonly segment: number | undefined;
};

/** Throws `bad-segmentation` where a frame has no place, or they are not parallel, above one another and of one pixel spacing. */
export function planesOf(dataSet: DataSet, frames: number, where: string) {
  const [shared = new Map()] = sequence(dataSet, tags.SharedFunctionalGroupsSequence);
  const perFrame = sequence(dataSet, tags.PerFrameFunctionalGroupsSequence);
  // Of more frames than it says to have, some would be dropped.
  if (perFrame.length !== frames)
    throw badSegmentation(where, `it has ${frames} frames (0028,0008) and describes ${perFrame.length}`);
  const group = (frame: DataSet, tag: string): DataSet | undefined =>
    sequence(frame, tag)[0] ?? sequence(shared, tag)[0];
  const first = perFrame[0];
  const cosines = orientationOf(group(first, tags.PlaneOrientationSequence), where);
  const iAxis: Vector3 = [cosines[0], cosines[1], cosines[2]];
  const jAxis: Vector3 = [cosines[3], cosines[4], cosines[5]];
  if (!arePerpendicularUnits(iAxis, jAxis))
    throw badSegmentation(where, "its direction cosines are not two perpendicular unit vectors");
  const { axes } = createGrid([1, 1, 1], [1, 1, 1], patientPoint(0, 0, 0), [iAxis, jAxis]);
  const measuresOf = (frame: DataSet): DataSet => group(frame, tags.PixelMeasuresSequence) ?? new Map();
  const measures = measuresOf(first);
  const pixelSpacing = numbers(measures, tags.PixelSpacing);
  if (pixelSpacing.length !== 2 || !pixelSpacing.every((mm) => mm > 0))
    throw badSegmentation(where, "it has no pixel spacing");
  const planes = perFrame.map((frame): Plane => {
    const mm = numbers(measuresOf(frame), tags.PixelSpacing);
    if (!pixelSpacing.every((value, axis) => Math.abs(value - mm[axis]) <= spacingToleranceMm))
      throw badSegmentation(where, "its frames differ in pixel spacing");
    const [x, y, z] = numbers(
      group(frame, tags.PlanePositionSequence) ?? new Map(),
      tags.ImagePositionPatient,
    );
    if (![x, y, z].every(Number.isFinite))
      throw badSegmentation(where, "a frame has no position in the patient");
    const frameCosines = orientationOf(group(frame, tags.PlaneOrientationSequence), where);
    if (frameCosines.some((value, at) => Math.abs(value - cosines[at]) > directionTolerance)) {
      throw badSegmentation(where, "its frames are not parallel");
    }
    const identification = group(frame, tags.SegmentIdentificationSequence);
    const position = patientPoint(x, y, z);
    return {
      position,
      alongMm: dot(position, axes[2]),
      segment:
        identification === undefined ? undefined : number(identification, tags.ReferencedSegmentNumber),
    };
  });
  const lateral = planes.some(({ position }) =>
    [axes[0], axes[1]].some(
      (axis) => Math.abs(dot(position, axis) - dot(planes[0].position, axis)) > planeToleranceMm,
    ),
  );
  if (lateral) throw badSegmentation(where, "its frames do not lie above one another");
  return {
    planes,
    iAxis,
    jAxis,
    pixelSpacing,
    statedSpacingMm: number(measures, tags.SpacingBetweenSlices),
    thicknessMm: number(measures, tags.SliceThickness),
  };
}

function orientationOf(group: DataSet | undefined, where: string): number[] {
  const cosines = group === undefined ? [] : numbers(group, tags.ImageOrientationPatient);
  if (cosines.length !== 6 || !cosines.every(Number.isFinite))
    throw badSegmentation(where, "a frame has no orientation");
  return cosines;
}

/**
 * Millimetres from plane to plane: the first candidate of which all distances between planes are multiples; else the smallest distance, if it is one.
 * Throws `bad-segmentation` for planes that are not evenly spaced.
 */
export function stepOf(
  planes: readonly Plane[],
  candidates: readonly (number | undefined)[],
  where: string,
): number {
  const along = [...new Set(planes.map(({ alongMm }) => alongMm))].sort((a, b) => a - b);
  const gaps = along.slice(1).map((value, at) => value - along[at]);
  const smallest = Math.min(...gaps.filter((gap) => gap > planeToleranceMm));
  for (const step of [...candidates, smallest]) {
    if (step === undefined || !(step > 0) || step === Number.POSITIVE_INFINITY) continue;
    const limit = Math.min(planeToleranceMm, planeTolerancePart * step);
    const fits = along.every((value) => {
      const steps = (value - along[0]) / step;
      return Math.abs(steps - Math.round(steps)) * step <= limit;
    });
    if (fits) return step;
  }
  throw badSegmentation(where, "its planes are not evenly spaced");
}
