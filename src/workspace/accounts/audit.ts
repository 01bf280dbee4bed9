/** Who did what in this workspace: appended before it is done, never changed (audit-chain.ts). */
import { sql } from "kysely";
import { z } from "zod";
import { type AuditEntry, newUserSchema, userChangeSchema } from "#contract/workspace/account.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import type { AuditTable } from "#workspace/records/tables.ts";
import { chained } from "./audit-chain.ts";

/** `refused`: nothing spoke against it if left out. */
export type AuditEvent = Pick<AuditEntry, "who" | "action" | "subject"> & { readonly refused?: string };

const askedSchema = z.object({ ...newUserSchema.shape, ...userChangeSchema.shape }).partial();

/** What is asked of an account, as the log has it: of a password that there is another one. Nothing for what will be refused. */
export function askedOfAccount(body: unknown): AuditEntry["subject"] {
  const asked = Object.entries(askedSchema.safeParse(body).data ?? {});
  return Object.fromEntries(
    asked.map(([name, value]) => [name, name === "password" ? "another" : String(value)]),
  );
}

/** Any number, the same for every process that appends. */
const lock = 7_420_003;

export async function appendAudit(
  { transact }: Pick<Database, "transact">,
  event: AuditEvent,
): Promise<void> {
  await transact(async (db) => {
    // Two processes on one database follow one another.
    await sql`select pg_advisory_xact_lock(${lock})`.execute(db);
    const last = await db
      .selectFrom("audit")
      .select(["number", "hash"])
      .orderBy("number", "desc")
      .executeTakeFirst();
    const entry = chained(last, { refused: "", ...event, at: new Date().toISOString() });
    await db
      .insertInto("audit")
      .values({ ...entry, subject: JSON.stringify(entry.subject) })
      .execute();
  });
}

/** At most `count` entries after number `after`, in order. */
export async function auditAfter(db: Db, after: number, count: number): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom("audit")
    .selectAll()
    .where("number", ">", after)
    .orderBy("number")
    .limit(count)
    .execute();
  return rows.map(entryOf);
}

/** The last ones, the newest first. */
export async function latestAudit(db: Db, count: number): Promise<AuditEntry[]> {
  const rows = await db.selectFrom("audit").selectAll().orderBy("number", "desc").limit(count).execute();
  return rows.map(entryOf);
}

function entryOf({ number, at, who, action, subject, refused, previous, hash }: SelectedAudit): AuditEntry {
  return { number, at, who, action, subject, refused, previous, hash };
}
type SelectedAudit = Omit<AuditTable, "subject"> & { readonly subject: AuditEntry["subject"] };

const entriesPerPart = 500;

/** Every entry in order as a line of JSON, a part at a time. */
export async function* auditLines(db: Db): AsyncGenerator<string> {
  for await (const entry of wholeAudit(db)) yield `${JSON.stringify(entry)}\n`;
}

/** Every entry in order, a part at a time. */
export async function* wholeAudit(db: Db): AsyncGenerator<AuditEntry> {
  for (let after = 0; ; ) {
    const entries = await auditAfter(db, after, entriesPerPart);
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}
