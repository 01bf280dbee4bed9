/**
 * The frames of CT images found in files, as far as their headers tell: one for a single-frame CT (PS3.3 A.3), one for
 * each frame of an enhanced one (A.38, functional groups). What is no planning CT is told apart with a reason.
 */

import { type PatientPoint, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type DataSet, number, numbers, sequence, text, texts } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { readUnits } from "./hounsfield.ts";
import type { Rescale } from "./stored-to-hu.ts";
import { ctImageStorage } from "./write-ct.ts";

const enhancedCtImageStorage = "1.2.840.10008.5.1.4.1.1.2.1";

export type CtFrame = {
  /** Path or name of the file, for messages and for reading the pixels. */
  readonly file: string;
  /** 0-based frame within the file. */
  readonly frame: number;
  readonly multiFrame: boolean;
  readonly header: DataSet;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly patientId: string | undefined;
  readonly frameOfReferenceUid: string | undefined;
  readonly position: PatientPoint;
  readonly rowAxis: Vector3;
  readonly columnAxis: Vector3;
  readonly rows: number;
  readonly columns: number;
  /** Between rows (along j), between columns (along i). */
  readonly pixelSpacingMm: readonly [number, number];
  readonly rescale: Rescale;
  /** Why its values may be no HU (hounsfield.ts). */
  readonly unitDoubt: string | undefined;
};

type HeaderReading =
  | { readonly kind: "ct"; readonly frames: readonly CtFrame[] }
  | { readonly kind: "skipped"; readonly finding: Finding };

/** CT frames of one file's header, or why it is none. */
export function readCtHeader(header: DataSet, file: string): HeaderReading {
  const skip = (severity: "info" | "warning", code: string, message: string): HeaderReading => ({
    kind: "skipped",
    finding: finding(severity, code, message, file),
  });
  const sopClassUid = text(header, tags.SOPClassUID) ?? "";
  if (sopClassUid !== ctImageStorage && sopClassUid !== enhancedCtImageStorage) {
    return skip(
      "info",
      "no-ct-image",
      `Skipped: no CT image (${text(header, tags.Modality) ?? "no modality"}).`,
    );
  }
  if (texts(header, tags.ImageType).includes("LOCALIZER"))
    return skip("info", "scout", "Skipped: a scout (localizer) image.");
  const missing = (what: string): HeaderReading =>
    skip("warning", "incomplete-header", `Skipped: a CT image without ${what}.`);
  const sopInstanceUid = text(header, tags.SOPInstanceUID);
  const seriesInstanceUid = text(header, tags.SeriesInstanceUID);
  const studyInstanceUid = text(header, tags.StudyInstanceUID);
  if (sopInstanceUid === undefined) return missing("SOP Instance UID (0008,0018)");
  if (seriesInstanceUid === undefined) return missing("Series Instance UID (0020,000E)");
  if (studyInstanceUid === undefined) return missing("Study Instance UID (0020,000D)");
  const rows = number(header, tags.Rows) ?? 0;
  const columns = number(header, tags.Columns) ?? 0;
  const multiFrame = sopClassUid === enhancedCtImageStorage;
  const shared = sequence(header, tags.SharedFunctionalGroupsSequence)[0];
  const perFrame = multiFrame ? sequence(header, tags.PerFrameFunctionalGroupsSequence) : [header];
  // Frames that are not described have no place: the volume would end before the scan does.
  const stated = number(header, tags.NumberOfFrames) ?? 0;
  if (stated > 0 && stated !== perFrame.length)
    return skip(
      "warning",
      "incomplete-header",
      `Skipped: a CT image of ${stated} frames (0028,0008) that describes ${perFrame.length}.`,
    );
  const frames: CtFrame[] = [];
  for (const [frame, group] of perFrame.entries()) {
    const place = multiFrame
      ? functionalGroups(group, shared)
      : { position: header, orientation: header, measures: header, transformation: header };
    const position = finite(numbers(place.position, tags.ImagePositionPatient), 3);
    const orientation = finite(numbers(place.orientation, tags.ImageOrientationPatient), 6);
    const spacing = finite(numbers(place.measures, tags.PixelSpacing), 2);
    if (position === undefined) return missing("Image Position (Patient) (0020,0032)");
    if (orientation === undefined) return missing("Image Orientation (Patient) (0020,0037)");
    if (spacing === undefined || spacing[0] <= 0 || spacing[1] <= 0)
      return missing("Pixel Spacing (0028,0030)");
    const { rescale, doubt } = readUnits(place.transformation);
    frames.push({
      file,
      frame,
      multiFrame,
      header,
      sopInstanceUid,
      sopClassUid,
      seriesInstanceUid,
      studyInstanceUid,
      patientId: text(header, tags.PatientID),
      frameOfReferenceUid: text(header, tags.FrameOfReferenceUID),
      position: patientPoint(position[0], position[1], position[2]),
      rowAxis: [orientation[0], orientation[1], orientation[2]],
      columnAxis: [orientation[3], orientation[4], orientation[5]],
      rows,
      columns,
      pixelSpacingMm: [spacing[0], spacing[1]],
      rescale,
      unitDoubt: doubt,
    });
  }
  return frames.length === 0 ? missing("frames") : { kind: "ct", frames };
}

/** A frame's own functional group, else the shared one (PS3.3 C.7.6.16). */
function functionalGroups(group: DataSet, shared: DataSet | undefined) {
  const none: DataSet = new Map();
  const find = (tag: string): DataSet =>
    sequence(group, tag)[0] ?? (shared && sequence(shared, tag)[0]) ?? none;
  return {
    position: find(tags.PlanePositionSequence),
    orientation: find(tags.PlaneOrientationSequence),
    measures: find(tags.PixelMeasuresSequence),
    transformation: find(tags.PixelValueTransformationSequence),
  };
}

function finite(values: readonly number[], count: number): readonly number[] | undefined {
  return values.length >= count && values.slice(0, count).every(Number.isFinite) ? values : undefined;
}
