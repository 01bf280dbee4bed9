/** Messages of an association, either side: a command set, and the data set behind it as it comes (DICOM PS3.7 6.3). */
import { joinBytes } from "#core/bytes.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { type Command, noDataSet, readCommand, withDataSet, writeCommand } from "./command.ts";
import type { Connection } from "./connection.ts";
import { type Fragment, readFragments, writeFragments } from "./fragments.ts";
import { pduTypes } from "./pdus.ts";

/** A data set as it comes. */
export type Parts = AsyncIterableIterator<Uint8Array, void, undefined>;

export type Message = {
  readonly contextId: number;
  readonly command: Command;
  /** The data set in parts, to be read once and to its end before the next message is; none where no data set follows. */
  readonly data: Parts | undefined;
};

export type Messages = {
  /** Undefined when the peer released the association or hung up. Throws `ProtocolFault` and the socket's errors. */
  next(): Promise<Message | undefined>;
  /** Resolves when it is on its way. `data`: of the data set, in the context's transfer syntax. */
  send(
    contextId: number,
    command: Omit<Command, "dataSetType">,
    data?: AsyncIterable<Uint8Array>,
  ): Promise<void>;
};

/** Command sets have some 200 bytes. */
const longestCommandBytes = 16 * 1024;

/** `mostDataBytes`: what the peer takes at once. */
export function messagesOf(connection: Connection, mostDataBytes: number): Messages {
  const fragments = fragmentsOf(connection);

  async function nextFragment(): Promise<Fragment | undefined> {
    const { value } = await fragments.next();
    return value ?? undefined;
  }

  async function* dataSet(contextId: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const fragment = await nextFragment();
      if (fragment === undefined) throw new ProtocolFault("the association ended within a data set");
      if (fragment.isCommand || fragment.contextId !== contextId)
        throw new ProtocolFault("a data set is mixed with something else");
      yield fragment.bytes;
      if (fragment.isLast) return;
    }
  }

  async function next(): Promise<Message | undefined> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let contextId: number | undefined; ; ) {
      const fragment = await nextFragment();
      if (fragment === undefined) {
        if (parts.length > 0) throw new ProtocolFault("the association ended within a command");
        return undefined;
      }
      contextId ??= fragment.contextId;
      // An empty one counts as well: nobody sends them without an end.
      bytes += Math.max(fragment.bytes.length, 1);
      if (!fragment.isCommand || fragment.contextId !== contextId || bytes > longestCommandBytes)
        throw new ProtocolFault("a command was expected");
      parts.push(fragment.bytes);
      if (!fragment.isLast) continue;
      const command = readCommand(joinBytes(parts));
      const hasData = (command.dataSetType ?? noDataSet) !== noDataSet;
      return { contextId, command, data: hasData ? dataSet(contextId) : undefined };
    }
  }

  async function send(
    contextId: number,
    command: Omit<Command, "dataSetType">,
    data?: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const whole = { ...command, dataSetType: data === undefined ? noDataSet : withDataSet };
    for (const pdu of writeFragments(
      { contextId, isCommand: true, isLast: true, bytes: writeCommand(whole) },
      mostDataBytes,
    ))
      await connection.send(pdu);
    if (data !== undefined) await sendDataSet(connection, contextId, data, mostDataBytes);
  }

  return { next, send };
}

/** Parts of any length; which one is the last is known when the next is there. */
async function sendDataSet(
  connection: Connection,
  contextId: number,
  data: AsyncIterable<Uint8Array>,
  mostDataBytes: number,
): Promise<void> {
  let heldPart: Uint8Array = new Uint8Array(0);
  for await (const part of data) {
    if (heldPart.length > 0)
      for (const pdu of writeFragments(
        { contextId, isCommand: false, isLast: false, bytes: heldPart },
        mostDataBytes,
      ))
        await connection.send(pdu);
    heldPart = part;
  }
  for (const pdu of writeFragments(
    { contextId, isCommand: false, isLast: true, bytes: heldPart },
    mostDataBytes,
  ))
    await connection.send(pdu);
}

/** Those of all P-DATA-TF until the association ends; a request to release is answered. */
async function* fragmentsOf(connection: Connection): AsyncGenerator<Fragment, void, undefined> {
  for (;;) {
    const pdu = await connection.next();
    if (pdu === undefined || pdu.type === pduTypes.abort || pdu.type === pduTypes.releaseReply) return;
    if (pdu.type === pduTypes.releaseRequest) {
      await connection.send({ type: pduTypes.releaseReply, body: new Uint8Array(4) });
      return;
    }
    if (pdu.type !== pduTypes.data) throw new ProtocolFault(`a PDU of type ${pdu.type} was not expected`);
    yield* readFragments(pdu.body);
  }
}
