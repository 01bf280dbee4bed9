/** Coded concepts for what a segment is (DICOM PS3.16 CID 9502 and 9534; SNOMED CT), by RT ROI interpreted type. */

import { type DataSet, type Element, sequenceElement } from "#dicom/dataset/dataset.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";

type CodedConcept = {
  readonly value: string;
  readonly scheme: "DCM" | "SCT";
  readonly meaning: string;
};

const rtTarget: CodedConcept = { value: "130041", scheme: "DCM", meaning: "RT Target" };
const anatomy: CodedConcept = { value: "91723000", scheme: "SCT", meaning: "Anatomical Structure" };

/** Category, then type. */
const properties: Readonly<Record<string, readonly [CodedConcept, CodedConcept] | undefined>> = {
  GTV: [rtTarget, { value: "228791009", scheme: "SCT", meaning: "GTV" }],
  CTV: [rtTarget, { value: "228792002", scheme: "SCT", meaning: "CTV" }],
  PTV: [rtTarget, { value: "228793007", scheme: "SCT", meaning: "PTV" }],
};

/** Of other types nothing more is known than that it is tissue. */
const other: readonly [CodedConcept, CodedConcept] = [
  anatomy,
  { value: "85756007", scheme: "SCT", meaning: "Tissue" },
];

export function segmentedProperty(interpretedType: string): readonly [CodedConcept, CodedConcept] {
  return properties[interpretedType] ?? other;
}

/** The interpreted type that a coded segment type means; empty if none. */
export function interpretedTypeOf(code: string | undefined): "GTV" | "CTV" | "PTV" | "" {
  for (const type of ["GTV", "CTV", "PTV"] as const) if (properties[type]?.[1].value === code) return type;
  return "";
}

/** A code sequence of one item (PS3.3 8.8). */
export function codeSequence({ value, scheme, meaning }: CodedConcept): Element {
  const item: DataSet = new Map([
    textOf("CodeValue", value),
    textOf("CodingSchemeDesignator", scheme),
    textOf("CodeMeaning", meaning),
  ]);
  return sequenceElement([item]);
}
