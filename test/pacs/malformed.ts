/** Conversations that break the protocol, by a seed: of a right one some bytes are changed, cut, repeated, or made up. */
import { connect } from "node:net";
import { joinBytes } from "#core/bytes.ts";
import { createRandom } from "#core/random.ts";
import { dataBytes, instanceBytes, releaseBytes, requestBytes, storeCommand } from "./conversation.ts";

/** The same for the same seed. */
export function malformedConversation(seed: number): Uint8Array {
  const random = createRandom(`malformed/${seed}`);
  const sopInstanceUid = `2.25.${seed + 1}`;
  const instance = instanceBytes(sopInstanceUid);
  const parts = [
    requestBytes,
    dataBytes(storeCommand(sopInstanceUid), { isCommand: true }),
    dataBytes(instance.subarray(0, 2000), { isLast: false }),
    dataBytes(instance.subarray(2000)),
    releaseBytes,
  ].map((part) => part.slice());
  const damage = [
    // Of the headers more often than of the pixels.
    () => {
      for (let flips = 1 + random.integer(6); flips > 0; flips--) {
        const part = parts[random.integer(parts.length)];
        part[random.integer(Math.min(part.length, 160))] = random.integer(256);
      }
    },
    () => {
      const part = parts[random.integer(parts.length)];
      // A length of up to 4 GB, of the PDU or what is in it.
      new DataView(part.buffer).setUint32(
        Math.min(2 + 4 * random.integer(3), part.length - 4),
        random.integer(2 ** 32),
      );
    },
    () => parts.splice(random.integer(parts.length), parts.length),
    () => parts.splice(random.integer(parts.length), 1),
    () => parts.splice(random.integer(parts.length), 0, parts[random.integer(parts.length)]),
    () => parts.reverse(),
    () => {
      const at = random.integer(parts.length);
      parts[at] = parts[at].subarray(0, random.integer(parts[at].length));
    },
    () =>
      parts.splice(
        random.integer(parts.length),
        0,
        Uint8Array.from({ length: 1 + random.integer(300) }, () => random.integer(256)),
      ),
  ];
  damage[random.integer(damage.length)]();
  return joinBytes(parts);
}

/** Says it, whatever is answered; resolves when the connection is over. */
export async function speak(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  const over = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  // A reset is an answer.
  socket.on("error", () => undefined);
  socket.resume();
  socket.end(bytes);
  await over;
}
