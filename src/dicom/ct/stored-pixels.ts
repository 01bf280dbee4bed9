/** The stored values of one frame as its file has them: uncompressed, or by the codecs of dcmjs-codecs (RLE, JPEG, JPEG-LS, JPEG 2000, HTJ2K). */
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

export type PixelShape = {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
};

/** Throws `unsupported-pixels` (colour, depth) and `corrupt-dicom`, naming `where`. */
export function pixelShape(dataSet: DataSet, where: string): PixelShape {
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

/** Throws `unsupported-transfer-syntax`, and `corrupt-dicom` (too few bytes, a codec's refusal, another size), naming `where`. */
export function storedFrame(file: DicomFile, frame: number, shape: PixelShape, where: string): Uint8Array {
  return file.compressedFrames === undefined
    ? uncompressedFrame(file, frame, shape, where)
    : compressedFrame(file, file.compressedFrames[frame], shape, where);
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
