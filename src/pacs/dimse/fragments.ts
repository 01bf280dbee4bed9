/**
 * Messages in P-DATA-TF (DICOM PS3.8 9.3.5 and E.2): a command set, then perhaps a data set, each in fragments that say to which
 * presentation context they belong, which of the two they are, and which is the last.
 */
import { joinBytes } from "#core/bytes.ts";
import { ByteReader, ProtocolFault } from "./byte-reader.ts";
import { type Pdu, pduTypes } from "./pdus.ts";

export type Fragment = {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  readonly bytes: Uint8Array;
};

/** Length, context and control header. */
const headerBytes = 6;
/** Ours are no longer than that, whatever the other side would take. */
const longestFragmentBytes = 64 * 1024;

/** Throws `ProtocolFault`. */
export function readFragments(body: Uint8Array): Fragment[] {
  const reader = new ByteReader(body);
  const fragments: Fragment[] = [];
  while (reader.bytesLeft > 0) {
    const length = reader.long();
    if (length < 2) throw new ProtocolFault("a fragment is too short for its header");
    const [contextId, control] = [reader.byte(), reader.byte()];
    fragments.push({
      contextId,
      isCommand: (control & 1) === 1,
      isLast: (control & 2) === 2,
      bytes: reader.bytes(length - 2),
    });
  }
  return fragments;
}

/**
 * Bytes of any length as PDUs of one fragment each, the last of them the last of its set if `isLast`. `mostDataBytes`: the longest
 * body that the other side takes.
 */
export function* writeFragments(
  { contextId, isCommand, isLast, bytes }: Fragment,
  mostDataBytes: number,
): Generator<Pdu> {
  const step = Math.min(mostDataBytes, longestFragmentBytes) - headerBytes;
  for (let at = 0; at === 0 || at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step);
    const header = new Uint8Array(headerBytes);
    new DataView(header.buffer).setUint32(0, part.length + 2);
    header[4] = contextId;
    header[5] = (isCommand ? 1 : 0) | (isLast && at + step >= bytes.length ? 2 : 0);
    yield { type: pduTypes.data, body: joinBytes([header, part]) };
  }
}
