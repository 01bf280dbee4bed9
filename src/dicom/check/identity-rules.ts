/** Identity and reference rules: whose structure set, of which study, on which images (PS3.3 C.7.1.1, C.8.8.5). */

import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { characterSetFindings } from "#dicom/dataset/character-sets.ts";
import { characterSetOf, type DataSet, sequence, text } from "#dicom/dataset/dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import { rtStructureSetStorage } from "#dicom/rtstruct/read-rtstruct.ts";
import { itemPath, type Rule, type Violation } from "./rule.ts";

export const isRtstruct: Rule = (set) => {
  const sopClass = text(set, tags.SOPClassUID) ?? "nothing";
  if (sopClass === rtStructureSetStorage) return [];
  return [
    {
      rule: "sop-class",
      severity: "error",
      tagPath: named("SOPClassUID"),
      found: sopClass,
      expected: `RT Structure Set Storage ${rtStructureSetStorage}`,
      remedy: "Choose an RTSTRUCT file.",
    },
  ];
};

/** Elements that must say what the CT's do, whatever character set either has. They are never shown: they identify. */
const copied = ["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID"] as const;

export const samePatient: Rule = (set, ct) => {
  if (ct === undefined) return [];
  return copied.flatMap((keyword) => {
    if (comparable(set, tags[keyword]) === comparable(ct.identity, tags[keyword])) return [];
    return [
      {
        rule: "same-patient",
        severity: "error",
        tagPath: named(keyword),
        found: "another value than in the CT",
        expected: "the CT's value",
        remedy: "Copy it from the CT: the set would land on another patient or study.",
      },
    ];
  });
};

/** Accents can be written in two ways, and components of a name that are empty at its end left out (PS3.5 6.2.1.1). */
function comparable(dataSet: DataSet, tag: string): string {
  const value = (text(dataSet, tag) ?? "").normalize("NFC");
  if (tag !== tags.PatientName) return value;
  const groups = value.split("=").map((group) => group.replace(/[ ^]+$/, ""));
  return groups.join("=").replace(/=+$/, "");
}

/** A character set that is none leaves names unread. */
export const characterSetIsKnown: Rule = (set) =>
  characterSetFindings(characterSetOf(set)).map(({ message }) => ({
    rule: "character-set",
    severity: "warning",
    tagPath: named("SpecificCharacterSet"),
    found: message,
    expected: "defined terms of PS3.3 C.12.1.1.2",
    remedy: "Export the set with its own character set.",
  }));

export const frameOfReference: Rule = (set, ct) => {
  const referenced = sequence(set, tags.ReferencedFrameOfReferenceSequence);
  if (referenced.length === 0) {
    return [
      {
        rule: "frame-of-reference",
        severity: "error",
        tagPath: named("ReferencedFrameOfReferenceSequence"),
        found: "nothing",
        expected: "the CT's frame of reference",
        remedy: "Write the reference tree: planning systems attach the set to nothing without it.",
      },
    ];
  }
  const uids = framesNamed(referenced);
  if (ct === undefined || uids.includes(ct.frameOfReferenceUid)) return [];
  return [
    {
      rule: "frame-of-reference",
      severity: "error",
      tagPath: "ReferencedFrameOfReferenceSequence[1]/FrameOfReferenceUID (0020,0052)",
      found: uids.join(", ") || "nothing",
      expected: ct.frameOfReferenceUid,
      remedy: "Choose the CT that the set was drawn on.",
    },
  ];
};

/** Silent where the set names no frame of reference: that is told once, not for every ROI. */
export const roisLieInNamedFrames: Rule = (set) => {
  const referenced = sequence(set, tags.ReferencedFrameOfReferenceSequence);
  const uids = framesNamed(referenced);
  return sequence(set, tags.StructureSetROISequence).flatMap((item, index): Violation[] => {
    const frame = text(item, tags.ReferencedFrameOfReferenceUID) ?? "";
    if (referenced.length === 0 || uids.includes(frame)) return [];
    return [
      {
        rule: "roi-frame-of-reference",
        severity: "error",
        tagPath: `${itemPath("StructureSetROISequence", index)}/${named("ReferencedFrameOfReferenceUID")}`,
        found: frame || "nothing",
        expected: uids.join(" or "),
        remedy: "Name the frame of reference that the set refers to.",
      },
    ];
  });
};

function framesNamed(referenced: readonly DataSet[]): string[] {
  return referenced.map((item) => text(item, tags.FrameOfReferenceUID) ?? "");
}

/** The whole chain study, series, images, naming every slice of the CT. */
export const everySliceReferenced: Rule = (set, ct) => {
  const base =
    "ReferencedFrameOfReferenceSequence[1]/RTReferencedStudySequence[1]/RTReferencedSeriesSequence[1]";
  const series = sequence(set, tags.ReferencedFrameOfReferenceSequence)
    .flatMap((frame) => sequence(frame, tags.RTReferencedStudySequence))
    .flatMap((study) => sequence(study, tags.RTReferencedSeriesSequence));
  if (series.length === 0) {
    return [
      {
        rule: "reference-tree",
        severity: "error",
        tagPath: base,
        found: "nothing",
        expected: "study, series and images",
        remedy: "Write the whole chain of references.",
      },
    ];
  }
  if (ct === undefined) return [];
  const ctSeries = series.find((item) => text(item, tags.SeriesInstanceUID) === ct.seriesInstanceUid);
  if (ctSeries === undefined) {
    return [
      {
        rule: "reference-tree",
        severity: "error",
        tagPath: `${base}/${named("SeriesInstanceUID")}`,
        found: "another series",
        expected: ct.seriesInstanceUid,
        remedy: "Refer to the CT series that the contours lie on.",
      },
    ];
  }
  const namedImages = new Set(
    sequence(ctSeries, tags.ContourImageSequence).map((image) => text(image, tags.ReferencedSOPInstanceUID)),
  );
  const missing = new Set(
    ct.slices.map(({ sopInstanceUid }) => sopInstanceUid).filter((uid) => !namedImages.has(uid)),
  ).size;
  if (missing === 0) return [];
  return [
    {
      rule: "reference-tree",
      severity: "error",
      tagPath: `${base}/${named("ContourImageSequence")}`,
      found: `${missing} of ${ct.slices.length} slices are not named`,
      expected: "every slice of the CT series",
      remedy: "Name all slices, not only the contoured ones.",
    },
  ];
};

export function approvalIsStated(set: DataSet, _ct: CtReference | undefined): Violation[] {
  const status = text(set, tags.ApprovalStatus);
  if (status === undefined) {
    return [
      {
        rule: "approval",
        severity: "warning",
        tagPath: named("ApprovalStatus"),
        found: "nothing",
        expected: "UNAPPROVED, APPROVED or REJECTED",
        remedy: "State UNAPPROVED until a person has signed.",
      },
    ];
  }
  if (status !== "APPROVED") return [];
  const signed = [tags.ReviewDate, tags.ReviewTime, tags.ReviewerName].every(
    (tag) => text(set, tag) !== undefined,
  );
  if (signed) return [];
  return [
    {
      rule: "approval",
      severity: "error",
      tagPath: named("ApprovalStatus"),
      found: "APPROVED without ReviewDate, ReviewTime and ReviewerName",
      expected: "all three (300E,0004), (300E,0005), (300E,0008)",
      remedy: "Let the reviewer sign again, or set UNAPPROVED.",
    },
  ];
}
