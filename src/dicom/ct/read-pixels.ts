/**
 * Pixel data of one frame to HU: uncompressed, or by the codecs of dcmjs-codecs (RLE, JPEG, JPEG-LS, JPEG 2000, HTJ2K);
 * stored bits and sign (PS3.3 C.7.6.3), rescale (C.11.1), padding values (C.7.5.1.1.2).
 */
import type { Context } from "dcmjs-codecs";
import { DelineateError } from "#core/errors.ts";
import { type DataSet, number } from "#dicom/dataset/dataset.ts";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";

// The package is CommonJS: its names arrive as the default export.
type Codecs = typeof import("dcmjs-codecs");

/** A megabyte of code, which is not loaded for uncompressed pixels. */
let codecs: Codecs | undefined;

type Decode = (context: Context, native: Codecs["NativeCodecs"]) => Context;

const jpeg: Decode = (context, native) => native.decodeJpeg(context);
const jpegLs: Decode = (context, native) => native.decodeJpegLs(context);
const jpeg2000: Decode = (context, native) => native.decodeJpeg2000(context);
const htJpeg2000: Decode = (context, native) => native.decodeHtJpeg2000(context);

const decoders: Readonly<Record<string, Decode | undefined>> = {
  "1.2.840.10008.1.2.5": (context, native) => native.decodeRle(context),
  "1.2.840.10008.1.2.4.50": jpeg,
  "1.2.840.10008.1.2.4.51": jpeg,
  "1.2.840.10008.1.2.4.57": jpeg,
  "1.2.840.10008.1.2.4.70": jpeg,
  "1.2.840.10008.1.2.4.80": jpegLs,
  "1.2.840.10008.1.2.4.81": jpegLs,
  "1.2.840.10008.1.2.4.90": jpeg2000,
  "1.2.840.10008.1.2.4.91": jpeg2000,
  "1.2.840.10008.1.2.4.201": htJpeg2000,
  "1.2.840.10008.1.2.4.202": htJpeg2000,
  "1.2.840.10008.1.2.4.203": htJpeg2000,
};

const uncompressed = new Set([
  "1.2.840.10008.1.2",
  "1.2.840.10008.1.2.1",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.1.99",
]);

/** Transfer syntaxes of images that are read. */
export const readableSyntaxes: ReadonlySet<string> = new Set([...uncompressed, ...Object.keys(decoders)]);

export type Rescale = { readonly slope: number; readonly intercept: number };

/** HU of what lies outside the scan: air. */
const paddingHu = -1024;

export type FramePixels = {
  /** rows * columns values, row by row. */
  readonly hu: Int16Array;
  /** Pixels that held a padding value and are air now. */
  readonly padded: number;
  /** Pixels beyond the range of 16 bits that were clamped. */
  readonly clamped: number;
};

/** Whether pixels of a transfer syntax take a codec, and the time that one takes. */
export function isCompressed(transferSyntaxUid: string): boolean {
  return decoders[transferSyntaxUid] !== undefined;
}

/**
 * Codecs are WebAssembly: they must be started once before the first compressed frame. `module` is its address, which only
 * Node.js finds by itself.
 */
export async function startCodecs(module?: string): Promise<void> {
  codecs ??= (await import("dcmjs-codecs")).default as unknown as Codecs;
  if (!codecs.NativeCodecs.isInitialized())
    await codecs.NativeCodecs.initializeAsync(
      module === undefined ? {} : { webAssemblyModulePathOrUrl: module },
    );
}

/**
 * HU of frame `frame` (0-based), in `into` where that is given: as many values at least. Throws `unsupported-transfer-syntax`, `unsupported-pixels` (colour, depth) or
 * `corrupt-dicom` (too few bytes, a codec's refusal), naming `where`.
 */
export function readFrame(
  file: DicomFile,
  {
    frame,
    rescale,
    into,
  }: { readonly frame: number; readonly rescale: Rescale; readonly into?: Int16Array | undefined },
  where: string,
): FramePixels {
  const { dataSet } = file;
  const shape = pixelShape(dataSet, where);
  const stored =
    file.compressedFrames === undefined
      ? uncompressedFrame(file, frame, shape, where)
      : compressedFrame(file, file.compressedFrames[frame], shape, where);
  const hu = into?.subarray(0, shape.rows * shape.columns) ?? new Int16Array(shape.rows * shape.columns);
  return { hu, ...toHu(stored, hu, translation(shape, rescale, dataSet), shape.bitsAllocated) };
}

