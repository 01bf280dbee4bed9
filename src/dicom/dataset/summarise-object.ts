/**
 * What a DICOM file is and whom and what it belongs to, from its header: all that pairing CTs with structure sets needs,
 * small enough to be held for every file of an archive. The patient's ID and name are for telling patients apart in memory
 * and for keeping them out of messages; they are never written.
 */

import { readCtHeader } from "#dicom/ct/ct-frames.ts";
import { tags } from "#dicom/dictionary.ts";
import { isStructureSet, readDrawnOn } from "#dicom/rtstruct/read-rtstruct.ts";
import { isSegmentation } from "#dicom/seg/read-seg.ts";
import { type DataSet, sequence, text } from "./dataset.ts";

export type ObjectSummary = {
  readonly kind: "ct" | "rtstruct" | "seg" | "other";
  readonly path: string;
  readonly modality: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** Of a CT its own; of a structure set or segmentation those it refers to. */
  readonly framesOfReference: readonly string[];
  /** Series that a structure set or segmentation says it was drawn on. */
  readonly referencedSeries: readonly string[];
};

export function summariseObject(header: DataSet, path: string): ObjectSummary {
  const value = (tag: string): string => text(header, tag) ?? "";
  const common = {
    path,
    modality: value(tags.Modality) || "unknown",
    patientId: value(tags.PatientID),
    patientName: value(tags.PatientName),
    studyInstanceUid: value(tags.StudyInstanceUID),
    seriesInstanceUid: value(tags.SeriesInstanceUID),
    sopInstanceUid: value(tags.SOPInstanceUID),
  };
  const ownFrame = text(header, tags.FrameOfReferenceUID);
  if (isStructureSet(header)) {
    return { ...common, kind: "rtstruct", ...readDrawnOn(header) };
  }
  if (isSegmentation(header)) {
    return {
      ...common,
      kind: "seg",
      framesOfReference: ownFrame === undefined ? [] : [ownFrame],
      referencedSeries: sequence(header, tags.ReferencedSeriesSequence).flatMap(
        (item) => text(item, tags.SeriesInstanceUID) ?? [],
      ),
    };
  }
  const isCt = readCtHeader(header, path).kind === "ct";
  return {
    ...common,
    kind: isCt ? "ct" : "other",
    framesOfReference: ownFrame === undefined ? [] : [ownFrame],
    referencedSeries: [],
  };
}
