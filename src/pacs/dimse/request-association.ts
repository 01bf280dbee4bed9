/** An association that we ask a peer for (DICOM PS3.8 7.1): for one service, released when it was used, aborted where that failed. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { DelineateError } from "#core/errors.ts";
import {
  type ProposedContext,
  readAssociationAccept,
  readAssociationReject,
  writeAssociationRequest,
} from "./association.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { type Command, statuses } from "./command.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Message, type Messages, messagesOf } from "./messages.ts";
import { pduTypes } from "./pdus.ts";
import type { TlsIdentity } from "./tls-identity.ts";

export type Peer = {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** Ours, for a connection over TLS; the peer's certificate must be of `host`. */
  readonly identity?: TlsIdentity | undefined;
};

/** Between two whole PDUs. */
const usualIdleMs = 60_000;
const connectMs = 20_000;
/** What is asked for may take an archive minutes; whether it talks to us at all does not. */
const usualAssociateMs = 60_000;
const releaseMs = 5_000;

type Asking = {
  readonly callingAe: string;
  /** With one transfer syntax. */
  readonly context: ProposedContext;
  readonly idleMs?: number;
  /** Until the peer takes or rejects the association. */
  readonly associateMs?: number;
};

/** One association for `work`. Throws what `work` throws to be told, and `peer-failed` for everything that goes wrong with the peer. */
export async function withAssociation<T>(
  peer: Peer,
  { callingAe, context, idleMs = usualIdleMs, associateMs = usualAssociateMs }: Asking,
  work: (messages: Messages) => Promise<T>,
): Promise<T> {
  let connection: Connection | undefined;
  try {
    connection = openConnection(await reach(peer), idleMs);
    const body = writeAssociationRequest({ calledAe: peer.aeTitle, callingAe, contexts: [context] });
    await connection.send({ type: pduTypes.associateRequest, body });
    const answer = await Promise.race([connection.next(), silence(associateMs)]);
    if (answer?.type === pduTypes.associateReject)
      throw new ProtocolFault(`it rejected the association: ${readAssociationReject(answer.body)}`);
    if (answer?.type !== pduTypes.associateAccept)
      throw new ProtocolFault("it did not accept the association");
    const { accepted, mostDataBytes } = readAssociationAccept(answer.body);
    if (accepted.get(context.id) !== context.transferSyntaxes[0])
      throw new ProtocolFault(`it does not take ${context.abstractSyntax} in ${context.transferSyntaxes[0]}`);
    const result = await work(messagesOf(connection, mostDataBytes));
    await connection.send({ type: pduTypes.releaseRequest, body: new Uint8Array(4) });
    // Its reply says nothing that is not known: it is not waited for as an answer is, which takes an archive minutes.
    const reply = connection.next().catch(() => undefined);
    await Promise.race([reply, pause(releaseMs, undefined, { ref: false })]);
    connection.close();
    return result;
  } catch (cause) {
    connection?.abort();
    if (cause instanceof DelineateError) throw cause;
    throw new DelineateError(
      "peer-failed",
      `${peer.aeTitle} at ${peer.host}:${peer.port}: ${reasonOf(cause)}.`,
      { cause },
    );
  }
}

/** Rejects after that time. */
async function silence(ms: number): Promise<never> {
  await pause(ms, undefined, { ref: false });
  throw new ProtocolFault(`it did not answer the request for an association in ${ms / 1000} s`);
}

/** What a peer's message answers. Throws `ProtocolFault` where it is no answer to a request of this kind, or none came. */
export function answerTo(
  field: number,
  message: Message | undefined,
): { readonly command: Command; readonly status: number; readonly data: Message["data"] } {
  const { status } = message?.command ?? {};
  // The answer to a request has its highest bit set (PS3.7 E.1).
  if (message === undefined || message.command.field !== (field | 0x8000) || status === undefined)
    throw new ProtocolFault("it ended the association without an answer");
  return { command: message.command, status, data: message.data };
}

/** Of failures of PS3.7 C, and of PS3.4 B.2.3, C.4.1.1.4 and C.4.2.1.5. */
const knownStatuses: Readonly<Record<number, string | undefined>> = {
  [statuses.sopClassNotSupported]: "it does not offer this",
  [statuses.notAuthorised]: "it refuses this to our AE title",
  [statuses.outOfResources]: "it has no room or too much to do",
  42753: "it cannot count what was asked for",
  42754: "it cannot send what was asked for",
};

/** As a part of a sentence. */
export function statusWords(status: number): string {
  const words = knownStatuses[status];
  const code = status.toString(16).padStart(4, "0").toUpperCase();
  return words === undefined ? `it answered with status ${code}` : `${words} (status ${code})`;
}

async function reach({ host, port, identity }: Peer): Promise<Socket> {
  const socket = identity === undefined ? connect({ host, port }) : connectTls({ host, port, ...identity });
  try {
    await once(socket, identity === undefined ? "connect" : "secureConnect", {
      signal: AbortSignal.timeout(connectMs),
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** What Node.js and OpenSSL call a certificate that is not believed, or a peer that speaks no TLS. */
const tlsCodes = /^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_|^EPROTO$/;

/** As a part of a sentence. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof ProtocolFault) return cause.message;
  // What Node calls a wait that was ended: for the connection, or for room to send.
  if (cause instanceof Error && cause.name === "AbortError") return "it did not answer in time, or hung up";
  if (cause instanceof Error && "code" in cause && tlsCodes.test(String(cause.code)))
    return `no connection over TLS (${cause.code}): its certificate or ours is not what the other side believes`;
  if (cause instanceof Error && "code" in cause) return `it cannot be reached (${cause.code})`;
  return "it cannot be reached";
}
