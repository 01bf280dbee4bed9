/**
 * A DICOM data set as plain data: tags to elements, values kept as the bytes of the file (little endian), so that
 * what is copied from a CT to a structure set is copied byte for byte. Reading is read-dataset.ts, writing is
 * write-dataset.ts. Source: DICOM PS3.5 section 7.
 */

import { latin1 } from "#core/latin1.ts";
import { tags } from "#dicom/dictionary.ts";
import { decodeCharacters } from "./character-sets.ts";

/** Eight upper-case hexadecimal digits, group then element: tags.PatientID. */
type Tag = string;

export type Element = {
  /** Value representation of two letters; "UN" where it isn't known. */
  readonly vr: string;
  /** Value field in little endian, padding included; empty for a sequence. */
  readonly bytes: Uint8Array;
  /** Items, for a sequence only. */
  readonly items?: readonly DataSet[];
  /** Terms of (0008,0005) that hold for it, where they stand in an outer data set; else those of its own data set do. */
  readonly characterSet?: readonly string[];
};

export type DataSet = ReadonlyMap<Tag, Element>;

/** Items of a sequence; none if the tag is absent or no sequence. */
export function sequence(dataSet: DataSet, tag: Tag): readonly DataSet[] {
  return dataSet.get(tag)?.items ?? [];
}

/** Terms of the Specific Character Set (0008,0005), none where it is absent: the default repertoire, ASCII. */
export function characterSetOf(dataSet: DataSet): string[] {
  return plainText(dataSet.get(tags.SpecificCharacterSet))
    .split("\\")
    .map((term) => term.trim())
    .filter((term, index, all) => term !== "" || all.length > index + 1);
}

/** VRs of long texts, which have lines and no values. */
const longTexts = new Set(["ST", "LT", "UT"]);

/**
 * The value of a text element, decoded by its character set (character-sets.ts), padding trimmed; undefined if absent or
 * empty.
 */
export function text(dataSet: DataSet, tag: Tag): string | undefined {
  const element = dataSet.get(tag);
  if (element === undefined || element.items !== undefined) return undefined;
  const terms = element.characterSet ?? characterSetOf(dataSet);
  const decoded = decodeCharacters(unpadded(element.bytes), terms, longTexts.has(element.vr));
  return decoded.replace(/^ +| +$/g, "") || undefined;
}

/** The values of a text element, split at the backslash and trimmed; empty if absent. */
export function texts(dataSet: DataSet, tag: Tag): string[] {
  return (
    text(dataSet, tag)
      ?.split("\\")
      .map((value) => value.trim()) ?? []
  );
}

/** NUL and space fill a value up to even length, and some writers to a fixed one, on either side. */
function unpadded(bytes: Uint8Array): Uint8Array {
  let [start, end] = [0, bytes.length];
  while (start < end && (bytes[start] === 0x20 || bytes[start] === 0)) start++;
  while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return bytes.subarray(start, end);
}

/** Numbers and terms are ASCII in every character set. */
function plainText(element: Element | undefined): string {
  return element === undefined ? "" : latin1(unpadded(element.bytes));
}

/** The numbers of a DS or IS element, or of a binary US, SS, UL, SL, FL, FD element; empty if absent. May hold NaN. */
export function numbers(dataSet: DataSet, tag: Tag): number[] {
  const element = dataSet.get(tag);
  if (element === undefined) return [];
  const read = binaryReaders[element.vr];
  if (read === undefined) {
    const values = plainText(element);
    return values === "" ? [] : values.split("\\").map(decimal);
  }
  const view = new DataView(element.bytes.buffer, element.bytes.byteOffset, element.bytes.byteLength);
  const values: number[] = [];
  for (let at = 0; at + read.size <= view.byteLength; at += read.size) values.push(read.at(view, at));
  return values;
}

/** NaN for what is no decimal string (PS3.5 6.2, DS and IS): the language would also read "0x10" and "Infinity". */
function decimal(value: string): number {
  const trimmed = value.trim();
  return /^[-+.\deE]+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** The first number of an element; undefined if absent, empty or no number. */
export function number(dataSet: DataSet, tag: Tag): number | undefined {
  const value = numbers(dataSet, tag)[0];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

type BinaryReader = { readonly size: number; readonly at: (view: DataView, offset: number) => number };
const binaryReaders: Readonly<Record<string, BinaryReader | undefined>> = {
  US: { size: 2, at: (view, offset) => view.getUint16(offset, true) },
  SS: { size: 2, at: (view, offset) => view.getInt16(offset, true) },
  UL: { size: 4, at: (view, offset) => view.getUint32(offset, true) },
  SL: { size: 4, at: (view, offset) => view.getInt32(offset, true) },
  FL: { size: 4, at: (view, offset) => view.getFloat32(offset, true) },
  FD: { size: 8, at: (view, offset) => view.getFloat64(offset, true) },
};

/** A text element, padded to even length as its VR asks (NUL for UI, space otherwise). Single-byte characters only. */
export function textElement(vr: string, value: string): Element {
  const padded = value.length % 2 === 0 ? value : value + (vr === "UI" ? "\0" : " ");
  return { vr, bytes: Uint8Array.from(padded, (character) => character.charCodeAt(0)) };
}

export function sequenceElement(items: readonly DataSet[]): Element {
  return { vr: "SQ", bytes: new Uint8Array(0), items };
}
