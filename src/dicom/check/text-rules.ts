/** Lengths of texts by their VR, and the elements that a structure set must have (PS3.3 C.8.8.5, PS3.5 table 6.2-1). */

import { type DataSet, sequence, texts } from "#dicom/dataset/dataset.ts";
import { longestOf } from "#dicom/dataset/named-elements.ts";
import { type Keyword, named, tags, vrOfKeyword } from "#dicom/dictionary.ts";
import { itemPath, type Rule, type Violation } from "./rule.ts";

const limited = [
  "StructureSetLabel",
  "StructureSetName",
  "StructureSetDescription",
  "SoftwareVersions",
  "SeriesDescription",
  "SOPInstanceUID",
] as const;

export const textsOfSetFit: Rule = (set) =>
  limited.flatMap((keyword) => tooLong(set, keyword, named(keyword)));

export const textsOfRoisFit: Rule = (set) =>
  sequence(set, tags.StructureSetROISequence).flatMap((item, index) =>
    tooLong(
      item,
      "ROIGenerationDescription",
      `${itemPath("StructureSetROISequence", index)}/${named("ROIGenerationDescription")}`,
    ),
  );

function tooLong(dataSet: DataSet, keyword: Keyword, tagPath: string): Violation[] {
  // Characters, not bytes (PS3.5 6.2); of several values the longest.
  const length = Math.max(0, ...texts(dataSet, tags[keyword]).map((value) => [...value].length));
  const longest = longestOf(vrOfKeyword(keyword));
  if (length <= longest) return [];
  return [
    {
      rule: "text-length",
      severity: "error",
      tagPath,
      found: `${length} characters`,
      expected: `at most ${longest}`,
      remedy: "Shorten the text.",
    },
  ];
}

/** Type 1 must have a value, type 2 must be there. */
const required = [
  ["SOPInstanceUID", 1],
  ["StudyInstanceUID", 1],
  ["SeriesInstanceUID", 1],
  ["Modality", 1],
  ["StructureSetLabel", 1],
  ["StructureSetDate", 2],
  ["StructureSetTime", 2],
  ["PatientName", 2],
  ["PatientID", 2],
] as const;

export const requiredElements: Rule = (set) =>
  required.flatMap(([keyword, type]) => {
    const element = set.get(tags[keyword]);
    if (element !== undefined && (type === 2 || element.bytes.length > 0)) return [];
    return [
      {
        rule: "required-element",
        severity: "error",
        tagPath: named(keyword),
        found: element === undefined ? "nothing" : "an empty value",
        expected: type === 1 ? "a value (type 1)" : "the element, possibly empty (type 2)",
        remedy: "Write the element.",
      },
    ];
  });
