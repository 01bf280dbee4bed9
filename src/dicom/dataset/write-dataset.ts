/**
 * Data sets to bytes: a DICOM file of PS3.10 with its meta information, implicit or explicit VR little endian (PS3.5
 * section 7). Values are written as they are; what they may hold is the business of who made them.
 */

import { joinBytes } from "#core/bytes.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";
import { tags } from "#dicom/dictionary.ts";
import { type DataSet, type Element, sequenceElement, text } from "./dataset.ts";
import { implementationClassUid, implementationVersionName } from "./uid.ts";

export const transferSyntaxes = {
  implicitLittleEndian: "1.2.840.10008.1.2",
  explicitLittleEndian: "1.2.840.10008.1.2.1",
} as const;

/** VRs whose explicit form has two reserved bytes and a length of 32 bits (PS3.5 table 7.1-1). */
const longForms = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);

/** Begins each item of a sequence; it has no VR (PS3.5 7.5). */
const itemTag = "FFFEE000";
const sequenceEnd = "FFFEE0DD";

/** Largest length of a short form; a longer value can only be written in implicit VR. */
const longestExplicitValue = 65_534;

/** A complete file: preamble, meta information, data set. SOP class and instance are read from the data set. */
export function writeDicomFile(dataSet: DataSet, transferSyntaxUid: string): Uint8Array {
  if (!dataSet.has(tags.SOPClassUID) || !dataSet.has(tags.SOPInstanceUID))
    throw new Error("a DICOM file needs a SOP class and a SOP instance UID");
  const header = fileHeader({
    sopClassUid: text(dataSet, tags.SOPClassUID) ?? "",
    sopInstanceUid: text(dataSet, tags.SOPInstanceUID) ?? "",
    transferSyntaxUid,
  });
  return joinBytes([
    header,
    encodeDataSet(dataSet, transferSyntaxUid !== transferSyntaxes.implicitLittleEndian),
  ]);
}

/** What stands before the data set of a file: preamble and meta information (PS3.10 7.1). The same for the same instance. */
export function fileHeader(instance: {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}): Uint8Array {
  const meta: [string, Element][] = [
    [tags.FileMetaInformationVersion, { vr: "OB", bytes: Uint8Array.of(0, 1) }],
    textOf("MediaStorageSOPClassUID", instance.sopClassUid),
    textOf("MediaStorageSOPInstanceUID", instance.sopInstanceUid),
    textOf("TransferSyntaxUID", instance.transferSyntaxUid),
    textOf("ImplementationClassUID", implementationClassUid),
    textOf("ImplementationVersionName", implementationVersionName),
  ];
  const metaBytes = encodeDataSet(new Map(meta), true);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, metaBytes.length, true);
  const groupLength = encodeDataSet(
    new Map([[tags.FileMetaInformationGroupLength, { vr: "UL", bytes: length }]]),
    true,
  );
  const magic = Uint8Array.of(0x44, 0x49, 0x43, 0x4d);
  return joinBytes([new Uint8Array(128), magic, groupLength, metaBytes]);
}

/** The same with compressed pixel data: each frame one fragment, no offset table (PS3.5 A.4). `dataSet` holds no pixels. */
export function writeCompressedFile(
  dataSet: DataSet,
  transferSyntaxUid: string,
  frames: readonly Uint8Array[],
): Uint8Array {
  const undefinedLength = 0xffffffff;
  const fragments = [new Uint8Array(0), ...frames.map(padded)].flatMap((frame) => [
    elementHeader(itemTag, "", frame.length, false),
    frame,
  ]);
  return joinBytes([
    writeDicomFile(dataSet, transferSyntaxUid),
    elementHeader(tags.PixelData, "OB", undefinedLength, true),
    ...fragments,
    elementHeader(sequenceEnd, "", 0, false),
  ]);
}

/** Elements in the order of their tags, sequences with explicit lengths; in implicit or explicit VR little endian. */
export function encodeDataSet(dataSet: DataSet, explicit: boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [tag, element] of [...dataSet].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const value = element.items === undefined ? padded(element.bytes) : encodeItems(element.items, explicit);
    parts.push(elementHeader(tag, element.vr, value.length, explicit), value);
  }
  return joinBytes(parts);
}

function encodeItems(items: readonly DataSet[], explicit: boolean): Uint8Array {
  return joinBytes(
    items.flatMap((item) => {
      const bytes = encodeDataSet(item, explicit);
      return [elementHeader(itemTag, "", bytes.length, false), bytes];
    }),
  );
}

function elementHeader(tag: string, vr: string, length: number, explicit: boolean): Uint8Array {
  const header = new Uint8Array(explicit && longForms.has(vr) ? 12 : 8);
  const view = new DataView(header.buffer);
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
  if (!explicit) {
    view.setUint32(4, length, true);
    return header;
  }
  header[4] = vr.charCodeAt(0);
  header[5] = vr.charCodeAt(1);
  if (longForms.has(vr)) view.setUint32(8, length, true);
  else {
    if (length > longestExplicitValue) {
      throw new Error(`the value of ${tag} has ${length} bytes: too long for explicit VR, write implicit VR`);
    }
    view.setUint16(6, length, true);
  }
  return header;
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  return even;
}

/** Numbers as US (16 bits unsigned). */
export function shortsElement(values: readonly number[]): Element {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(index * 2, value, true);
  });
  return { vr: "US", bytes };
}

export function itemsOf(...items: readonly (readonly [string, Element][])[]): Element {
  return sequenceElement(items.map((item) => new Map(item)));
}
