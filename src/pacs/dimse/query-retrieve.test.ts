/** C-FIND and C-MOVE against peers that do what real ones do seldom: answer without an end, break off, fail in part, be cancelled. */
import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readAssociationRequest, writeAssociationAccept } from "./association.ts";
import { type Command, commandFields, statuses } from "./command.ts";
import { openConnection } from "./connection.ts";
import { findSeries } from "./find.ts";
import { identifierSyntax, type Keys, readIdentifier, writeIdentifier } from "./identifier.ts";
import { type Message, type Messages, messagesOf } from "./messages.ts";
import { move } from "./move.ts";
import { pduTypes } from "./pdus.ts";
import { type Peer, reasonOf, withAssociation } from "./request-association.ts";

type Conversation = (messages: Messages, first: Message) => Promise<void>;

/** A peer that accepts what is proposed, and goes on as `converse` says once it was asked for something. */
async function peerThat(converse: Conversation): Promise<Peer> {
  const server = createServer((socket) => {
    const connection = openConnection(socket, 60_000);
    const serve = async (): Promise<void> => {
      const asked = await connection.next();
      if (asked === undefined) return;
      const request = readAssociationRequest(asked.body);
      const answers = request.contexts.map(({ id }) => ({ id, result: 0, transferSyntax: identifierSyntax }));
      await connection.send({
        type: pduTypes.associateAccept,
        body: writeAssociationAccept(request, answers),
      });
      const messages = messagesOf(connection, request.mostDataBytes);
      const first = await nextOf(messages);
      if (first !== undefined) await converse(messages, first);
      // Its release, if it is content.
      await messages.next();
      connection.close();
    };
    // It may hang up amid an answer.
    serve().catch(() => connection.abort());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return { aeTitle: "PACS", host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

async function nextOf(messages: Messages): Promise<Message | undefined> {
  const message = await messages.next();
  if (message?.data !== undefined) for await (const part of message.data) void part;
  return message;
}

const sendMatch = (messages: Messages, keys: Keys) =>
  messages.send(
    1,
    { field: commandFields.find | 0x8000, answeredMessageId: 1, status: statuses.pending },
    writeIdentifier(keys),
  );
const sendStatus = (messages: Messages, field: number, command: Omit<Command, "dataSetType">) =>
  messages.send(1, { field: field | 0x8000, answeredMessageId: 1, ...command });

const query = { PatientID: "4711" };
const moveRequest = { callingAe: "DELINEATE", destination: "DELINEATE", study: "1.2.3" };
const patiently = { onProgress: () => undefined, signal: new AbortController().signal };

test("a peer that finds without an end is hung up on", async () => {
  let sent = 0;
  const peer = await peerThat(async (messages) => {
    for (; sent < 100_000; sent++) await sendMatch(messages, { StudyInstanceUID: "1.2.3" });
  });
  await expect(findSeries(peer, "DELINEATE", query)).rejects.toMatchObject({
    code: "peer-failed",
    message: /more than 500/,
  });
  expect(sent).toBeLessThan(100_000);
});

test("an answer without an end is not read to it", async () => {
  const peer = await peerThat((messages) =>
    messages.send(
      1,
      { field: commandFields.find | 0x8000, answeredMessageId: 1, status: statuses.pending },
      (async function* () {
        for (let part = 0; part < 10_000; part++) yield new Uint8Array(16_384);
      })(),
    ),
  );
  await expect(findSeries(peer, "DELINEATE", query)).rejects.toThrow("an answer has more than 65536 bytes");
});

test("an answer in empty parts without an end is not read to it", async () => {
  async function* parts(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let part = 0; part < 80_000; part++) yield new Uint8Array(0);
  }
  await expect(readIdentifier(parts())).rejects.toThrow("an answer has more than 65536 bytes");
});

test.each([
  [0xa700, "no room or too much to do"],
  [0xa900, "status A900"],
  [0x0122, "does not offer this"],
  [0xc001, "status C001"],
])("a query that fails with status %i is said", async (status, words) => {
  const peer = await peerThat((messages) => sendStatus(messages, commandFields.find, { status }));
  await expect(findSeries(peer, "DELINEATE", query)).rejects.toThrow(words);
});

test.each([
  ["breaks off", {}, "ended the association without an answer"],
  ["knows no such destination", { status: 0xa801 }, "does not know DELINEATE"],
  ["cannot send", { status: 0xa702 }, "cannot send what was asked for"],
  ["sends a part", { status: 0xb000, completed: 58, failed: 2 }, "2 of 60 instances were not sent"],
  ["says success and sends a part", { status: 0, completed: 58, failed: 2 }, "2 of 60 instances"],
  ["sends nothing", { status: 0, completed: 0 }, "no such study"],
])("a peer that %s is no success", async (_, answer: { readonly status?: number }, words) => {
  const peer = await peerThat(async (messages) => {
    if (answer.status === undefined) throw new Error("hangs up");
    await sendStatus(messages, commandFields.move, answer);
  });
  await expect(move(peer, moveRequest, patiently)).rejects.toThrow(words);
});

const after60 = "after 60 instances were sent to DELINEATE: remove the patient at DELINEATE";

test.each([
  ["breaks off", undefined, `ended the association without an answer, ${after60}`],
  ["cannot go on", { status: 0xa702 }, `cannot send what was asked for (status A702), ${after60}`],
  [
    "says success with some left",
    { status: 0, completed: 60, remaining: 74 },
    `74 instances are left, ${after60}`,
  ],
  ["was told to stop", { status: statuses.cancelled }, "remove the patient at DELINEATE"],
])("of a peer that %s half-way it is said that a patient may lack images", async (_, last, words) => {
  const peer = await peerThat(async (messages) => {
    const counts = { remaining: 74, completed: 60 };
    await sendStatus(messages, commandFields.move, { status: statuses.pending, ...counts });
    if (last === undefined) throw new Error("hangs up");
    await sendStatus(messages, commandFields.move, last);
  });
  await expect(move(peer, moveRequest, patiently)).rejects.toThrow(words);
});

test("numbers that stand in an earlier answer alone hold for the last one", async () => {
  const peer = await peerThat(async (messages) => {
    await sendStatus(messages, commandFields.move, { status: statuses.pending, completed: 60, warned: 1 });
    await sendStatus(messages, commandFields.move, { status: 0 });
  });
  expect(await move(peer, moveRequest, patiently)).toEqual({
    remaining: 0,
    completed: 60,
    failed: 0,
    warned: 1,
  });
});

test("cancelling asks the peer to stop, and is over when the peer says so", async () => {
  const cancelling = new AbortController();
  let moveMessage: Message | undefined;
  let heard: Command | undefined;
  const peer = await peerThat(async (messages, first) => {
    moveMessage = first;
    await sendStatus(messages, commandFields.move, { status: statuses.pending, remaining: 57, completed: 3 });
    heard = (await messages.next())?.command;
    await sendStatus(messages, commandFields.move, { status: statuses.cancelled, completed: 4 });
  });
  const onProgress = () => cancelling.abort();
  await expect(move(peer, moveRequest, { onProgress, signal: cancelling.signal })).rejects.toMatchObject({
    code: "cancelled",
    message: /after 4 instances/,
  });
  expect(moveMessage?.command.moveDestination).toBe("DELINEATE");
  expect(heard).toMatchObject({
    field: commandFields.cancel,
    answeredMessageId: moveMessage?.command.messageId,
  });
});

test("a peer that does not answer a release keeps nobody waiting for as long as an answer may take", async () => {
  const never = new Promise<void>(() => undefined);
  const peer = await peerThat(async (messages) => {
    await sendStatus(messages, commandFields.move, { status: 0, completed: 60 });
    await never;
  });
  // It would be ten minutes, just beyond the end of this test.
  expect((await move(peer, moveRequest, patiently)).completed).toBe(60);
}, 590_000);

test("a peer that takes the connection and never answers is not waited for as long as for a study", async () => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const peer = { aeTitle: "PACS", host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  const context = { id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: [identifierSyntax] };
  // The time that an answer may take is ten minutes, beyond the end of this test.
  const asking = { callingAe: "DELINEATE", context, idleMs: 600_000, associateMs: 100 };
  await expect(withAssociation(peer, asking, async () => undefined)).rejects.toMatchObject({
    code: "peer-failed",
    message: /did not answer the request for an association/,
  });
}, 60_000);

test("a wait for a peer that was ended is told in words", async () => {
  const ended: unknown = await once(new EventEmitter(), "connect", { signal: AbortSignal.abort() }).catch(
    (error: unknown) => error,
  );
  expect(reasonOf(ended)).toBe("it did not answer in time, or hung up");
});

test("what cannot be asked is refused without saying of whom", async () => {
  const peer = await peerThat(async () => undefined);
  await expect(findSeries(peer, "DELINEATE", { PatientID: "Müller" })).rejects.toMatchObject({
    code: "invalid-value",
    message: /^((?!Müller).)*$/,
  });
});
