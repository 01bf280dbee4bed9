/**
 * An association that we ask a peer for, to take an instance (C-STORE, DICOM PS3.7 9.1.1). The file's data set goes out byte for byte
 * in the transfer syntax that it has: nothing is decoded, nothing is converted.
 */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { connect, type Socket } from "node:net";
import { DelineateError } from "#core/errors.ts";
import {
  type ProposedContext,
  readAssociationAccept,
  readAssociationReject,
  writeAssociationRequest,
} from "./association.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { type Command, commandFields } from "./command.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Messages, messagesOf } from "./messages.ts";
import { pduTypes } from "./pdus.ts";

export type Peer = { readonly aeTitle: string; readonly host: string; readonly port: number };

type InstanceFile = {
  readonly path: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Where the data set begins in the file, in bytes. */
  readonly dataSetAt: number;
};

const idleMs = 60_000;
const connectMs = 20_000;

/** The peer's status: success, or one of the warnings of PS3.4 B.2.3. Throws `peer-failed`, also for a status that is a failure. */
export async function store(peer: Peer, callingAe: string, instance: InstanceFile): Promise<number> {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
  const context = { id: 1, abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntaxUid] };
  return ask(peer, { callingAe, context }, async (messages) => {
    await messages.send(
      1,
      {
        affectedSopClass: sopClassUid,
        field: commandFields.store,
        messageId: 1,
        // Medium.
        priority: 0,
        affectedSopInstance: sopInstanceUid,
      },
      createReadStream(instance.path, { start: instance.dataSetAt }),
    );
    return statusOf(await messages.next(), commandFields.storeAnswer);
  });
}

/** Success, or B000 to BFFF, which is success with a remark. */
function statusOf(answer: { readonly command: Command } | undefined, field: number): number {
  const { status } = answer?.command ?? {};
  if (answer === undefined || answer.command.field !== field || status === undefined)
    throw new ProtocolFault("it ended the association without an answer");
  if (status === 0 || status >> 12 === 0xb) return status;
  throw new ProtocolFault(`it answered with status ${status.toString(16).padStart(4, "0").toUpperCase()}`);
}

type Asking = { readonly callingAe: string; readonly context: ProposedContext };

/** One association for `work`, released after it. */
async function ask<T>(
  peer: Peer,
  { callingAe, context }: Asking,
  work: (messages: Messages) => Promise<T>,
): Promise<T> {
  let connection: Connection | undefined;
  try {
    connection = openConnection(await reach(peer), idleMs);
    const body = writeAssociationRequest({ calledAe: peer.aeTitle, callingAe, contexts: [context] });
    await connection.send({ type: pduTypes.associateRequest, body });
    const answer = await connection.next();
    if (answer?.type === pduTypes.associateReject)
      throw new ProtocolFault(`it rejected the association: ${readAssociationReject(answer.body)}`);
    if (answer?.type !== pduTypes.associateAccept)
      throw new ProtocolFault("it did not accept the association");
    const { accepted, mostDataBytes } = readAssociationAccept(answer.body);
    if (accepted.get(context.id) !== context.transferSyntaxes[0])
      throw new ProtocolFault(`it does not take ${context.abstractSyntax} in ${context.transferSyntaxes[0]}`);
    const result = await work(messagesOf(connection, mostDataBytes));
    await connection.send({ type: pduTypes.releaseRequest, body: new Uint8Array(4) });
    // Its reply says nothing that is not known.
    await connection.next().catch(() => undefined);
    connection.close();
    return result;
  } catch (cause) {
    connection?.abort();
    throw new DelineateError(
      "peer-failed",
      `${peer.aeTitle} at ${peer.host}:${peer.port}: ${reasonOf(cause)}.`,
      { cause },
    );
  }
}

async function reach({ host, port }: Peer): Promise<Socket> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(connectMs) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof ProtocolFault) return cause.message;
  if (cause instanceof Error && "code" in cause) return `it cannot be reached (${cause.code})`;
  return "it cannot be reached";
}
