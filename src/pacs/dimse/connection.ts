/**
 * One TCP connection as PDUs, for both sides. Nothing is read before it is asked for, nothing is written faster than it goes out,
 * and a peer that sends no whole PDU for a while is hung up on, however many single bytes it sends.
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import { ProtocolFault } from "./byte-reader.ts";
import { type Pdu, pdusOf, pduTypes, writePdu } from "./pdus.ts";

export type Connection = {
  /** The next one; undefined where the peer closed the connection between two. Throws `ProtocolFault` and the socket's errors. */
  next(): Promise<Pdu | undefined>;
  /** Resolves when it may go on. Throws the socket's errors. */
  send(pdu: Pdu): Promise<void>;
  /** A-ABORT where it can still be sent, and the end. */
  abort(): void;
  close(): void;
};

/** `idleMs`: longest time between two whole PDUs, either way. */
export function openConnection(socket: Socket, idleMs: number): Connection {
  const pdus = pdusOf(socket);
  const deadline = setTimeout(
    () => socket.destroy(new ProtocolFault(`nothing whole came for ${idleMs / 1000} s`)),
    idleMs,
  );
  const closed = new AbortController();
  socket.setNoDelay(true);
  // Errors come to whoever reads or writes; one between the two must not end the program.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearTimeout(deadline);
    // What waits for it to drain would wait for ever.
    closed.abort();
  });
  return {
    next: async () => {
      deadline.refresh();
      const { value } = await pdus.next();
      deadline.refresh();
      return value ?? undefined;
    },
    send: async (pdu) => {
      deadline.refresh();
      if (socket.destroyed) throw socket.errored ?? new ProtocolFault("the connection is closed");
      if (!socket.write(writePdu(pdu))) await once(socket, "drain", { signal: closed.signal });
    },
    abort: () => {
      // Source 2: the service provider; no reason given (PS3.8 9.3.8).
      if (socket.writable) socket.end(writePdu({ type: pduTypes.abort, body: Uint8Array.of(0, 0, 2, 0) }));
      socket.destroySoon();
    },
    close: () => {
      clearTimeout(deadline);
      socket.destroySoon();
    },
  };
}
