/** Rules over the three ROI sequences: numbers, names, types, algorithm (PS3.3 C.8.8.5, C.8.8.6, C.8.8.8). */

import { type DataSet, number, sequence, text } from "#dicom/dataset/dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import { itemPath, type Rule, type Violation } from "./rule.ts";

const sequences = [
  [tags.StructureSetROISequence, tags.ROINumber, "StructureSetROISequence"],
  [tags.ROIContourSequence, tags.ReferencedROINumber, "ROIContourSequence"],
  [tags.RTROIObservationsSequence, tags.ReferencedROINumber, "RTROIObservationsSequence"],
] as const;

/** The numbers of the items of each sequence. */
function numbersIn(set: DataSet): readonly (readonly (number | undefined)[])[] {
  return sequences.map(([tag, numberTag]) => sequence(set, tag).map((item) => number(item, numberTag)));
}

export const roisStandInAllSequences: Rule = (set) => {
  const numbersOf = numbersIn(set);
  const violations: Violation[] = [];
  const [structures] = numbersOf;
  if (structures.length === 0) {
    violations.push({
      rule: "three-sequences",
      severity: "error",
      tagPath: named("StructureSetROISequence"),
      found: "no ROI",
      expected: "at least one ROI",
      remedy: "Write the ROIs.",
    });
  }
  structures.forEach((roiNumber, index) => {
    const where = `${itemPath("StructureSetROISequence", index)}/${named("ROINumber")}`;
    if (roiNumber === undefined)
      violations.push({
        rule: "roi-number",
        severity: "error",
        tagPath: where,
        found: "nothing",
        expected: "a number",
        remedy: "Number the ROI.",
      });
    else if (structures.indexOf(roiNumber) !== index)
      violations.push({
        rule: "roi-number",
        severity: "error",
        tagPath: where,
        found: `${roiNumber}, which another ROI has`,
        expected: "a number of its own",
        remedy: "Renumber the ROI in all three sequences.",
      });
  });
  for (const [position, [, , name]] of sequences.entries()) {
    if (position === 0) continue;
    for (const roiNumber of structures) {
      if (roiNumber !== undefined && !numbersOf[position].includes(roiNumber)) {
        violations.push({
          rule: "three-sequences",
          severity: "error",
          tagPath: name,
          found: `no item for ROI number ${roiNumber}`,
          expected: "one item for each ROI, empty if it has no contours",
          remedy: `Add an item for ROI ${roiNumber}.`,
        });
      }
    }
  }
  return violations;
};

/** Contours and observations that no ROI of the set has. */
export const itemsAreOfRois: Rule = (set) => {
  const [structures, ...others] = numbersIn(set);
  return others.flatMap((numbersThere, position) =>
    numbersThere.flatMap((roiNumber, index): Violation[] => {
      if (roiNumber !== undefined && structures.includes(roiNumber)) return [];
      return [
        {
          rule: "three-sequences",
          severity: "error",
          tagPath: `${itemPath(sequences[position + 1][2], index)}/${named("ReferencedROINumber")}`,
          found: String(roiNumber ?? "nothing"),
          expected: "the number of an ROI of the set",
          remedy: "Remove the item or correct its number.",
        },
      ];
    }),
  );
};

