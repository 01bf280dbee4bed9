/**
 * A compressed frame without what its codestream says beside the pixels: comments and application segments, in which a program
 * may have written whose image it is. JPEG and JPEG-LS (ITU-T T.81 B.1.1.4, T.87 C.1), JPEG 2000 and HTJ2K (T.800 A.2). The pixels
 * stay as they are: of one sample per pixel no decoder needs an application segment.
 */
import { joinBytes } from "#core/bytes.ts";

/** Undefined for what is no whole codestream of these. */
export function withoutComments(frame: Uint8Array): Uint8Array | undefined {
  const start = wordAt(frame, 0);
  if (start === jpeg.start) return withoutJpegComments(frame);
  return start === jpeg2000.start ? withoutJpeg2000Comments(frame) : undefined;
}

const jpeg = { start: 0xffd8, end: 0xffd9, scan: 0xffda, comment: 0xfffe } as const;
const jpeg2000 = { start: 0xff4f, tilePart: 0xff90, data: 0xff93, comment: 0xff64 } as const;

/** A segment's marker and its end; undefined where there is none. Its length counts itself and not the marker. */
function segmentAt(
  frame: Uint8Array,
  at: number,
): { readonly marker: number; readonly end: number } | undefined {
  const [marker, length] = [wordAt(frame, at), wordAt(frame, at + 2)];
  const end = at + 2 + length;
  return marker > 0xff01 && length >= 2 && end <= frame.length ? { marker, end } : undefined;
}

function withoutJpegComments(frame: Uint8Array): Uint8Array | undefined {
  const parts = [frame.subarray(0, 2)];
  let at = 2;
  // What follows the end is no part of the image.
  while (wordAt(frame, at) !== jpeg.end) {
    const segment = segmentAt(frame, at);
    if (segment === undefined) return undefined;
    const { marker } = segment;
    const end = marker === jpeg.scan ? endOfScan(frame, segment.end) : segment.end;
    const isApplication = marker >= 0xffe0 && marker <= 0xffef;
    if (marker !== jpeg.comment && !isApplication) parts.push(frame.subarray(at, end));
    at = end;
  }
  return joinBytes([...parts, frame.subarray(at, at + 2)]);
}

/** The next marker that is no restart: in the data, 0xff is followed by a byte below 0x80. */
function endOfScan(frame: Uint8Array, from: number): number {
  let at = from;
  while (at < frame.length) {
    const next = frame[at + 1] ?? 0;
    const isRestart = next >= 0xd0 && next <= 0xd7;
    if (frame[at] === 0xff && next >= 0x80 && !isRestart && next !== 0xff) return at;
    at++;
  }
  return at;
}

/** A comment of a tile-part is counted in lengths elsewhere: a frame with one is not taken. */
function withoutJpeg2000Comments(frame: Uint8Array): Uint8Array | undefined {
  const parts = [frame.subarray(0, 2)];
  let at = 2;
  for (;;) {
    const segment = segmentAt(frame, at);
    if (segment === undefined) return undefined;
    if (segment.marker === jpeg2000.tilePart) break;
    if (segment.marker !== jpeg2000.comment) parts.push(frame.subarray(at, segment.end));
    at = segment.end;
  }
  const end = endOfTileParts(frame, at);
  return end === undefined ? undefined : joinBytes([...parts, frame.subarray(at, end)]);
}

/** Behind the end of the codestream; undefined where a tile-part has a comment or is cut off. */
function endOfTileParts(frame: Uint8Array, from: number): number | undefined {
  let at = from;
  while (wordAt(frame, at) === jpeg2000.tilePart) {
    const stated = wordAt(frame, at + 6) * 65_536 + wordAt(frame, at + 8);
    for (let header = at; wordAt(frame, header) !== jpeg2000.data; ) {
      const segment = segmentAt(frame, header);
      if (segment === undefined || segment.marker === jpeg2000.comment) return undefined;
      header = segment.end;
    }
    // The last one may leave its length to the end of the codestream, which one byte of padding may follow.
    at = stated === 0 ? frame.length - (wordAt(frame, frame.length - 2) === jpeg.end ? 2 : 3) : at + stated;
  }
  return wordAt(frame, at) === jpeg.end ? at + 2 : undefined;
}

/** 0 beyond the end, which is no marker. */
function wordAt(frame: Uint8Array, at: number): number {
  return ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
}
