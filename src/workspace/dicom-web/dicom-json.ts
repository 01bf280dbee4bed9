/**
 * Data sets as the DICOM JSON model has them (PS3.18 annex F): {"00100020": {"vr": "LO", "Value": ["4711"]}}. Texts are decoded, so
 * the character set is always UTF-8. Large bytes, such as pixels, are told by an address in place of their value.
 */
import { type DataSet, type Element, number, numbers, text } from "#dicom/dataset/dataset.ts";
import { tags, vrOfTag } from "#dicom/dictionary.ts";

export type JsonElement = {
  readonly vr: string;
  readonly Value?: readonly JsonValue[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
};
export type JsonValue = string | number | null | JsonDataSet | { readonly Alphabetic?: string };
export type JsonDataSet = { readonly [tag: string]: JsonElement };

const numeric = new Set(["DS", "IS", "US", "SS", "UL", "SL", "FL", "FD"]);
const binary = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "UN", "SV", "UV"]);
/** They have one value, in which a backslash is one. */
const longTexts = new Set(["ST", "LT", "UT", "UR"]);

/** Private headers of scanners are shorter, pixels and lookup tables are longer. */
const longestInlineBytes = 1024;

type JsonOptions = {
  /** The address of the bytes of an element of the outermost data set. */
  readonly bulkUriOf: (tag: string) => string;
  /** Those alone; all if left out. */
  readonly only?: ReadonlySet<string>;
};

/** In the order of the tags. Long bytes within sequences are left out, as is what is not a value: group lengths. */
export function toJson(dataSet: DataSet, { bulkUriOf, only }: JsonOptions): JsonDataSet {
  const signed = number(dataSet, tags.PixelRepresentation) === 1;
  return elementsToJson(dataSet, { bulkUriOf, only, signed });
}

type Converting = {
  readonly bulkUriOf?: JsonOptions["bulkUriOf"] | undefined;
  readonly only?: ReadonlySet<string> | undefined;
  /** Stored pixel values are (0028,0103): so is what is US or SS. */
  readonly signed: boolean;
};

function elementsToJson(dataSet: DataSet, { bulkUriOf, only, signed }: Converting): JsonDataSet {
  const json: Record<string, JsonElement> = {};
  for (const tag of [...dataSet.keys()].sort()) {
    const element = dataSet.get(tag);
    if (element === undefined || tag.endsWith("0000") || (only !== undefined && !only.has(tag))) continue;
    if (tag === tags.PixelData || (binary.has(element.vr) && element.bytes.length > longestInlineBytes)) {
      if (bulkUriOf !== undefined) json[tag] = { vr: element.vr, BulkDataURI: bulkUriOf(tag) };
      continue;
    }
    json[tag] = elementToJson(dataSet, tag, element, signed);
  }
  return json;
}

function elementToJson(dataSet: DataSet, tag: string, element: Element, signed: boolean): JsonElement {
  if (tag === tags.SpecificCharacterSet) return { vr: "CS", Value: ["ISO_IR 192"] };
  // Implicit VR does not say which of the two it is; the reader took US.
  const isSigned = signed && element.vr === "US" && vrOfTag(tag) === "US or SS";
  const vr = isSigned ? "SS" : element.vr;
  if (element.items !== undefined) {
    const items = element.items.map((item) => elementsToJson(item, { signed }));
    return items.length === 0 ? { vr } : { vr, Value: items };
  }
  if (element.bytes.length === 0) return { vr };
  if (binary.has(vr)) return { vr, InlineBinary: Buffer.from(element.bytes).toString("base64") };
  const values = valuesOf(isSigned ? new Map([[tag, { ...element, vr }]]) : dataSet, tag, vr);
  return values.every((value) => value === null) ? { vr } : { vr, Value: values };
}

function valuesOf(dataSet: DataSet, tag: string, vr: string): JsonValue[] {
  if (numeric.has(vr)) return numbers(dataSet, tag).map((value) => (Number.isFinite(value) ? value : null));
  if (vr === "AT") return pairs(dataSet.get(tag)?.bytes ?? new Uint8Array(0));
  const whole = text(dataSet, tag) ?? "";
  const values = longTexts.has(vr) ? [whole] : whole.split("\\").map((value) => value.trim());
  return values.map((value) => (value === "" ? null : vr === "PN" ? nameOf(value) : value));
}

/** Up to three groups of components, as letters, ideographs and sounds (PS3.5 6.2.1). */
function nameOf(value: string): JsonValue {
  const [alphabetic = "", ideographic = "", phonetic = ""] = value.split("=");
  return {
    ...(alphabetic !== "" && { Alphabetic: alphabetic }),
    ...(ideographic !== "" && { Ideographic: ideographic }),
    ...(phonetic !== "" && { Phonetic: phonetic }),
  };
}

/** Tags as eight digits. */
function pairs(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hex = (at: number): string => view.getUint16(at, true).toString(16).toUpperCase().padStart(4, "0");
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => hex(4 * at) + hex(4 * at + 2));
}
