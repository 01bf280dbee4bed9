/**
 * Bytes of a DICOM file to a data set (PS3.10, PS3.5): part 10 files and bare data sets, implicit and explicit VR, big
 * endian, deflated, nested and undefined lengths. The parsing itself is dicom-parser's, which keeps the place of every
 * value in the file; here values become little-endian bytes, and its exceptions become named errors.
 */
import dicomParser from "dicom-parser";
import { joinBytes } from "#core/bytes.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { tags, vrOfTag } from "#dicom/dictionary.ts";
import { characterSetOf, type DataSet, type Element } from "./dataset.ts";
import { readUnknownItems } from "./unknown-vr.ts";

export type DicomFile = {
  readonly meta: DataSet;
  readonly dataSet: DataSet;
  readonly transferSyntaxUid: string;
  /** Compressed pixel data: one entry a frame. Uncompressed pixels are the bytes of element 7FE00010. */
  readonly compressedFrames: readonly Uint8Array[] | undefined;
  /** Reading went up to pixel data: with `headerOnly`, all that stands before them is there. */
  readonly hasPixels: boolean;
  readonly findings: readonly Finding[];
};

const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";
const explicitBigEndian = "1.2.840.10008.1.2.2";

/** Deeper nesting than any DICOM object has: what goes beyond is corrupt. */
const deepestNesting = 32;

type ReadOptions = {
  /** Leaves the pixel data out. */
  readonly headerOnly?: boolean;
  /** The last element to be read, whatever comes behind it: `bytes` may be a part of the file. */
  readonly upTo?: string;
};

/**
 * `where` names the file in messages. Throws `not-dicom` for other files and `corrupt-dicom` for what breaks off or cannot be
 * followed.
 */
export function readDicom(
  bytes: Uint8Array,
  where: string,
  { headerOnly = false, upTo }: ReadOptions = {},
): DicomFile {
  const transferSyntaxHint = syntaxWithoutMeta(bytes);
  const isPart10 = bytes.length > 132 && String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
  if (!isPart10 && transferSyntaxHint === undefined) {
    throw new DelineateError("not-dicom", `${where} is not a DICOM file.`);
  }
  const findings: Finding[] = [];
  let parsed: dicomParser.DataSet;
  try {
    const options: Record<string, unknown> = {
      vrCallback: (tag: string) => knownVr(tag.slice(1).toUpperCase()),
    };
    if (headerOnly || upTo !== undefined) options.untilTag = `x${(upTo ?? tags.PixelData).toLowerCase()}`;
    if (!isPart10) options.TransferSyntaxUID = transferSyntaxHint;
    parsed = dicomParser.parseDicom(bytes, options);
  } catch (cause) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} begins as a DICOM file but breaks off or is damaged (${reason(cause)}). Export it again.`,
      { cause },
    );
  }
  if (!isPart10)
    findings.push(
      finding("warning", "no-meta-header", "The file has no meta header; its encoding was guessed.", where),
    );
  const transferSyntaxUid = (parsed.string("x00020010") ?? transferSyntaxHint ?? implicitLittleEndian).trim();
  const source = { bytes: parsed.byteArray, bigEndian: transferSyntaxUid === explicitBigEndian, where };
  const elements = Object.values(parsed.elements).filter(
    (element) => tagOf(element).length === 8 && !(headerOnly && tagOf(element) === tags.PixelData),
  );
  const isMeta = (element: dicomParser.Element): boolean => tagOf(element) < "00030000";
  // Meta information is always little endian.
  const meta = convertAll(elements.filter(isMeta), { ...source, bigEndian: false });
  const dataSet = convertAll(
    elements.filter((element) => !isMeta(element)),
    source,
  );
  const pixels = parsed.elements.x7fe00010;
  const compressedFrames =
    pixels?.encapsulatedPixelData && !headerOnly ? readFrames(parsed, pixels, dataSet, where) : undefined;
  return {
    meta,
    dataSet,
    transferSyntaxUid,
    compressedFrames,
    hasPixels: pixels !== undefined,
    findings,
  };
}

/** What an element's offset and length point into. */
type Source = { readonly bytes: Uint8Array; readonly bigEndian: boolean; readonly where: string };

/** `outer`: the character set that holds where the elements do not state their own (PS3.3 C.12.1.1.2). */
function convertAll(
  elements: readonly dicomParser.Element[],
  source: Source,
  outer: readonly string[] = [],
  depth = 0,
): Map<string, Element> {
  if (depth > deepestNesting) {
    throw new DelineateError(
      "corrupt-dicom",
      `${source.where} nests sequences deeper than ${deepestNesting}: it is damaged.`,
    );
  }
  const values = elements.filter(isValue);
  const characterSetElement = values.find((element) => tagOf(element) === tags.SpecificCharacterSet);
  const characterSet =
    characterSetElement === undefined
      ? outer
      : characterSetOf(new Map([[tags.SpecificCharacterSet, plainValue(characterSetElement, source)]]));
  return new Map(
    values.map((element): [string, Element] => {
      const { vr, bytes } = plainValue(element, source);
      const parsed =
        element.items === undefined ? unknownItems(vr, bytes, tagOf(element), source) : undefined;
      const items = element.items ?? parsed?.items;
      if (items !== undefined) {
        const inner = parsed === undefined ? source : { ...source, bytes, bigEndian: false };
        const dataSets = items.map(({ dataSet }) =>
          convertAll(Object.values(dataSet?.elements ?? {}), inner, characterSet, depth + 1),
        );
        return [tagOf(element), { vr: "SQ", bytes: new Uint8Array(0), items: dataSets }];
      }
      return [tagOf(element), characterSet.length === 0 ? { vr, bytes } : { vr, bytes, characterSet }];
    }),
  );
}

/**
 * Not what only says how the file was encoded: the ends of items (FFFE,xxxx), which dicom-parser gives as elements, and the
 * lengths of groups (gggg,0000). Written back they would be wrong (PS3.5 7.2, 7.5).
 */
function isValue(element: dicomParser.Element): boolean {
  const tag = tagOf(element);
  return !tag.startsWith("FFFE") && !tag.endsWith("0000");
}

/** VR and bytes of an element, none for a sequence or compressed pixels. A VR that the file does not know is the standard's. */
function plainValue(element: dicomParser.Element, { bytes, bigEndian, where }: Source): Element {
  const tag = tagOf(element);
  const stated = element.vr === "UN" ? undefined : element.vr;
  const vr = stated ?? knownVr(tag) ?? "UN";
  if (element.items !== undefined) return { vr: "SQ", bytes: new Uint8Array(0) };
  if (element.encapsulatedPixelData) return { vr: "OB", bytes: new Uint8Array(0) };
  if (element.dataOffset + element.length > bytes.length) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} ends inside element ${tag}: it is cut off. Export it again.`,
    );
  }
  const value = new Uint8Array(bytes.buffer, bytes.byteOffset + element.dataOffset, element.length);
  return { vr, bytes: bigEndian ? toLittleEndian(value, vr) : value };
}

