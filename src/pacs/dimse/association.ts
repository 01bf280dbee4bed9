/**
 * The bodies of A-ASSOCIATE-RQ, -AC and -RJ (DICOM PS3.8 9.3.2 to 9.3.4): who calls whom, and which objects in which encodings
 * may follow. Bytes in, values out, and back; who is let in is decided elsewhere.
 */
import { joinBytes } from "#core/bytes.ts";
import { implementationClassUid, implementationVersionName } from "#dicom/dataset/uid.ts";
import { ByteReader, ProtocolFault } from "./byte-reader.ts";
import { longestDataBytes } from "./pdus.ts";

/** One kind of object, and the encodings in which the requestor could send it. */
export type ProposedContext = {
  /** Odd, from 1 to 255, unique within its association. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
};

export type AssociationRequest = {
  /** At most 16 characters each. */
  readonly calledAe: string;
  readonly callingAe: string;
  readonly contexts: readonly ProposedContext[];
};

/** Results of a presentation context (PS3.8 table 9-18). */
export const contextResults = { accepted: 0, noAbstractSyntax: 3, noTransferSyntax: 4 } as const;

export type ContextAnswer = {
  readonly id: number;
  readonly result: number;
  /** Significant for an accepted one only. */
  readonly transferSyntax: string;
};

/** Reasons of a service user to reject for good (PS3.8 table 9-21). */
export const rejectReasons = { callingAe: 3, calledAe: 7 } as const;

/** The longest body of P-DATA-TF that the sender of this takes; infinite where it says no limit. */
type Limit = { readonly mostDataBytes: number };

const itemTypes = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  answeredContext: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maximumLength: 0x51,
  implementationClass: 0x52,
  implementationVersion: 0x55,
} as const;

const applicationContextName = "1.2.840.10008.3.1.1.1";

/** Throws `ProtocolFault`. Items that are not known, such as a user's identity, are passed over (PS3.8 9.3.1). */
export function readAssociationRequest(body: Uint8Array): AssociationRequest & Limit {
  const reader = new ByteReader(body);
  reader.skip(4);
  const [calledAe, callingAe] = [reader.text(16), reader.text(16)];
  reader.skip(32);
  const contexts: ProposedContext[] = [];
  let mostDataBytes = Number.POSITIVE_INFINITY;
  for (const { type, value } of itemsOf(reader)) {
    if (type === itemTypes.proposedContext) contexts.push(readProposed(value));
    if (type === itemTypes.userInformation) mostDataBytes = maximumLength(value);
  }
  const ids = new Set(contexts.map(({ id }) => id));
  if (contexts.length === 0 || ids.size < contexts.length)
    throw new ProtocolFault("an association needs presentation contexts with ids of their own");
  return { calledAe, callingAe, contexts, mostDataBytes };
}

/** Contexts that the other side accepted, by id, with their transfer syntax. Throws `ProtocolFault`. */
export function readAssociationAccept(
  body: Uint8Array,
): { readonly accepted: ReadonlyMap<number, string> } & Limit {
  const reader = new ByteReader(body);
  reader.skip(68);
  const accepted = new Map<number, string>();
  let mostDataBytes = Number.POSITIVE_INFINITY;
  for (const { type, value } of itemsOf(reader)) {
    if (type === itemTypes.userInformation) mostDataBytes = maximumLength(value);
    if (type !== itemTypes.answeredContext) continue;
    const id = value.byte();
    value.skip(1);
    const result = value.byte();
    value.skip(1);
    if (result !== contextResults.accepted) continue;
    const syntax = [...itemsOf(value)].find((item) => item.type === itemTypes.transferSyntax);
    if (syntax === undefined)
      throw new ProtocolFault("a presentation context was accepted without transfer syntax");
    accepted.set(id, syntax.value.text(syntax.value.bytesLeft));
  }
  return { accepted, mostDataBytes };
}

