/**
 * Protocol data units (DICOM PS3.8 9.3): a type, a length, a body. They are cut from a stream without ever holding more than one
 * that is not too long, and the stream is read no faster than they are used. What a body says is for association.ts and
 * fragments.ts.
 */
import { joinBytes } from "#core/bytes.ts";
import { ProtocolFault } from "./byte-reader.ts";

export const pduTypes = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseReply: 6,
  abort: 7,
} as const;
type PduType = (typeof pduTypes)[keyof typeof pduTypes];
export type Pdu = { readonly type: PduType; readonly body: Uint8Array };

const headerBytes = 6;

/** Of a P-DATA-TF that we take: what we announce as our maximum length (PS3.8 D.1). */
export const longestDataBytes = 128 * 1024;
/** A request with 128 presentation contexts of a dozen transfer syntaxes takes half of it. */
const longestAssociateBytes = 128 * 1024;
/** A-RELEASE and A-ABORT have four bytes. */
const longestOtherBytes = 64;

const longest: Readonly<Record<number, number | undefined>> = {
  [pduTypes.associateRequest]: longestAssociateBytes,
  [pduTypes.associateAccept]: longestAssociateBytes,
  [pduTypes.associateReject]: longestOtherBytes,
  [pduTypes.data]: longestDataBytes,
  [pduTypes.releaseRequest]: longestOtherBytes,
  [pduTypes.releaseReply]: longestOtherBytes,
  [pduTypes.abort]: longestOtherBytes,
};

/** Every PDU of a stream in order. Throws `ProtocolFault` for an unknown type, a length beyond the bounds, and an end amid one. */
export async function* pdusOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Pdu, void, undefined> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let needed = headerBytes;
  for await (const chunk of stream) {
    waiting.push(chunk);
    bytes += chunk.length;
    // Joined only when a whole one is there: joining each chunk to all before it takes the square of the time.
    while (bytes >= needed) {
      const joined = joinBytes(waiting);
      const { type, length } = headerOf(joined);
      needed = headerBytes + length;
      if (joined.length >= needed) {
        yield { type, body: joined.subarray(headerBytes, needed) };
        const rest = joined.subarray(needed);
        needed = headerBytes;
        waiting = [rest];
        bytes = rest.length;
      } else waiting = [joined];
    }
  }
  if (bytes > 0) throw new ProtocolFault("the connection ended within a PDU");
}

function headerOf(bytes: Uint8Array): { readonly type: PduType; readonly length: number } {
  const type = bytes[0];
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2);
  const most = longest[type];
  if (most === undefined) throw new ProtocolFault(`there is no PDU of type ${type}`);
  if (length > most)
    throw new ProtocolFault(`a PDU of type ${type} announces ${length} bytes, at most ${most} are taken`);
  return { type: type as PduType, length };
}

/** One PDU's bytes. */
export function writePdu({ type, body }: Pdu): Uint8Array {
  const bytes = new Uint8Array(headerBytes + body.length);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(2, body.length);
  bytes.set(body, headerBytes);
  return bytes;
}