type PixelShape = {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
};

function pixelShape(dataSet: DataSet, where: string): PixelShape {
  const need = (tag: string, name: string): number => {
    const value = number(dataSet, tag);
    if (value === undefined) throw new DelineateError("corrupt-dicom", `${where} has no ${name} (${tag}).`);
    return value;
  };
  const rows = need(tags.Rows, "Rows");
  const columns = need(tags.Columns, "Columns");
  const bitsAllocated = need(tags.BitsAllocated, "Bits Allocated");
  const bitsStored = number(dataSet, tags.BitsStored) ?? bitsAllocated;
  const highBit = number(dataSet, tags.HighBit) ?? bitsStored - 1;
  const samples = number(dataSet, tags.SamplesPerPixel) ?? 1;
  if (samples !== 1)
    throw new DelineateError("unsupported-pixels", `${where} has ${samples} samples a pixel; a CT has 1.`);
  if (
    (bitsAllocated !== 8 && bitsAllocated !== 16) ||
    bitsStored > bitsAllocated ||
    bitsStored < 1 ||
    highBit >= bitsAllocated ||
    highBit + 1 < bitsStored
  ) {
    throw new DelineateError(
      "unsupported-pixels",
      `${where} stores ${bitsStored} of ${bitsAllocated} bits up to bit ${highBit}; expected 8 or 16 bits allocated.`,
    );
  }
  if (rows * columns === 0)
    throw new DelineateError("corrupt-dicom", `${where} has an image of ${columns} x ${rows} pixels.`);
  return {
    rows,
    columns,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: number(dataSet, tags.PixelRepresentation) === 1,
  };
}

