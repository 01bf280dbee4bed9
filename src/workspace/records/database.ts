/**
 * What the rest of the workspace knows of its database: typed queries, transactions, and what pg-boss needs. Where it is,
 * inside this process or on a server, is the business of store/ alone.
 */
import type { Kysely } from "kysely";
import type { ConstructorOptions } from "pg-boss";
import type { Tables } from "./tables.ts";
import type { Wire } from "./wire.ts";

/** For queries, within a transaction or not. */
export type Db = Kysely<Tables>;

export type Database = {
  readonly db: Db;
  /**
   * All or nothing. This process's transactions run one after another; `work` must use the `Db` that it is given. Those of
   * other processes run beside it: what moves a case on holds its row first (case-rows.ts, `lockCase`).
   */
  transact<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** How pg-boss reaches the same tables. */
  readonly boss: Required<Pick<ConstructorOptions, "db" | "backend">>;
  /** Other processes may work on it at the same time. */
  readonly shared: boolean;
  readonly wire: Wire;
  /** False while it cannot be reached. */
  isUp(): boolean;
  close(): Promise<void>;
};
