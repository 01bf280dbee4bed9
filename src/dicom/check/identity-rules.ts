/** Identity and reference rules: whose structure set, of which study, on which images (PS3.3 C.7.1.1, C.8.8.5). */

import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { characterSetFindings } from "#dicom/dataset/character-sets.ts";
import { characterSetOf, type DataSet, sequence, text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { rtStructureSetStorage } from "#dicom/rtstruct/read-rtstruct.ts";
import { itemPath, type Rule, type Violation } from "./rule.ts";

export const isRtstruct: Rule = (set) => {
  const found = text(set, "00080016") ?? "nothing";
  if (found === rtStructureSetStorage) return [];
  return [
    {
      rule: "sop-class",
      severity: "error",
      tagPath: "SOPClassUID (0008,0016)",
      found,
      expected: `RT Structure Set Storage ${rtStructureSetStorage}`,
      remedy: "Choose an RTSTRUCT file.",
    },
  ];
};

/** Elements that must say what the CT's do, whatever character set either has. They are never shown: they identify. */
const copied = [
  [tags.PatientName, "PatientName (0010,0010)"],
  [tags.PatientID, "PatientID (0010,0020)"],
  [tags.PatientBirthDate, "PatientBirthDate (0010,0030)"],
  [tags.PatientSex, "PatientSex (0010,0040)"],
  [tags.StudyInstanceUID, "StudyInstanceUID (0020,000D)"],
] as const;

export const samePatient: Rule = (set, ct) => {
  if (ct === undefined) return [];
  return copied.flatMap(([tag, name]) => {
    if (comparable(set, tag) === comparable(ct.identity, tag)) return [];
    return [
      {
        rule: "same-patient",
        severity: "error",
        tagPath: name,
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
    tagPath: "SpecificCharacterSet (0008,0005)",
    found: message,
    expected: "defined terms of PS3.3 C.12.1.1.2",
    remedy: "Export the set with its own character set.",
  }));

export const frameOfReference: Rule = (set, ct) => {
  const referenced = sequence(set, "30060010");
  if (referenced.length === 0) {
    return [
      {
        rule: "frame-of-reference",
        severity: "error",
        tagPath: "ReferencedFrameOfReferenceSequence (3006,0010)",
        found: "nothing",
        expected: "the CT's frame of reference",
        remedy: "Write the reference tree: planning systems attach the set to nothing without it.",
      },
    ];
  }
  const uids = referenced.map((item) => text(item, "00200052") ?? "");
  const violations: Violation[] = [];
  if (ct !== undefined && !uids.includes(ct.frameOfReferenceUid)) {
    violations.push({
      rule: "frame-of-reference",
      severity: "error",
      tagPath: "ReferencedFrameOfReferenceSequence[1]/FrameOfReferenceUID (0020,0052)",
      found: uids.join(", ") || "nothing",
      expected: ct.frameOfReferenceUid,
      remedy: "Choose the CT that the set was drawn on.",
    });
  }
  for (const [index, item] of sequence(set, "30060020").entries()) {
    const own = text(item, "30060024") ?? "";
    if (uids.includes(own)) continue;
    violations.push({
      rule: "roi-frame-of-reference",
      severity: "error",
      tagPath: `${itemPath("StructureSetROISequence", index)}/ReferencedFrameOfReferenceUID (3006,0024)`,
      found: own || "nothing",
      expected: uids.join(" or "),
      remedy: "Name the frame of reference that the set refers to.",
    });
  }
  return violations;
};

/** The whole chain study, series, images, naming every slice of the CT. */
export const everySliceReferenced: Rule = (set, ct) => {
  const base =
    "ReferencedFrameOfReferenceSequence[1]/RTReferencedStudySequence[1]/RTReferencedSeriesSequence[1]";
  const series = sequence(set, "30060010")
    .flatMap((frame) => sequence(frame, "30060012"))
    .flatMap((study) => sequence(study, "30060014"));
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
  const own = series.find((item) => text(item, "0020000E") === ct.seriesInstanceUid);
  if (own === undefined) {
    return [
      {
        rule: "reference-tree",
        severity: "error",
        tagPath: `${base}/SeriesInstanceUID (0020,000E)`,
        found: "another series",
        expected: ct.seriesInstanceUid,
        remedy: "Refer to the CT series that the contours lie on.",
      },
    ];
  }
  const named = new Set(sequence(own, "30060016").map((image) => text(image, "00081155")));
  const missing = new Set(
    ct.slices.map(({ sopInstanceUid }) => sopInstanceUid).filter((uid) => !named.has(uid)),
  ).size;
  if (missing === 0) return [];
  return [
    {
      rule: "reference-tree",
      severity: "error",
      tagPath: `${base}/ContourImageSequence (3006,0016)`,
      found: `${missing} of ${ct.slices.length} slices are not named`,
      expected: "every slice of the CT series",
      remedy: "Name all slices, not only the contoured ones.",
    },
  ];
};

export function approvalIsStated(set: DataSet, _ct: CtReference | undefined): Violation[] {
  const status = text(set, "300E0002");
  if (status === undefined) {
    return [
      {
        rule: "approval",
        severity: "warning",
        tagPath: "ApprovalStatus (300E,0002)",
        found: "nothing",
        expected: "UNAPPROVED, APPROVED or REJECTED",
        remedy: "State UNAPPROVED until a person has signed.",
      },
    ];
  }
  if (status !== "APPROVED") return [];
  const signed = ["300E0004", "300E0005", "300E0008"].every((tag) => text(set, tag) !== undefined);
  if (signed) return [];
  return [
    {
      rule: "approval",
      severity: "error",
      tagPath: "ApprovalStatus (300E,0002)",
      found: "APPROVED without ReviewDate, ReviewTime and ReviewerName",
      expected: "all three (300E,0004), (300E,0005), (300E,0008)",
      remedy: "Let the reviewer sign again, or set UNAPPROVED.",
    },
  ];
}
