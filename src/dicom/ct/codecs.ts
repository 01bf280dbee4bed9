/// <reference path="./codec-charls.d.ts" />
/**
 * Decoders of compressed frames: WebAssembly that is loaded for the first frame that needs it. CharLS for JPEG-LS, dcmjs-codecs for RLE, JPEG,
 * JPEG 2000 and HTJ2K. docs/decisions/0051-charls.md
 */
import type { CharLs } from "@cornerstonejs/codec-charls/decodewasmjs";
import type { Context } from "dcmjs-codecs";
import type { PixelShape } from "./pixel-shape.ts";

// Both packages are CommonJS: their names arrive as the default export.
type Codecs = typeof import("dcmjs-codecs");

let charls: CharLs | undefined;
let codecs: Codecs | undefined;

type Decode = (context: Context, native: Codecs["NativeCodecs"]) => Context;

const jpeg: Decode = (context, native) => native.decodeJpeg(context);
const jpeg2000: Decode = (context, native) => native.decodeJpeg2000(context);
const htJpeg2000: Decode = (context, native) => native.decodeHtJpeg2000(context);

const decoders: ReadonlyMap<string, Decode> = new Map([
  ["1.2.840.10008.1.2.5", (context, native) => native.decodeRle(context)],
  ["1.2.840.10008.1.2.4.50", jpeg],
  ["1.2.840.10008.1.2.4.51", jpeg],
  ["1.2.840.10008.1.2.4.57", jpeg],
  ["1.2.840.10008.1.2.4.70", jpeg],
  ["1.2.840.10008.1.2.4.90", jpeg2000],
  ["1.2.840.10008.1.2.4.91", jpeg2000],
  ["1.2.840.10008.1.2.4.201", htJpeg2000],
  ["1.2.840.10008.1.2.4.202", htJpeg2000],
  ["1.2.840.10008.1.2.4.203", htJpeg2000],
]);
const jpegLs: ReadonlySet<string> = new Set(["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"]);

export const compressedSyntaxes: ReadonlySet<string> = new Set([...jpegLs, ...decoders.keys()]);

/** Whether pixels of a transfer syntax take a codec, and the time that one takes. */
export function isCompressed(transferSyntaxUid: string): boolean {
  return compressedSyntaxes.has(transferSyntaxUid);
}

/** Addresses of the WebAssembly, which only Node.js finds by itself. */
export type CodecModules = { readonly jpegLs: string; readonly others: string };

/** Before the first frame of a compressed transfer syntax; what is loaded already is not loaded again. */
export async function startCodec(transferSyntaxUid: string, modules?: CodecModules): Promise<void> {
  if (jpegLs.has(transferSyntaxUid)) {
    const locateFile = modules && (() => modules.jpegLs);
    charls ??= await (await import("@cornerstonejs/codec-charls/decodewasmjs")).default(
      locateFile === undefined ? {} : { locateFile },
    );
    return;
  }
  codecs ??= (await import("dcmjs-codecs")).default as unknown as Codecs;
  if (!codecs.NativeCodecs.isInitialized())
    await codecs.NativeCodecs.initializeAsync(
      modules === undefined ? {} : { webAssemblyModulePathOrUrl: modules.others },
    );
}

export type DecodedFrame = {
  readonly bytes: Uint8Array;
  /** Columns and rows that the compressed image states itself; undefined where its codec does not tell. */
  readonly size?: readonly [number, number];
};

/** Throws what a codec throws: bytes that it does not take. */
type FrameDecoder = (encoded: Uint8Array, shape: PixelShape) => DecodedFrame;

/** Throws where the transfer syntax has no codec or it was not started, which is a fault of the caller's and not of a file. */
export function decoderOf(transferSyntaxUid: string): FrameDecoder {
  const decode = decoders.get(transferSyntaxUid);
  const [library, lsLibrary] = [codecs, charls];
  if (jpegLs.has(transferSyntaxUid) && lsLibrary !== undefined)
    return (encoded, shape) => decodeJpegLs(lsLibrary, encoded, shape);
  if (decode !== undefined && library !== undefined)
    return (encoded, shape) => decodeBy(library, decode, encoded, shape);
  throw new Error("the codec was not started");
}

function decodeBy(library: Codecs, decode: Decode, encoded: Uint8Array, shape: PixelShape): DecodedFrame {
  const context = new library.Context({
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
  return { bytes: decode(context, library.NativeCodecs).getDecodedBuffer() ?? new Uint8Array(0) };
}

function decodeJpegLs(library: CharLs, encoded: Uint8Array, { bitsAllocated }: PixelShape): DecodedFrame {
  const decoder = new library.JpegLSDecoder();
  try {
    decoder.getEncodedBuffer(encoded.length).set(encoded);
    decoder.decode();
    const { width, height, bitsPerSample } = decoder.getFrameInfo();
    const bytes = decoder.getDecodedBuffer();
    // Values of a byte or less come as bytes, also where the header gives each a word.
    const isWidened = bitsPerSample <= 8 && bitsAllocated === 16;
    return {
      bytes: isWidened ? new Uint8Array(Uint16Array.from(bytes).buffer) : bytes.slice(),
      size: [width, height],
    };
  } finally {
    decoder.delete();
  }
}
