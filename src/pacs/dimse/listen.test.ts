/** The listener against peers that are slow, endless or unknown, on sockets of this machine. */
import { execFileSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { dataBytes, releaseBytes, requestBytes, storeCommand } from "../../../test/pacs/conversation.ts";
import { listen } from "./listen.ts";
import { type IncomingInstance, plainAddress, type StorageService } from "./serve-association.ts";

type Store = StorageService["store"];
let listening: Awaited<ReturnType<typeof listen>> | undefined;
afterEach(() => listening?.close());

async function open(store: Store, { idleMs = 60_000, address = "127.0.0.1" } = {}) {
  const log: string[] = [];
  const service: StorageService = {
    aeTitle: "DELINEATE",
    admits: (callingAe) => callingAe === "SCANNER",
    classes: new Map([[ctImageStorage, new Set(["1.2.840.10008.1.2"])]]),
    store,
    onRefusal: (sentence) => log.push(sentence),
  };
  listening = await listen({ host: "127.0.0.1", port: 0, addresses: new Set([address]) }, service, idleMs);
  return { port: listening.port, log };
}

/** Says the bytes, and gives what was answered until the other side ended it. */
async function say(port: number, bytes: Uint8Array, then?: (socket: Socket) => void): Promise<Buffer> {
  const socket = connect({ host: "127.0.0.1", port });
  const answers: Buffer[] = [];
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => answers.push(chunk));
  const over = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(bytes);
  then?.(socket);
  await over;
  return Buffer.concat(answers);
}

const command = dataBytes(storeCommand("1.2.3"), { isCommand: true });
const everything: Store = async ({ data }) => {
  for await (const part of data) void part;
  return 0;
};

test("fragments arrive in order and complete, however slowly they are stored", async () => {
  const stored: number[] = [];
  const slowly = async ({ data }: IncomingInstance): Promise<number> => {
    for await (const part of data) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      stored.push(part[0]);
    }
    return 0;
  };
  const { port } = await open(slowly);
  const fragments = Array.from({ length: 50 }, (_, at) =>
    dataBytes(new Uint8Array(400).fill(at), { isLast: at === 49 }),
  );
  await say(port, joinBytes([requestBytes, command, ...fragments, releaseBytes]));
  expect(stored).toEqual(Array.from({ length: 50 }, (_, at) => at));
});

test("an instance whose storing fails early is not acknowledged, and the association goes on", async () => {
  const { port } = await open(async () => 0xa700);
  const answers = await say(
    port,
    joinBytes([
      requestBytes,
      command,
      dataBytes(new Uint8Array(100), { isLast: false }),
      dataBytes(new Uint8Array(100)),
      releaseBytes,
    ]),
  );
  // Element Status (0000,0900), two bytes, A700.
  expect(answers.includes(Buffer.from("0000000902000000" + "00a7", "hex"))).toBe(true);
  // A-RELEASE-RP.
  expect(answers.subarray(-10).toString("hex")).toBe("06000000000400000000");
});

test("a PDU that announces gigabytes is refused by its header", async () => {
  const { port, log } = await open(everything);
  await say(port, joinBytes([requestBytes, Uint8Array.of(4, 0, 0xb2, 0, 0, 0)]));
  expect(log.join()).toContain("announces 2986344448 bytes, at most 131072 are taken");
});

test("a command of empty fragments without an end is not gathered", async () => {
  const { port, log } = await open(everything);
  const empty = dataBytes(new Uint8Array(0), { isCommand: true, isLast: false });
  // All of what is said is there: only a refusal ends it with a fault, and not the peer's release.
  await say(port, joinBytes([requestBytes, ...Array.from({ length: 20_000 }, () => empty), releaseBytes]));
  expect(log.join()).toContain("a command was expected");
});

test("who sends single bytes for ever is hung up on", async () => {
  const { port, log } = await open(everything, { idleMs: 200 });
  let drip: NodeJS.Timeout | undefined;
  await say(port, requestBytes.subarray(0, 20), (socket) => {
    drip = setInterval(() => socket.write(Uint8Array.of(0)), 20);
  });
  clearInterval(drip);
  expect(log.join()).toContain("nothing whole came for 0.2 s");
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::FFFF:0A00:0001", "10.0.0.1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8::1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["", ""],
])("the address %s is compared as %s", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

test("an address that is not in the configuration is not heard", async () => {
  const { port, log } = await open(everything, { address: "10.0.0.1" });
  expect(await say(port, requestBytes)).toHaveLength(0);
  expect(log).toEqual(["A connection from 127.0.0.1 was refused: its address is not in the configuration."]);
});

test("who resets the connection before it is heard is not called an unknown address", async () => {
  const { port, log } = await open(everything);
  // Another process, and waited for: here nothing is heard meanwhile.
  const reset = `const socket = require("node:net").connect(${port}, "127.0.0.1", () => socket.resetAndDestroy());`;
  execFileSync(process.execPath, ["--eval", reset]);
  await say(port, joinBytes([requestBytes, releaseBytes]));
  expect(log).toEqual([]);
});

test("a data set without a command, and one in a context that was not accepted, abort their association", async () => {
  const { port, log } = await open(everything);
  await say(port, joinBytes([requestBytes, dataBytes(new Uint8Array(10))]));
  const other = command.slice();
  other[10] = 3;
  await say(port, joinBytes([requestBytes, other]));
  expect(log[0]).toContain("a command was expected");
  expect(log[1]).toContain("presentation context 3 was not accepted");
});
