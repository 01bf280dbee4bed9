/** A line to a PostgreSQL server that breaks where a test says so: a proxy on a port of this machine. */
import { connect, createServer, type Socket } from "node:net";

export type PostgresLine = {
  readonly database: string;
  /**
   * The connections over which the next commits go break: before the server hears of it, or after it did it and before the answer is
   * passed on.
   */
  breakAtCommit(when: "before" | "after", times?: number): void;
  /** As "before", when `event` is over. */
  breakAtCommitAfter(event: () => Promise<void>): void;
  /** So many broke. */
  readonly broken: () => number;
  close(): Promise<void>;
};

/** What node-postgres sends to end a transaction: a simple query (PostgreSQL, "Message Formats"), or a parsed one. */
const isCommit = (bytes: Buffer): boolean => /[QP]\0\0\0.\0?commit/i.test(bytes.toString("latin1"));

/** `database`: its address, by a socket's folder (postgres-server.ts). */
export async function openPostgresLine(database: string): Promise<PostgresLine> {
  const url = new URL(database);
  const path = `${url.searchParams.get("host")}/.s.PGSQL.5432`;
  const open = new Set<Socket>();
  const waiting: ("before" | "after" | (() => Promise<void>))[] = [];
  let broken = 0;
  const server = createServer((socket) => {
    const onward = connect({ path });
    const end = (): void => {
      for (const each of [socket, onward]) {
        each.destroy();
        open.delete(each);
      }
    };
    for (const each of [socket, onward]) {
      open.add(each);
      each.on("error", end).on("close", end);
    }
    let breaks = false;
    socket.on("data", (bytes) => {
      const when = isCommit(bytes) ? waiting.shift() : undefined;
      if (when !== undefined) broken++;
      if (when === "before") return end();
      if (typeof when === "function") return void when().finally(end);
      breaks ||= when === "after";
      onward.write(bytes);
    });
    onward.on("data", (bytes) => {
      if (breaks) end();
      else socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    database: `postgres://delineate@127.0.0.1:${address.port}${url.pathname}`,
    breakAtCommit: (when, times = 1) => {
      waiting.push(...Array.from({ length: times }, () => when));
    },
    breakAtCommitAfter: (event) => {
      waiting.push(event);
    },
    broken: () => broken,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