export function writeAssociationRequest(request: AssociationRequest): Uint8Array {
  const contexts = request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
    item(itemTypes.proposedContext, [
      Uint8Array.of(id, 0, 0, 0),
      textItem(itemTypes.abstractSyntax, abstractSyntax),
      ...transferSyntaxes.map((syntax) => textItem(itemTypes.transferSyntax, syntax)),
    ]),
  );
  return associateBody(request, contexts);
}

/** The titles are those of the request (PS3.8 9.3.3). */
export function writeAssociationAccept(
  request: AssociationRequest,
  answers: readonly ContextAnswer[],
): Uint8Array {
  const contexts = answers.map(({ id, result, transferSyntax }) =>
    item(itemTypes.answeredContext, [
      Uint8Array.of(id, 0, result, 0),
      textItem(itemTypes.transferSyntax, transferSyntax),
    ]),
  );
  return associateBody(request, contexts);
}

/** Permanent, by the service user. */
export function writeAssociationReject(reason: number): Uint8Array {
  return Uint8Array.of(0, 1, 1, reason);
}

/** For messages: result, source and reason as numbers of PS3.8 table 9-21. Throws `ProtocolFault`. */
export function readAssociationReject(body: Uint8Array): string {
  const reader = new ByteReader(body);
  reader.skip(1);
  const [result, source, reason] = [reader.byte(), reader.byte(), reader.byte()];
  if (source === 1 && reason === rejectReasons.callingAe) return "it does not know our AE title";
  if (source === 1 && reason === rejectReasons.calledAe)
    return "it does not know the AE title that it was called by";
  return `result ${result}, source ${source}, reason ${reason}`;
}

function readProposed(value: ByteReader): ProposedContext {
  const id = value.byte();
  if (id % 2 === 0) throw new ProtocolFault(`${id} is no id of a presentation context`);
  value.skip(3);
  const transferSyntaxes: string[] = [];
  let abstractSyntax = "";
  for (const { type, value: inner } of itemsOf(value)) {
    if (type === itemTypes.abstractSyntax) abstractSyntax = inner.text(inner.bytesLeft);
    if (type === itemTypes.transferSyntax) transferSyntaxes.push(inner.text(inner.bytesLeft));
  }
  return { id, abstractSyntax, transferSyntaxes };
}

/** 0 is no limit (PS3.8 D.1.1). A fragment needs six bytes and at least two of a value. */
function maximumLength(userInformation: ByteReader): number {
  for (const { type, value } of itemsOf(userInformation)) {
    if (type !== itemTypes.maximumLength) continue;
    const length = value.long();
    if (length === 0) return Number.POSITIVE_INFINITY;
    if (length < 8) throw new ProtocolFault(`no fragment fits in ${length} bytes`);
    return length;
  }
  return Number.POSITIVE_INFINITY;
}

function* itemsOf(reader: ByteReader): Generator<{ readonly type: number; readonly value: ByteReader }> {
  while (reader.bytesLeft > 0) {
    const type = reader.byte();
    reader.skip(1);
    yield { type, value: new ByteReader(reader.bytes(reader.short())) };
  }
}

function associateBody(
  { calledAe, callingAe }: AssociationRequest,
  contexts: readonly Uint8Array[],
): Uint8Array {
  const limit = new Uint8Array(4);
  new DataView(limit.buffer).setUint32(0, longestDataBytes);
  return joinBytes([
    // Version 1.
    Uint8Array.of(0, 1, 0, 0),
    ascii(calledAe.padEnd(16)),
    ascii(callingAe.padEnd(16)),
    new Uint8Array(32),
    textItem(itemTypes.applicationContext, applicationContextName),
    ...contexts,
    item(itemTypes.userInformation, [
      item(itemTypes.maximumLength, [limit]),
      textItem(itemTypes.implementationClass, implementationClassUid),
      textItem(itemTypes.implementationVersion, implementationVersionName),
    ]),
  ]);
}

function textItem(type: number, text: string): Uint8Array {
  return item(type, [ascii(text)]);
}

function item(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const value = joinBytes(parts);
  return joinBytes([Uint8Array.of(type, 0, value.length >> 8, value.length & 0xff), value]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
