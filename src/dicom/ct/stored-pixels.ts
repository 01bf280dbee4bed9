/** The stored values of one frame as its file has them: as they are, or by a codec (codecs.ts). */
import { DelineateError } from "#core/errors.ts";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { compressedSyntaxes, type DecodedFrame, decoderOf, isCompressed } from "./codecs.ts";
import type { PixelShape } from "./pixel-shape.ts";

const uncompressed = new Set([
  "1.2.840.10008.1.2",
  "1.2.840.10008.1.2.1",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.1.99",
]);

/** Transfer syntaxes of images that are read. */
export const readableSyntaxes: ReadonlySet<string> = new Set([...uncompressed, ...compressedSyntaxes]);

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
  if (!isCompressed(file.transferSyntaxUid)) throw unsupported(file.transferSyntaxUid, where);
  if (encoded === undefined || encoded.length === 0) {
    throw new DelineateError("corrupt-dicom", `${where} has no pixel data for one of its frames.`);
  }
  const { bytes, size } = decoded(file.transferSyntaxUid, encoded, shape, where);
  const expected = `${shape.columns} x ${shape.rows} pixels`;
  // An image of another size than the header's: its rows would be cut up and strung together.
  if (size !== undefined && (size[0] !== shape.columns || size[1] !== shape.rows))
    throw new DelineateError(
      "corrupt-dicom",
      `${where} holds a compressed image of ${size[0]} x ${size[1]} pixels; expected ${expected}. Export it again.`,
    );
  const length = (shape.rows * shape.columns * shape.bitsAllocated) / 8;
  if (bytes.length !== length)
    throw new DelineateError(
      "corrupt-dicom",
      `${where} decodes to ${bytes.length} bytes; expected ${length} for ${expected}. Export it again.`,
    );
  return bytes;
}

function decoded(
  transferSyntaxUid: string,
  encoded: Uint8Array,
  shape: PixelShape,
  where: string,
): DecodedFrame {
  const decode = decoderOf(transferSyntaxUid);
  try {
    return decode(encoded, shape);
  } catch (cause) {
    throw new DelineateError(
      "corrupt-dicom",
      `${where} has pixel data that its codec refuses. Export it again.`,
      { cause },
    );
  }
}

function unsupported(uid: string, where: string): DelineateError {
  return new DelineateError(
    "unsupported-transfer-syntax",
    `${where} is encoded in transfer syntax ${uid}, none of the ${readableSyntaxes.size} that can be read. Export it uncompressed.`,
  );
}
