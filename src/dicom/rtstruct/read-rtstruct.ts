/**
 * An RT Structure Set as plain data (DICOM PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8). Nothing is trusted: ROI numbers start
 * anywhere, point counts lie, references are missing. What is odd is a finding. Voxels are rasterise-roi.ts.
 */

import { type Finding, finding } from "#core/findings.ts";
import { characterSetFindings, hasUndecoded } from "#dicom/dataset/character-sets.ts";
import { characterSetOf, type DataSet, number, numbers, sequence, text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { DrawnOn } from "./ct-of-set.ts";

export const rtStructureSetStorage = "1.2.840.10008.5.1.4.1.1.481.3";

export type Contour = {
  /** As the file has it; what it means is contour-faults.ts. */
  readonly geometricType: string;
  /** x, y, z of each point in patient coordinates (LPS), millimetres; NaN and parts of points where the file is damaged. */
  readonly points: Float64Array;
  /** Contour Offset Vector (3006,0045), millimetres; empty if absent. */
  readonly offset: readonly number[];
  /** Number of Contour Points (3006,0046), undefined if absent. */
  readonly statedPoints: number | undefined;
  /** SOP instance UIDs of the images that the contour says it lies on; often empty. */
  readonly referencedImages: readonly string[];
};

export type Roi = {
  readonly name: string;
  /** RT ROI Interpreted Type (GTV, CTV, ORGAN, ...), empty if absent. */
  readonly interpretedType: string;
  /** ROI Observation Label (3006,0085), empty if absent. */
  readonly label: string;
  readonly generationAlgorithm: string;
  readonly colour: readonly [number, number, number] | undefined;
  /** Its own, else those of the set: it lies in one of them. Empty where the file names none. */
  readonly framesOfReference: readonly string[];
  readonly contours: readonly Contour[];
  /** Of severity error where it is not certain which contours are its own: the ROI is refused then. */
  readonly findings: readonly Finding[];
};

export type StructureSet = {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly approvalStatus: string;
  /** Series that the set refers to; may be none. */
  readonly referencedSeries: readonly string[];
  /** Those of the set and of its ROIs. */
  readonly framesOfReference: readonly string[];
  readonly rois: readonly Roi[];
  /** Of the set as a whole; those of an ROI stand with it. */
  readonly findings: readonly Finding[];
};

export function isStructureSet(dataSet: DataSet): boolean {
  return (
    text(dataSet, tags.SOPClassUID) === rtStructureSetStorage ||
    (text(dataSet, tags.Modality) === "RTSTRUCT" && dataSet.has(tags.StructureSetROISequence))
  );
}

export function readStructureSet(dataSet: DataSet): StructureSet {
  const structures = sequence(dataSet, tags.StructureSetROISequence);
  const numberOf = (item: DataSet): number | undefined => number(item, tags.ROINumber);
  const numbersOfRois = structures.map(numberOf);
  const setFrames = framesOfSet(dataSet);
  const strays = strayContours(dataSet, numbersOfRois);
  const rois = structures.map((item): Roi => {
    const belongs = (tag: string): DataSet[] =>
      sequence(dataSet, tag).filter((other) => number(other, tags.ReferencedROINumber) === numberOf(item));
    const contourItems = belongs(tags.ROIContourSequence);
    const colour = contourItems
      .map((other) => numbers(other, tags.ROIDisplayColor))
      .find((rgb) => rgb.length === 3);
    const observations = belongs(tags.RTROIObservationsSequence);
    const types = observations.map((other) => text(other, tags.RTROIInterpretedType));
    const frame = text(item, tags.ReferencedFrameOfReferenceUID);
    const name = text(item, tags.ROIName) ?? "";
    return {
      name,
      interpretedType: types.find((type) => type !== undefined) ?? "",
      label: observations.map((other) => text(other, tags.ROIObservationLabel)).find(Boolean) ?? "",
      generationAlgorithm: text(item, tags.ROIGenerationAlgorithm) ?? "",
      colour: colour === undefined ? undefined : [colour[0], colour[1], colour[2]],
      framesOfReference: frame === undefined ? setFrames : [frame],
      contours: contourItems.flatMap((other) => sequence(other, tags.ContourSequence).map(readContour)),
      findings: [
        ...numberFindings(numberOf(item), numbersOfRois, name),
        ...itemFindings(contourItems.length, strays.length, name),
        ...textFindings(name),
      ],
    };
  });
  return {
    sopInstanceUid: text(dataSet, tags.SOPInstanceUID) ?? "",
    label: text(dataSet, tags.StructureSetLabel) ?? "",
    approvalStatus: text(dataSet, tags.ApprovalStatus) ?? "",
    ...readDrawnOn(dataSet),
    rois,
    findings: [...characterSetFindings(characterSetOf(dataSet)), ...strays],
  };
}

/** Without a number of its own an ROI's contours cannot be told from those of another. */
function numberFindings(
  roiNumber: number | undefined,
  roiNumbers: readonly (number | undefined)[],
  name: string,
): Finding[] {
  if (roiNumber === undefined)
    return [finding("error", "roi-number", "The ROI has no number: its contours are unknown.", name)];
  if (roiNumbers.filter((other) => other === roiNumber).length < 2) return [];
  const message = `ROI number ${roiNumber} occurs twice: whose the contours are is unknown.`;
  return [finding("error", "roi-number", message, name)];
}

function itemFindings(items: number, strays: number, name: string): Finding[] {
  if (items === 1) return [];
  if (items === 0 && strays > 0) {
    const message =
      "The ROI has no contour item, and there are contours that no ROI has: they may be its own.";
    return [finding("error", "roi-number", message, name)];
  }
  if (items === 0) return [finding("info", "roi-without-contours", "The ROI has no contour item.", name)];
  const message = `The ROI has ${items} contour items, expected one; the contours of all were taken.`;
  return [finding("warning", "several-contour-items", message, name)];
}

function textFindings(name: string): Finding[] {
  if (!hasUndecoded(name)) return [];
  const message =
    "The name holds bytes that are no characters of the file's character set; they are shown by their codes.";
  return [finding("warning", "undecoded-text", message, name)];
}

/** Contours that no ROI has: of which it cannot be told whose they are, an error. */
function strayContours(dataSet: DataSet, numbersOfRois: readonly (number | undefined)[]): Finding[] {
  return sequence(dataSet, tags.ROIContourSequence).flatMap((item, index) => {
    const count = sequence(item, tags.ContourSequence).length;
    const roiNumber = number(item, tags.ReferencedROINumber);
    if (count === 0 || (roiNumber !== undefined && numbersOfRois.includes(roiNumber))) return [];
    const where = `ROIContourSequence[${index + 1}]`;
    if (roiNumber === undefined)
      return [finding("error", "stray-contours", `${count} contours do not say whose they are.`, where)];
    const message = `${count} contours refer to an ROI number ${roiNumber} that the set does not have; left out.`;
    return [finding("warning", "stray-contours", message, where)];
  });
}

/** Series of the set's reference tree (PS3.3 C.8.8.5), and the frames of reference of the tree and of the ROIs. */
export function readDrawnOn(dataSet: DataSet): DrawnOn {
  const frames = sequence(dataSet, tags.ReferencedFrameOfReferenceSequence);
  const series = frames
    .flatMap((frame) => sequence(frame, tags.RTReferencedStudySequence))
    .flatMap((study) => sequence(study, tags.RTReferencedSeriesSequence))
    .flatMap((item) => text(item, tags.SeriesInstanceUID) ?? []);
  const uids = [
    ...framesOfSet(dataSet),
    ...sequence(dataSet, tags.StructureSetROISequence).flatMap(
      (roi) => text(roi, tags.ReferencedFrameOfReferenceUID) ?? [],
    ),
  ];
  return { referencedSeries: [...new Set(series)], framesOfReference: [...new Set(uids)] };
}

/** Frames of reference of the reference tree; where that names none, of the set itself (PS3.3 C.7.4.1). */
function framesOfSet(dataSet: DataSet): string[] {
  const frames = sequence(dataSet, tags.ReferencedFrameOfReferenceSequence).flatMap(
    (frame) => text(frame, tags.FrameOfReferenceUID) ?? [],
  );
  return frames.length > 0 ? frames : [text(dataSet, tags.FrameOfReferenceUID) ?? []].flat();
}

function readContour(contour: DataSet): Contour {
  return {
    geometricType: text(contour, tags.ContourGeometricType) ?? "",
    points: Float64Array.from(numbers(contour, tags.ContourData)),
    offset: numbers(contour, tags.ContourOffsetVector),
    statedPoints: number(contour, tags.NumberOfContourPoints),
    referencedImages: sequence(contour, tags.ContourImageSequence).flatMap(
      (image) => text(image, tags.ReferencedSOPInstanceUID) ?? [],
    ),
  };
}
