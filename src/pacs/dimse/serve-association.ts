/**
 * One association that a peer asked us for: let in or rejected, then C-ECHO and C-STORE, one message after another (DICOM PS3.7
 * 9, PS3.4 A and B). What breaks the protocol aborts this association and nothing else. Where an instance goes is the
 * service's.
 */
import { isIPv6, type Socket, SocketAddress } from "node:net";
import { transferSyntaxes } from "#dicom/dataset/write-dataset.ts";
import {
  type AssociationRequest,
  type ContextAnswer,
  contextResults,
  readAssociationRequest,
  rejectReasons,
  writeAssociationAccept,
  writeAssociationReject,
} from "./association.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { commandFields, statuses } from "./command.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Message, type Messages, messagesOf, type Parts } from "./messages.ts";
import { pduTypes } from "./pdus.ts";

const verificationClass = "1.2.840.10008.1.1";

export type IncomingInstance = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** The data set as it comes. */
  readonly data: AsyncIterable<Uint8Array>;
};

export type StorageService = {
  readonly aeTitle: string;
  /** Whether this caller may call from this address. */
  admits(callingAe: string, address: string): boolean;
  /** SOP classes that are stored, with the transfer syntaxes in which they are taken. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
  /** The status to answer. With success the instance must outlive a power cut. It need not read `data` to the end. */
  store(instance: IncomingInstance): Promise<number>;
  /** For the service's log: what a peer did wrong. Without a patient. */
  onRefusal(sentence: string): void;
};

/** Beyond any slice, structure set or segmentation. */
const longestInstanceBytes = 2 * 2 ** 30;

/** Resolves when the association is over; never rejects. `idleMs`: connection.ts. */
export async function serveAssociation(
  socket: Socket,
  service: StorageService,
  idleMs: number,
): Promise<void> {
  const address = plainAddress(socket.remoteAddress);
  const connection = openConnection(socket, idleMs);
  try {
    await converse(connection, service, address);
    connection.close();
  } catch (error) {
    // Everything that reading, writing and storing may throw ends here: one association, not the service.
    service.onRefusal(
      `An association from ${address} was aborted: ${error instanceof ProtocolFault ? error.message : String(error)}.`,
    );
    connection.abort();
  }
}

async function converse(connection: Connection, service: StorageService, address: string): Promise<void> {
  const first = await connection.next();
  // Looking whether the port is open is no association.
  if (first === undefined) return;
  if (first.type !== pduTypes.associateRequest) throw new ProtocolFault("it began without A-ASSOCIATE-RQ");
  const request = readAssociationRequest(first.body);
  const reason = reasonToReject(request, service, address);
  if (reason !== undefined) {
    service.onRefusal(
      `An association from ${address} was rejected: ${reason === rejectReasons.calledAe ? "it calls another AE title" : "its AE title and address are not in the configuration"}.`,
    );
    await connection.send({ type: pduTypes.associateReject, body: writeAssociationReject(reason) });
    return;
  }
  const answers = answerContexts(request, service);
  await connection.send({ type: pduTypes.associateAccept, body: writeAssociationAccept(request, answers) });
  const contexts = new Map(
    request.contexts.flatMap(({ id, abstractSyntax }, at) =>
      answers[at].result === contextResults.accepted
        ? [[id, { abstractSyntax, transferSyntax: answers[at].transferSyntax }] as const]
        : [],
    ),
  );
  const messages = messagesOf(connection, request.mostDataBytes);
  for (let message = await messages.next(); message !== undefined; message = await messages.next()) {
    const context = contexts.get(message.contextId);
    if (context === undefined)
      throw new ProtocolFault(`presentation context ${message.contextId} was not accepted`);
    await answer({ message, messages, service, context });
  }
}

function reasonToReject(
  { calledAe, callingAe }: AssociationRequest,
  service: StorageService,
  address: string,
): number | undefined {
  if (calledAe !== service.aeTitle) return rejectReasons.calledAe;
  return service.admits(callingAe, address) ? undefined : rejectReasons.callingAe;
}

/** Of the encodings that we take the one that the peer names first: it need not convert what it has. */
function answerContexts({ contexts }: AssociationRequest, { classes }: StorageService): ContextAnswer[] {
  return contexts.map(({ id, abstractSyntax, transferSyntaxes: proposed }) => {
    const takenSyntaxes =
      abstractSyntax === verificationClass
        ? new Set([transferSyntaxes.implicitLittleEndian])
        : classes.get(abstractSyntax);
    const chosen = proposed.find((syntax) => takenSyntaxes?.has(syntax));
    const result =
      takenSyntaxes === undefined
        ? contextResults.noAbstractSyntax
        : chosen === undefined
          ? contextResults.noTransferSyntax
          : contextResults.accepted;
    return { id, result, transferSyntax: chosen ?? transferSyntaxes.implicitLittleEndian };
  });
}

type Asked = {
  readonly message: Message;
  readonly messages: Messages;
  readonly service: StorageService;
  readonly context: { readonly abstractSyntax: string; readonly transferSyntax: string };
};

async function answer({ message, messages, service, context }: Asked): Promise<void> {
  const { contextId, command, data } = message;
  const reply = (field: number, status: number): Promise<void> =>
    messages.send(contextId, {
      affectedSopClass: command.affectedSopClass ?? context.abstractSyntax,
      field,
      answeredMessageId: command.messageId ?? 0,
      status,
      ...(command.affectedSopInstance === undefined
        ? {}
        : { affectedSopInstance: command.affectedSopInstance }),
    });
  if (command.field === commandFields.echo && data === undefined) {
    await reply(commandFields.echoAnswer, statuses.success);
    return;
  }
  if (command.field !== commandFields.store || data === undefined) {
    // Whatever else it asks for, its data set is not kept.
    await passOver(data);
    // The answer to a request has its highest bit set (PS3.7 E.1).
    await reply(
      command.field === undefined ? 0x8000 : command.field | 0x8000,
      statuses.unrecognisedOperation,
    );
    return;
  }
  const { affectedSopClass: sopClassUid, affectedSopInstance: sopInstanceUid = "" } = command;
  const bounded = upTo(longestInstanceBytes, data);
  const status =
    sopClassUid === context.abstractSyntax && service.classes.has(sopClassUid)
      ? await service.store({
          sopClassUid,
          sopInstanceUid,
          transferSyntaxUid: context.transferSyntax,
          data: bounded,
        })
      : statuses.differsFromClass;
  await passOver(bounded);
  await reply(commandFields.storeAnswer, status);
}

async function passOver(data: Parts | undefined): Promise<void> {
  while (data !== undefined && !(await data.next()).done);
}

/** `for await` ends a generator that it leaves early; this goes on where it was, so that the rest can be passed over. */
function upTo(mostBytes: number, data: Parts): Parts {
  let bytes = 0;
  const bounded: Parts = {
    next: async () => {
      const part = await data.next();
      bytes += part.value?.length ?? 0;
      if (bytes > mostBytes) throw new ProtocolFault(`an instance has more than ${mostBytes} bytes`);
      return part;
    },
    [Symbol.asyncIterator]: () => bounded,
  };
  return bounded;
}

/**
 * An address in the one form by which it is compared: IPv6 as RFC 5952 writes it, without the name of an interface; IPv4 as such, also
 * where it comes through an IPv6 socket. A text that is no address stays as it is.
 */
export function plainAddress(address = ""): string {
  const [bare] = address.split("%");
  if (!isIPv6(bare)) return bare;
  const written = new SocketAddress({ address: bare, family: "ipv6" }).address;
  return written.replace(/^::ffff:(?=\d+\.)/, "");
}
