/** A CT image, structure set or segmentation without what tells whose it is (rules.ts). */
import { DelineateError } from "#core/errors.ts";
import {
  type DataSet,
  type Element,
  number,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { sequenceOf, textOf } from "#dicom/dataset/named-elements.ts";
import { type Keyword, tags } from "#dicom/dictionary.ts";
import { emptiedElements, keptElements, keptSequences, mappedUids, shiftedDates } from "./rules.ts";
import { saysOnlyStructure } from "./structure-name.ts";

/** Who a patient is outside, and by what everything of the patient is replaced. */
export type Pseudonym = {
  /** Stands for name and ID. */
  readonly name: string;
  /** Days that dates are moved by. */
  readonly shiftDays: number;
  readonly uidOf: (uid: string) => string;
};

const tagsOf = (keywords: readonly Keyword[]): ReadonlySet<string> =>
  new Set(keywords.map((keyword) => tags[keyword]));
const [keptTags, sequences, uids, dates, emptied] = [
  keptElements,
  keptSequences,
  mappedUids,
  shiftedDates,
  emptiedElements,
].map(tagsOf);

const structureNames = new Map<string, Keyword>([
  [tags.ROIName, "ROINumber"],
  [tags.SegmentLabel, "SegmentNumber"],
]);

/**
 * `where` names the file in messages. Throws `export-refused` where the pixels may name somebody. The pixels are the same
 * bytes; compressed frames are the caller's (codestream-comments.ts).
 */
export function deidentified(dataSet: DataSet, pseudonym: Pseudonym, where: string): DataSet {
  const burnedIn = text(dataSet, burnedInAnnotation);
  if (burnedIn === "YES" || text(dataSet, recognisableFeatures) === "YES")
    throw new DelineateError(
      "export-refused",
      `${where} says that its pixels show who the patient is (0028,0301) or (0028,0302): it cannot be de-identified. Leave it out.`,
    );
  if (
    [...dataSet].some(([tag, { bytes }]) => overlayBitPosition.test(tag) && bytes.some((byte) => byte !== 0))
  )
    throw new DelineateError(
      "export-refused",
      `${where} has an overlay in the unused bits of its pixels (60xx,0102), which may show who the patient is: it cannot be de-identified. Leave it out.`,
    );
  return new Map<string, Element>([
    ...cleaned(dataSet, pseudonym),
    ...pixelsAlone(dataSet),
    textOf("PatientName", pseudonym.name),
    textOf("PatientID", pseudonym.name),
    textOf("PatientIdentityRemoved", "YES"),
    textOf("DeidentificationMethod", "PS3.15 E basic profile; dates moved; structure names cleaned"),
    sequenceOf("DeidentificationMethodCodeSequence", methods.map(code)),
    textOf("LongitudinalTemporalInformationModified", "MODIFIED"),
    ...(dataSet.has(tags.StructureSetLabel) ? [textOf("StructureSetLabel", "STRUCTURES")] : []),
    ...(dataSet.has(tags.ContentLabel) ? [textOf("ContentLabel", "SEGMENTATION")] : []),
  ]);
}

/** Overlay Bit Position of any overlay group; 0 where the overlay has data of its own, which leaves (PS3.3 C.9.2). */
const overlayBitPosition = /^60[0-9A-F]{2}0102$/;

/** Native pixel data without what follows the image; compressed frames are not in the data set. */
function pixelsAlone(dataSet: DataSet): [string, Element][] {
  const pixels = dataSet.get(tags.PixelData);
  if (pixels === undefined) return [];
  const [rows, columns, bits] = [tags.Rows, tags.Columns, tags.BitsAllocated].map(
    (tag) => number(dataSet, tag) ?? 0,
  );
  const frames = number(dataSet, tags.NumberOfFrames) ?? 1;
  const samples = number(dataSet, tags.SamplesPerPixel) ?? 1;
  const length = Math.ceil((rows * columns * frames * samples * bits) / 8);
  return [[tags.PixelData, { ...pixels, bytes: pixels.bytes.subarray(0, length) }]];
}

const burnedInAnnotation = tags.BurnedInAnnotation;
const recognisableFeatures = tags.RecognizableVisualFeatures;

/** PS3.16 CID 7050. */
const methods = [
  ["113100", "Basic Application Confidentiality Profile"],
  ["113105", "Clean Descriptors Option"],
  ["113107", "Retain Longitudinal Temporal Information Modified Dates Option"],
] as const;

function code([value, meaning]: (typeof methods)[number]): DataSet {
  return new Map([
    textOf("CodeValue", value),
    textOf("CodingSchemeDesignator", "DCM"),
    textOf("CodeMeaning", meaning),
  ]);
}

function cleaned(dataSet: DataSet, pseudonym: Pseudonym): Map<string, Element> {
  const result = new Map<string, Element>();
  for (const [tag, element] of dataSet) {
    const next = cleanedElement(tag, element, dataSet, pseudonym);
    if (next !== undefined) result.set(tag, next);
  }
  return result;
}

/** Undefined for one that leaves. */
function cleanedElement(
  tag: string,
  element: Element,
  dataSet: DataSet,
  pseudonym: Pseudonym,
): Element | undefined {
  if (sequences.has(tag))
    return sequenceElement((element.items ?? []).map((item) => cleaned(item, pseudonym)));
  // An element that should hold a value and holds items, or the reverse, is not what its tag says.
  if (element.items !== undefined) return undefined;
  if (keptTags.has(tag)) return element;
  if (emptied.has(tag)) return { vr: element.vr, bytes: new Uint8Array(0) };
  if (uids.has(tag)) return mappedUid(text(dataSet, tag), pseudonym);
  if (dates.has(tag)) return textElement("DA", shiftedDate(text(dataSet, tag), pseudonym.shiftDays));
  const number = structureNames.get(tag);
  if (number === undefined) return undefined;
  const name = text(dataSet, tag) ?? "";
  // A name that looks like a replacement is replaced as well: it may be that of another number.
  const stays = saysOnlyStructure(name) && !/^roi[\s\d]*$/i.test(name);
  return textElement("LO", stays ? name : `ROI ${text(dataSet, tags[number]) ?? ""}`.trim());
}

/** What structures are called in `after` that were called otherwise in `before`, from which it was made. */
export function replacedNames(before: DataSet, after: DataSet): string[] {
  const namesIn = (dataSet: DataSet): (string | undefined)[] => [
    ...sequence(dataSet, tags.StructureSetROISequence).map((item) => text(item, tags.ROIName)),
    ...sequence(dataSet, tags.SegmentSequence).map((item) => text(item, tags.SegmentLabel)),
  ];
  const names = namesIn(before);
  return namesIn(after).flatMap((name, at) => (name === undefined || name === names[at] ? [] : [name]));
}

function mappedUid(uid: string | undefined, { uidOf }: Pseudonym): Element {
  return textElement("UI", uid === undefined ? "" : uidOf(uid));
}

/** YYYYMMDD moved by days; empty for what is no date. */
export function shiftedDate(date: string | undefined, days: number): string {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date ?? "") ?? [];
  if (day === undefined) return "";
  const moved = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days));
  return moved.toISOString().slice(0, 10).replaceAll("-", "");
}

/** What an identity is made of, byte for byte, to be put back (reidentify.ts). */
export const identityKeywords = [
  "SpecificCharacterSet",
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientSex",
] as const;
