/**
 * gzip with its checks: length and CRC-32 of the result are compared with the trailer, so that a damaged file is an
 * error and never a damaged mask (fflate alone does not look). Source: RFC 1952.
 */
import { gunzipSync, gzipSync } from "fflate";
import { joinBytes } from "#core/bytes.ts";
import { crc32 } from "#core/crc32.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";

/** Deflate cannot shrink by more than this; a trailer that says otherwise is damaged, or a bomb. */
const largestRatio = 1032;
/** Header, an empty deflate block, trailer. */
const smallestMember = 20;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Whether a member may begin here (2.3.1): deflate, no reserved flag. Two bytes alone stand once in 64 kB of any packed data, and
 * whatever may be a member's beginning has all before it inflated.
 */
function beginsMember(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && bytes[at + 3] < 0x20;
}

/**
 * The content of a gzip file: that of its members one after the other (2.2, as bgzip writes them), without zeros that fill up the
 * end. Throws `fault` if it is truncated or damaged.
 */
export function gunzip(bytes: Uint8Array, fault: ErrorCode): Uint8Array {
  const members: Uint8Array[] = [];
  const filled = endOfContent(bytes);
  for (let at = 0; at === 0 || at < filled; ) {
    const member = readMember(bytes, at, filled);
    if (member === undefined)
      throw new DelineateError(
        fault,
        "The gzip stream is truncated or damaged: fetch or export the file again.",
      );
    members.push(member.content);
    at = member.end;
  }
  return members.length === 1 ? members[0] : joinBytes(members);
}

/**
 * The member that begins at `start`. Deflate does not say where it ends: the first place is taken before which its trailer
 * stands, with the CRC-32 and the length of what was inflated.
 */
function readMember(
  bytes: Uint8Array,
  start: number,
  filled: number,
): { readonly content: Uint8Array; readonly end: number } | undefined {
  let tried = 0;
  for (let end = start + smallestMember; end <= bytes.length; end++) {
    if (end < filled && !beginsMember(bytes, end)) continue;
    // The trailer itself may end with up to eight zeros.
    if (end > filled + 8) return undefined;
    const content = contentOf(bytes.subarray(start, end));
    // Behind a place where no member ended there may be an equal one, with something unknown between the two.
    if (content !== undefined && (tried === 0 || !isLonger(bytes.subarray(start, end))))
      return { content, end };
    tried++;
  }
  return undefined;
}

/** Whether deflate ended before the trailer: without its last byte it inflates all the same. */
function isLonger(member: Uint8Array): boolean {
  try {
    gunzipSync(joinBytes([member.subarray(0, -9), member.subarray(-8)]));
    return true;
  } catch {
    return false;
  }
}

function contentOf(member: Uint8Array): Uint8Array | undefined {
  const trailer = new DataView(member.buffer, member.byteOffset + member.length - 8, 8);
  const length = trailer.getUint32(4, true);
  if (length > member.length * largestRatio) return undefined;
  let content: Uint8Array;
  try {
    content = gunzipSync(member);
  } catch {
    // No deflate stream, or a piece of one: no member ends here.
    return undefined;
  }
  const whole = content.length === length && crc32(content) === trailer.getUint32(0, true);
  return whole ? content : undefined;
}

function endOfContent(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

/** The same bytes give the same file: the header's time is fixed. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { mtime: "1980-01-01T00:00:00Z", level: 6 });
}
