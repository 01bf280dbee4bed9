/**
 * gzip with its checks: length and CRC-32 of the result are compared with the trailer, so that a damaged file is an
 * error and never a damaged mask (fflate alone does not look). Source: RFC 1952.
 */
import { gunzipSync, gzipSync } from "fflate";
import { crc32 } from "#core/crc32.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";

/** Deflate cannot shrink by more than this; a trailer that says otherwise is damaged, or a bomb. */
const largestRatio = 1032;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The content of a gzip file of one member. Throws `fault` if it is truncated or damaged. */
export function gunzip(bytes: Uint8Array, fault: ErrorCode): Uint8Array {
  const damaged = (cause?: unknown): DelineateError =>
    new DelineateError(fault, "The gzip stream is truncated or damaged: fetch or export the file again.", {
      cause,
    });
  if (bytes.length < 18) throw damaged();
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const checksum = trailer.getUint32(0, true);
  const length = trailer.getUint32(4, true);
  if (length > bytes.length * largestRatio) throw damaged();
  let content: Uint8Array;
  try {
    content = gunzipSync(bytes);
  } catch (cause) {
    throw damaged(cause);
  }
  if (content.length !== length || crc32(content) !== checksum) throw damaged();
  return content;
}

/** The same bytes give the same file: the header's time is fixed. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { mtime: "1980-01-01T00:00:00Z", level: 6 });
}
