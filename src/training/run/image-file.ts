/**
 * A patient's images in a file: the distance of slices, the target's volume and the width of a pixel as doubles, then the grey
 * levels, one byte per pixel, then the mask, one bit per pixel. Both slice by slice, so that one slice is one read.
 */
import { readSync } from "node:fs";
import { DelineateError } from "#core/errors.ts";
import type { CachedFile } from "#platform/cached-file.ts";
import { countLevels } from "#preprocess/normalise.ts";
import type { PatientImages } from "#training/training-set.ts";

/** All slices of a patient, as they are prepared. */
export type PreparedImages = Pick<PatientImages, "sliceSpacingMm" | "targetCc" | "pixelMm"> & {
  /** Length size * size * slices. */
  readonly levels: Uint8Array;
  /** Same length, 0 or 1. */
  readonly mask: Uint8Array;
};

/** Those in a file, and where it is open. */
export type FiledImages = PatientImages & { readonly file: CachedFile };

const headLength = 24;

/** The content of the file. The number of pixels is a multiple of 8: networks' matrices are multiples of 32. */
export function encodeImages({
  sliceSpacingMm,
  targetCc,
  pixelMm,
  levels,
  mask,
}: PreparedImages): Uint8Array {
  const bytes = new Uint8Array(headLength + levels.length + levels.length / 8);
  const head = new DataView(bytes.buffer);
  head.setFloat64(0, sliceSpacingMm, true);
  head.setFloat64(8, targetCc, true);
  head.setFloat64(16, pixelMm, true);
  bytes.set(levels, headLength);
  const maskStart = headLength + levels.length;
  for (let at = 0; at < mask.length; at++) if (mask[at] === 1) bytes[maskStart + (at >> 3)] |= 1 << (at & 7);
  return bytes;
}

/**
 * The images of an open file, `size` rows and columns each; a slice is read when it is asked for, as long as the file is open.
 * `content` is the file's, whole; it is not kept. `sha256` is its digest.
 */
export function imagesInFile(
  file: CachedFile,
  content: Uint8Array,
  { name, size, sha256 }: { readonly name: string; readonly size: number; readonly sha256: string },
): FiledImages {
  const area = size * size;
  const sliceCount = (content.length - headLength) / (area + area / 8);
  const maskStart = headLength + area * sliceCount;
  // No function here may mention `content`: it would be held as long as those that read slices are.
  return {
    ...{ name, sha256, sliceCount, file, ...factsOf(content) },
    levelCounts: countLevels(content.subarray(headLength, maskStart)),
    hasTarget: slicesWithTarget(content.subarray(maskStart), area / 8),
    ...slicesInFile(file, { name, size, sliceCount }),
  };
}

/** The slices of a file of these many; on any thread of the process that has it open. */
export function slicesInFile(
  { fd, start }: CachedFile,
  { name, size, sliceCount }: { readonly name: string; readonly size: number; readonly sliceCount: number },
): Pick<PatientImages, "levels" | "mask"> {
  const area = size * size;
  const bitsAt = (slice: number): number => headLength + area * sliceCount + (slice * area) / 8;
  const read = (length: number, at: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    if (readSync(fd, bytes, 0, length, start + at) === length) return bytes;
    throw new DelineateError(
      "file-changed",
      `The prepared images of ${name} were cut short during the training. Run the same command again, \`delineate train\` with --resume: it prepares them anew and goes on from the last checkpoint.`,
    );
  };
  return {
    levels: (slice) => read(area, headLength + slice * area),
    mask: (slice) => unpack(read(area / 8, bitsAt(slice))),
  };
}

function factsOf(content: Uint8Array): Pick<PatientImages, "sliceSpacingMm" | "targetCc" | "pixelMm"> {
  const head = new DataView(content.buffer, content.byteOffset);
  const [sliceSpacingMm, targetCc, pixelMm] = [0, 8, 16].map((at) => head.getFloat64(at, true));
  return { sliceSpacingMm, targetCc, pixelMm };
}

function slicesWithTarget(masks: Uint8Array, bytesPerSlice: number): boolean[] {
  return Array.from({ length: masks.length / bytesPerSlice }, (_, slice) =>
    masks.subarray(slice * bytesPerSlice, (slice + 1) * bytesPerSlice).some((bits) => bits !== 0),
  );
}

function unpack(bytes: Uint8Array): Uint8Array {
  const mask = new Uint8Array(8 * bytes.length);
  bytes.forEach((byte, at) => {
    for (let bit = 0; byte !== 0 && bit < 8; bit++) mask[8 * at + bit] = (byte >> bit) & 1;
  });
  return mask;
}
