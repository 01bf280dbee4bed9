/** Lengths of texts by their VR, and the elements that a structure set must have (PS3.3 C.8.8.5, PS3.5 table 6.2-1). */
import { type DataSet, sequence, texts } from "#dicom/dataset/dataset.ts";
import { longestText } from "#dicom/dataset/text-limits.ts";
import { itemPath, type Rule, type Violation } from "./rule.ts";

const limited = [
  ["30060002", "StructureSetLabel (3006,0002)", longestText.SH],
  ["30060004", "StructureSetName (3006,0004)", longestText.LO],
  ["30060006", "StructureSetDescription (3006,0006)", longestText.ST],
  ["00181020", "SoftwareVersions (0018,1020)", longestText.LO],
  ["0008103E", "SeriesDescription (0008,103E)", longestText.LO],
  ["00080018", "SOPInstanceUID (0008,0018)", longestText.UI],
] as const;

export const textsFit: Rule = (set) => {
  const tooLong = (dataSet: DataSet, tag: string, path: string, longest: number): Violation[] => {
    // Characters, not bytes (PS3.5 6.2); of several values the longest.
    const length = Math.max(0, ...texts(dataSet, tag).map((value) => [...value].length));
    return length <= longest
      ? []
      : [
          {
            rule: "text-length",
            severity: "error",
            tagPath: path,
            found: `${length} characters`,
            expected: `at most ${longest}`,
            remedy: "Shorten the text.",
          },
        ];
  };
  return [
    ...limited.flatMap(([tag, path, longest]) => tooLong(set, tag, path, longest)),
    ...sequence(set, "30060020").flatMap((item, index) =>
      tooLong(
        item,
        "30060038",
        `${itemPath("StructureSetROISequence", index)}/ROIGenerationDescription (3006,0038)`,
        longestText.LO,
      ),
    ),
  ];
};

/** Type 1 must have a value, type 2 must be there. */
const required = [
  ["00080018", "SOPInstanceUID (0008,0018)", 1],
  ["0020000D", "StudyInstanceUID (0020,000D)", 1],
  ["0020000E", "SeriesInstanceUID (0020,000E)", 1],
  ["00080060", "Modality (0008,0060)", 1],
  ["30060002", "StructureSetLabel (3006,0002)", 1],
  ["30060008", "StructureSetDate (3006,0008)", 2],
  ["30060009", "StructureSetTime (3006,0009)", 2],
  ["00100010", "PatientName (0010,0010)", 2],
  ["00100020", "PatientID (0010,0020)", 2],
] as const;

export const requiredElements: Rule = (set) =>
  required.flatMap(([tag, path, type]) => {
    const element = set.get(tag);
    if (element !== undefined && (type === 2 || element.bytes.length > 0)) return [];
    return [
      {
        rule: "required-element",
        severity: "error",
        tagPath: path,
        found: element === undefined ? "nothing" : "an empty value",
        expected: type === 1 ? "a value (type 1)" : "the element, possibly empty (type 2)",
        remedy: "Write the element.",
      },
    ];
  });
