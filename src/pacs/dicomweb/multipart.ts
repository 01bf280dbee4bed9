/** Bodies of several parts (RFC 2046 5.1, RFC 2387), as DICOMweb sends and answers instances (PS3.18 8.6.1.2). */
import { DelineateError } from "#core/errors.ts";

/** One part, and the content type that says so. `boundary` must not occur in `bytes`: take a random one. */
export function oneInstance(
  bytes: Uint8Array,
  boundary: string,
): { readonly type: string; readonly body: Uint8Array<ArrayBuffer> } {
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return {
    type: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    body: new Uint8Array(Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])),
  };
}

/** An instance is held in memory; what is larger is none that this program reads. */
const largestPart = 2 ** 30;
const endOfHead = Buffer.from("\r\n\r\n");

/** The parts of an answer, one after another, without their heads. Throws `peer-failed` for what is no such body or breaks off. */
export async function* partsOf(
  contentType: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const boundary = /boundary="?([^";,]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined || !/^multipart\/related/i.test(contentType))
    throw new DelineateError(
      "peer-failed",
      `The answer is no series of instances but ${contentType || "nothing"}.`,
    );
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first mark has no line before it.
  let buffered: Buffer = Buffer.from("\r\n");
  let inside = false;
  for await (const chunk of chunks) {
    buffered = Buffer.concat([buffered, chunk]);
    for (let at = buffered.indexOf(mark); at !== -1; at = buffered.indexOf(mark)) {
      if (inside) yield withoutHead(buffered.subarray(0, at));
      inside = true;
      buffered = buffered.subarray(at + mark.length);
      if (buffered.length < 2) break;
      if (buffered.subarray(0, 2).toString() === "--") return;
    }
    if (buffered.length > largestPart)
      throw new DelineateError("peer-failed", "The answer holds an instance of more than 1 GB.");
  }
  // The mark of the end may have come in two chunks.
  if (inside && buffered.subarray(0, 2).toString() === "--") return;
  throw new DelineateError("peer-failed", "The answer broke off. Try again.");
}

function withoutHead(part: Buffer): Uint8Array {
  const end = part.indexOf(endOfHead);
  if (end === -1) throw new DelineateError("peer-failed", "A part of the answer has no head.");
  return part.subarray(end + endOfHead.length);
}