/** The items of a sequence that was carried as bytes of unknown VR. */
function unknownItems(vr: string, bytes: Uint8Array, tag: string, { where }: Source) {
  if ((vr !== "SQ" && vr !== "UN") || bytes.length === 0) return undefined;
  const items = readUnknownItems(bytes, (inner) => knownVr(inner));
  if (items === undefined && vr === "SQ")
    throw new DelineateError("corrupt-dicom", `${where} has a sequence ${tag} that cannot be read.`);
  return items;
}

/** dicom-parser writes "x7fe00010". */
function tagOf({ tag }: dicomParser.Element): string {
  return tag.slice(1).toUpperCase();
}

const unitBytes: Readonly<Record<string, number | undefined>> = {
  US: 2,
  SS: 2,
  OW: 2,
  AT: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  OF: 4,
  OL: 4,
  FD: 8,
  OD: 8,
  OV: 8,
  SV: 8,
  UV: 8,
};

function toLittleEndian(value: Uint8Array, vr: string): Uint8Array {
  const unit = unitBytes[vr];
  if (unit === undefined) return value;
  const swapped = new Uint8Array(value.length);
  for (let at = 0; at + unit <= value.length; at += unit) {
    for (let byte = 0; byte < unit; byte++) swapped[at + byte] = value[at + unit - 1 - byte];
  }
  return swapped;
}

/** For implicit VR and UN. A value of 16 bits is signed or not by Pixel Representation, which who uses it knows. */
function knownVr(tag: string): string | undefined {
  const vr = vrOfTag(tag);
  return vr === "US or SS" ? "US" : vr;
}

/** One buffer a frame: by the offset table, else one fragment a frame, else all fragments are the one frame. */
function readFrames(
  parsed: dicomParser.DataSet,
  pixels: dicomParser.Element,
  dataSet: DataSet,
  where: string,
): Uint8Array[] {
  const fragments = (pixels.fragments ?? []).map(({ position, length }) => {
    if (position + length > parsed.byteArray.length) {
      throw new DelineateError(
        "corrupt-dicom",
        `${where} ends inside its pixel data: it is cut off. Export it again.`,
      );
    }
    return new Uint8Array(parsed.byteArray.buffer, parsed.byteArray.byteOffset + position, length);
  });
  const frameText = dataSet.get(tags.NumberOfFrames)?.bytes ?? new Uint8Array(0);
  const frames = Math.max(1, Number.parseInt(String.fromCharCode(...frameText.subarray(0, 12)), 10) || 1);
  if (frames === 1) return [joined(fragments)];
  if (fragments.length === frames) return fragments;
  const offsets = pixels.basicOffsetTable ?? [];
  if (offsets.length !== frames) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} has ${frames} frames in ${fragments.length} fragments and no offset table: they cannot be told apart.`,
    );
  }
  const starts = (pixels.fragments ?? []).map(({ offset }) => offset);
  return offsets.map((offset, frame) => {
    const next = offsets[frame + 1] ?? Number.POSITIVE_INFINITY;
    return joined(fragments.filter((_, index) => starts[index] >= offset && starts[index] < next));
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0] : joinBytes(parts);
}

/** The encoding of a data set without preamble, recognised by a first element of group 0008 (or 0002), else undefined. */
function syntaxWithoutMeta(bytes: Uint8Array): string | undefined {
  if (bytes.length < 16 || bytes[1] !== 0 || (bytes[0] !== 8 && bytes[0] !== 2)) return undefined;
  const vr = String.fromCharCode(bytes[4], bytes[5]);
  if (/^[A-Z]{2}$/.test(vr)) return explicitLittleEndian;
  const length = bytes[4] | (bytes[5] << 8) | (bytes[6] << 16) | (bytes[7] << 24);
  return length >= 0 && length < 256 ? implicitLittleEndian : undefined;
}

function reason(cause: unknown): string {
  const inner = typeof cause === "object" && cause !== null && "exception" in cause ? cause.exception : cause;
  const message = inner instanceof Error ? inner.message : String(inner);
  return message.replace(/^dicomParser\.?/, "").slice(0, 120);
}
