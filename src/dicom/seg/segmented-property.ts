/**
 * What a segment is, by the RT ROI interpreted type of the ROI that it was (PS3.3 C.8.8.8.1): coded concepts for targets (PS3.16 CID 9502 and
 * 9534; SNOMED CT). No code is known for other types; they stand in a modifier by a scheme of our own, so that a ring of type CONTROL called
 * PTV_RING comes back as what it was.
 */

import { type DataSet, type Element, sequence, sequenceElement, text } from "#dicom/dataset/dataset.ts";
import { givenTextOf, textOf } from "#dicom/dataset/named-elements.ts";
import { tags } from "#dicom/dictionary.ts";

type CodedConcept = {
  readonly value: string;
  readonly scheme: "DCM" | "SCT" | typeof ownScheme;
  readonly meaning: string;
};

/** Schemes of no standard begin with 99 (PS3.16 section 8.2). */
const ownScheme = "99DELINEATE";

const rtTarget: CodedConcept = { value: "130041", scheme: "DCM", meaning: "RT Target" };
const anatomy: CodedConcept = { value: "91723000", scheme: "SCT", meaning: "Anatomical Structure" };
const tissue: CodedConcept = { value: "85756007", scheme: "SCT", meaning: "Tissue" };

const targets: ReadonlyMap<string, CodedConcept> = new Map([
  ["GTV", { value: "228791009", scheme: "SCT", meaning: "GTV" }],
  ["CTV", { value: "228792002", scheme: "SCT", meaning: "CTV" }],
  ["PTV", { value: "228793007", scheme: "SCT", meaning: "PTV" }],
]);

/** Elements of a segment's item: category and type. Throws `value-too-long` and `invalid-value` for an interpreted type that a code cannot hold. */
export function segmentedProperty(interpretedType: string): [string, Element][] {
  const target = targets.get(interpretedType);
  const modifiers: [string, Element][] =
    target !== undefined || interpretedType === ""
      ? []
      : [[tags.SegmentedPropertyTypeModifierCodeSequence, codeSequence(ownConcept(interpretedType))]];
  return [
    [tags.SegmentedPropertyCategoryCodeSequence, codeSequence(target === undefined ? anatomy : rtTarget)],
    [tags.SegmentedPropertyTypeCodeSequence, codeSequence(target ?? tissue, modifiers)],
  ];
}

/** The interpreted type that a segment's item states; empty if it states none. */
export function interpretedTypeOf(segment: DataSet): string {
  const [type] = sequence(segment, tags.SegmentedPropertyTypeCodeSequence);
  if (type === undefined) return "";
  const code = text(type, tags.CodeValue);
  const target = [...targets].find(([, { value }]) => value === code);
  if (target !== undefined) return target[0];
  const typeModifier = sequence(type, tags.SegmentedPropertyTypeModifierCodeSequence).find(
    (modifier) => text(modifier, tags.CodingSchemeDesignator) === ownScheme,
  );
  return (typeModifier && text(typeModifier, tags.CodeValue)) ?? "";
}

function ownConcept(interpretedType: string): CodedConcept {
  return { value: interpretedType, scheme: ownScheme, meaning: `RT ROI Interpreted Type ${interpretedType}` };
}

/** A code sequence of one item (PS3.3 8.8). A code may come from a file: an interpreted type. */
export function codeSequence(
  { value, scheme, meaning }: CodedConcept,
  more: readonly [string, Element][] = [],
): Element {
  const item: DataSet = new Map([
    givenTextOf("CodeValue", value),
    textOf("CodingSchemeDesignator", scheme),
    textOf("CodeMeaning", meaning),
    ...more,
  ]);
  return sequenceElement([item]);
}