function uncompressedFrame(file: DicomFile, frame: number, shape: PixelShape, where: string): Uint8Array {
  if (!uncompressed.has(file.transferSyntaxUid)) throw unsupported(file.transferSyntaxUid, where);
  const length = (shape.rows * shape.columns * shape.bitsAllocated) / 8;
  const bytes = file.dataSet.get(tags.PixelData)?.bytes ?? new Uint8Array(0);
  if (bytes.length < (frame + 1) * length) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} has ${bytes.length} bytes of pixel data; frame ${frame + 1} of ${shape.columns} x ${shape.rows} pixels needs ${(frame + 1) * length}.`,
    );
  }
  return bytes.subarray(frame * length, (frame + 1) * length);
}

function compressedFrame(
  file: DicomFile,
  encoded: Uint8Array | undefined,
  shape: PixelShape,
  where: string,
): Uint8Array {
  const decode = decoders[file.transferSyntaxUid];
  if (decode === undefined) throw unsupported(file.transferSyntaxUid, where);
  if (encoded === undefined || encoded.length === 0) {
    throw new DelineateError("corrupt-dicom", `${where} has no pixel data for one of its frames.`);
  }
  if (codecs === undefined) throw new Error("the codecs were not started");
  const context = new codecs.Context({
    width: shape.columns,
    height: shape.rows,
    bitsAllocated: shape.bitsAllocated,
    bitsStored: shape.bitsStored,
    samplesPerPixel: 1,
    pixelRepresentation: shape.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: "MONOCHROME2",
    encodedBuffer: encoded.slice(),
  });
  let decoded: Uint8Array | undefined;
  try {
    decoded = decode(context, codecs.NativeCodecs).getDecodedBuffer();
  } catch (cause) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} has pixel data that its codec refuses. Export it again.`,
      { cause },
    );
  }
  const length = (shape.rows * shape.columns * shape.bitsAllocated) / 8;
  // Longer, it is an image of another size than the header's: its rows would be cut up and strung together.
  if (decoded?.length !== length) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} decodes to ${decoded?.length ?? 0} bytes; expected ${length} for ${shape.columns} x ${shape.rows} pixels. Export it again.`,
    );
  }
  return decoded;
}

function unsupported(uid: string, where: string): DelineateError {
  const known = [...uncompressed, ...Object.keys(decoders)].length;
  return new DelineateError(
    "unsupported-transfer-syntax",
    `${where} is encoded in transfer syntax ${uid}, none of the ${known} that can be read. Export it uncompressed.`,
  );
}

function toHu(
  stored: Uint8Array,
  hu: Int16Array,
  meaning: Translation,
  bitsAllocated: number,
): Omit<FramePixels, "hu"> {
  const raw = bitsAllocated === 8 ? stored : wholeWords(stored, hu.length);
  let [padded, clamped] = [0, 0];
  for (let index = 0; index < hu.length; index++) {
    const value = meaning[raw[index]];
    // The array keeps the lower 16 bits.
    hu[index] = value;
    padded += (value >> paddingBit) & 1;
    clamped += (value >> clampedBit) & 1;
  }
  return { padded, clamped };
}

/** Little-endian words; a copy only where they begin at an odd place, which typed arrays cannot. */
function wholeWords(bytes: Uint8Array, count: number): Uint16Array {
  const even = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(even.buffer, even.byteOffset, count);
}

/** Of every bit pattern that a pixel can have: its HU in the lower 16 bits, above them whether it is a padding value or was clamped. */
type Translation = Int32Array;
const [paddingBit, clampedBit] = [16, 17];

/** The slices of a series have the same one, nearly always: it is made once for them. */
let last: { readonly key: string; readonly table: Translation } | undefined;

function translation(shape: PixelShape, { slope, intercept }: Rescale, dataSet: DataSet): Translation {
  const { bitsAllocated, bitsStored, highBit, signed } = shape;
  const paddingRange = paddingOf(dataSet, shape);
  const key = [
    bitsAllocated,
    bitsStored,
    highBit,
    signed,
    slope,
    intercept,
    JSON.stringify(paddingRange),
  ].join(" ");
  if (last?.key === key) return last.table;
  const shift = highBit + 1 - bitsStored;
  const valueMask = 2 ** bitsStored - 1;
  const signedValue = (raw: number): number => wordValue((raw >> shift) & valueMask, bitsStored, signed);
  const isPadding = (raw: number): boolean =>
    paddingRange !== undefined &&
    (within(paddingRange, signedValue(raw)) ||
      (paddingRange.beyondStored &&
        within(paddingRange, wordValue(raw, bitsAllocated, paddingRange.signed))));
  const table: Translation = new Int32Array(2 ** bitsAllocated);
  for (let raw = 0; raw < table.length; raw++) {
    const value = signedValue(raw);
    const scaled = Math.round(value * slope + intercept);
    const clamped = Math.min(32767, Math.max(-32768, scaled));
    if (isPadding(raw)) table[raw] = (paddingHu & 0xffff) | (1 << paddingBit);
    else table[raw] = (clamped & 0xffff) | (clamped === scaled ? 0 : 1 << clampedBit);
  }
  last = { key, table };
  return table;
}

type PaddingRange = {
  readonly low: number;
  readonly high: number;
  readonly signed: boolean;
  /** No pixel can hold them within its stored bits: a pixel is padding then whose whole word holds one. */
  readonly beyondStored: boolean;
};

/**
 * Pixel Padding Value (0028,0120), a range together with Pixel Padding Range Limit (0028,0121); undefined if absent. Both are
 * 16 bits, signed as the pixels are or as their VR says: writers disagree, and the bits are what both mean.
 */
function paddingOf(dataSet: DataSet, { bitsStored, signed }: PixelShape): PaddingRange | undefined {
  const value = number(dataSet, tags.PixelPaddingValue);
  if (value === undefined) return undefined;
  const limit = number(dataSet, tags.PixelPaddingRangeLimit) ?? value;
  const isSigned = signed || dataSet.get(tags.PixelPaddingValue)?.vr === "SS";
  const [a, b] = [value, limit].map((bits) => wordValue(bits, 16, isSigned));
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return { low, high, signed: isSigned, beyondStored: low < lowest || high >= lowest + 2 ** bitsStored };
}

function within({ low, high }: PaddingRange, value: number): boolean {
  return value >= low && value <= high;
}

/** The number in the lowest `bits` bits. */
function wordValue(word: number, bits: number, signed: boolean): number {
  const value = word & (2 ** bits - 1);
  return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}
