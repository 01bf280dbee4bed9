/**
 * One connection to a PostgreSQL server that is kept for as long as the process lives: it hears what other processes tell
 * (LISTEN), and, for the one service of a workspace, holds the lock that no second one can get. Lost, it is made again.
 */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { DelineateError } from "#core/errors.ts";
import { createLocalWire, type Message } from "#workspace/records/wire.ts";

/** The name of the channel. */
export const channel = "delineate";
/** Of the lock of the one service, and how it is tried. */
const serviceLock = 7_420_002;
const [mostTries, betweenTriesMs] = [10, 200];

/** A line that says nothing is asked this often whether it is there; so a cut cable is noticed. */
const askEveryMs = 10_000;
const answerWithinMs = 5_000;
/** Between two attempts to connect, doubled from the first to the last. */
const [shortestWaitMs, longestWaitMs] = [200, 5_000];

type LineOptions = {
  readonly client: pg.ClientConfig;
  /** Take the lock of the one service as well. */
  readonly alone: boolean;
};

export class Line {
  readonly #options: LineOptions;
  readonly #heard = createLocalWire();
  readonly hear = this.#heard.hear;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = shortestWaitMs;
  #closed = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Connected, and alone where that was asked for. */
  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** The connection that holds the lock: with another one, somebody else may have had it between. */
  get holder(): object | undefined {
    return this.#client;
  }

  /** Throws the connection's error, and `folder-in-use` where another service holds the lock. */
  async open(): Promise<void> {
    const client = new pg.Client(this.#options.client);
    const lost = (): void => this.#lost(client);
    client.on("error", lost).on("end", lost);
    client.on("notification", ({ payload = "" }) => this.#heard.tell(JSON.parse(payload) as Message));
    try {
      await client.connect();
      if (this.#options.alone) await takeLock(client);
      await client.query(`listen ${channel}`);
    } catch (error) {
      client.removeListener("end", lost);
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    this.#waitMs = shortestWaitMs;
    this.#timer = setTimeout(() => this.#ask(client), askEveryMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #ask(client: pg.Client): void {
    const late = setTimeout(() => this.#lost(client), answerWithinMs);
    client.query("select 1").then(
      () => {
        clearTimeout(late);
        if (this.#client === client && !this.#closed)
          this.#timer = setTimeout(() => this.#ask(client), askEveryMs);
      },
      () => clearTimeout(late),
    );
  }

  #lost(client: pg.Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    client.end().catch(() => undefined);
    this.#tryAgain();
  }

  #tryAgain(): void {
    this.#timer = setTimeout(() => {
      this.open().then(
        () => this.#heard.tell({ kind: "again" }),
        () => {
          this.#waitMs = Math.min(longestWaitMs, 2 * this.#waitMs);
          if (!this.#closed) this.#tryAgain();
        },
      );
    }, this.#waitMs);
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  // The server may not have noticed yet that the service before was killed.
  for (let tries = 0; tries < mostTries; tries++) {
    const { rows } = await client.query("select pg_try_advisory_lock($1) as taken", [serviceLock]);
    if (rows[0].taken === true) return;
    await pause(betweenTriesMs);
  }
  throw new DelineateError(
    "folder-in-use",
    "Another delineate serve works with this database. End it first; as many delineate worker as you like may run beside it.",
  );
}
