/**
 * Whether a transaction whose commit was not answered was committed. Each leaves its number in a row of this process, which only
 * its commit makes seen. The server's own numbers do not tell: one that is switched off may forget a transaction, and give its
 * number to another.
 */
import { sql } from "kysely";
import type { Db } from "#workspace/records/database.ts";
import { persist } from "./persist.ts";

export class CommitMark {
  readonly #db: Db;
  readonly #process = crypto.randomUUID();
  #last = 0;

  constructor(db: Db) {
    this.#db = db;
  }

  async open(): Promise<void> {
    await this.#db.insertInto("commits").values({ process: this.#process, number: 0 }).execute();
  }

  async close(): Promise<void> {
    await this.#db.deleteFrom("commits").where("process", "=", this.#process).execute();
  }

  /** At a transaction's end. Gives its number; undefined where it changed nothing. */
  async leave(within: Db): Promise<number | undefined> {
    const number = this.#last + 1;
    const { numUpdatedRows } = await within
      .updateTable("commits")
      .set({ number })
      .where("process", "=", this.#process)
      .where(sql<boolean>`pg_current_xact_id_if_assigned() is not null`)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return undefined;
    this.#last = number;
    return number;
  }

  /**
   * Waits for the server to be there and to have ended the transaction `number` (undefined: one that changed nothing). Throws the
   * connection's error where that takes too long.
   */
  async isThere(number: number | undefined): Promise<boolean> {
    if (number === undefined) return false;
    const query = this.#db.selectFrom("commits").select("number").where("process", "=", this.#process);
    const row = await persist(() => query.forShare().executeTakeFirst());
    return row?.number === number;
  }
}