export const namesAreUniqueAndFit: Rule = (set) => {
  const names = sequence(set, tags.StructureSetROISequence).map((item) => text(item, tags.ROIName) ?? "");
  return names.flatMap((name, index): Violation[] => {
    const where = `${itemPath("StructureSetROISequence", index)}/${named("ROIName")}`;
    if (name === "")
      return [
        {
          rule: "roi-name",
          severity: "error",
          tagPath: where,
          found: "nothing",
          expected: "a name",
          remedy: "Name the ROI.",
        },
      ];
    if (names.indexOf(name) !== index)
      return [
        {
          rule: "roi-name",
          severity: "error",
          tagPath: where,
          found: `"${name}" twice`,
          expected: "a name of its own",
          remedy: "Rename one of the two.",
        },
      ];
    if (name.length > 64)
      return [
        {
          rule: "roi-name",
          severity: "error",
          tagPath: where,
          found: `${name.length} characters`,
          expected: "at most 64 (LO)",
          remedy: "Shorten the name.",
        },
      ];
    if (name.length > 16)
      return [
        {
          rule: "roi-name",
          severity: "warning",
          tagPath: where,
          found: `${name.length} characters`,
          expected: "at most 16, which every planning system shows in full",
          remedy: "Shorten the name.",
        },
      ];
    if (/[^\x20-\x7e]/.test(name))
      return [
        {
          rule: "roi-name",
          severity: "warning",
          tagPath: where,
          found: "characters beyond ASCII",
          expected: "ASCII, which every planning system reads alike",
          remedy: "Rename it in ASCII.",
        },
      ];
    return [];
  });
};

const knownTypes = new Set(
  "EXTERNAL PTV CTV GTV TREATED_VOLUME IRRAD_VOLUME OAR BOLUS AVOIDANCE ORGAN MARKER REGISTRATION ISOCENTER CONTRAST_AGENT CAVITY BRACHY_CHANNEL BRACHY_ACCESSORY BRACHY_SRC_APP BRACHY_CHNL_SHLD SUPPORT FIXATION DOSE_REGION CONTROL DOSE_MEASUREMENT".split(
    " ",
  ),
);

export const typesAreKnown: Rule = (set) =>
  sequence(set, tags.RTROIObservationsSequence).flatMap((item, index) => {
    const type = text(item, tags.RTROIInterpretedType);
    const where = `${itemPath("RTROIObservationsSequence", index)}/${named("RTROIInterpretedType")}`;
    const name = nameOf(set, number(item, tags.ReferencedROINumber));
    const target = /^(gtv|ctv|ptv)/i.exec(name)?.[1].toUpperCase();
    const violations: Violation[] = [];
    if (type !== undefined && !knownTypes.has(type)) {
      violations.push({
        rule: "roi-type",
        severity: "warning",
        tagPath: where,
        found: type,
        expected: "a defined term of PS3.3 C.8.8.8.1",
        remedy: "Choose a defined term.",
      });
    }
    if (target !== undefined && type !== target) {
      violations.push({
        rule: "roi-type",
        severity: "warning",
        tagPath: where,
        found: `${type ?? "nothing"} for ${name}`,
        expected: target,
        remedy: "Set the type: it is lost on import otherwise.",
      });
    }
    if (!item.has(tags.ROIInterpreter)) {
      violations.push({
        rule: "roi-interpreter",
        severity: "error",
        tagPath: `${itemPath("RTROIObservationsSequence", index)}/${named("ROIInterpreter")}`,
        found: "nothing",
        expected: "the element, possibly empty (type 2)",
        remedy: "Write it empty.",
      });
    }
    return violations;
  });

export const algorithmIsStated: Rule = (set) =>
  sequence(set, tags.StructureSetROISequence).flatMap((item, index) => {
    const algorithm = text(item, tags.ROIGenerationAlgorithm);
    if (algorithm !== undefined && ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"].includes(algorithm)) return [];
    return [
      {
        rule: "algorithm",
        severity: "warning",
        tagPath: `${itemPath("StructureSetROISequence", index)}/${named("ROIGenerationAlgorithm")}`,
        found: algorithm ?? "nothing",
        expected: "AUTOMATIC, SEMIAUTOMATIC or MANUAL",
        remedy: "State how the contour was made.",
      },
    ];
  });

function nameOf(set: DataSet, roiNumber: number | undefined): string {
  const item = sequence(set, tags.StructureSetROISequence).find(
    (candidate) => number(candidate, tags.ROINumber) === roiNumber,
  );
  return item === undefined ? "" : (text(item, tags.ROIName) ?? "");
}
