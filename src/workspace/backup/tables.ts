/**
 * What a backup holds of the records: the rows of each case, in the order in which they can be put back, then accounts and the
 * audit log. Rows are JSON as
 * PostgreSQL writes it, so that a backup of an embedded database can be restored on a server, and the other way round.
 */
import { sql } from "kysely";
import type { Db } from "#workspace/records/database.ts";
import type { Tables } from "#workspace/records/tables.ts";

const ofCase = "case_id = $1";
const ofReviews = "review_id in (select id from reviews where case_id = $1)";

/** Each with how its rows belong to a case, and their order where it means something. */
const keptByCase = {
  cases: "id = $1",
  automatic: ofCase,
  imported: ofCase,
  reviews: ofCase,
  structures: ofReviews,
  log_entries: `${ofReviews} order by sequence`,
  late_strokes: ofReviews,
  versions: ofCase,
  routes: ofCase,
  deliveries: ofCase,
} as const satisfies Partial<Record<keyof Tables, string>>;

/** Of no case, with their order. */
const keptWhole = { users: "login", audit: "number" } as const satisfies Partial<
  Record<keyof Tables, string>
>;

/**
 * Made anew: files are put back and noted, jobs are queued again, those of an experiment by its command; the id is a file, people
 * sign in again, what was to be removed is not in a backup, and what a process recorded last is of no use to another.
 */
export const leftOut = [
  ...["removals", "files", "work", "experiment_parts", "workspace", "schema_version", "sessions"],
  "commits",
];
const ofCases = Object.keys(keptByCase) as (keyof typeof keptByCase)[];
const whole = Object.keys(keptWhole) as (keyof typeof keptWhole)[];
export const keptTables = [...ofCases, ...whole];

export type Row = { readonly table: (typeof keptTables)[number]; readonly row: string };

/** All rows of the accounts and of the audit log. */
export async function rowsOfNoCase(db: Db): Promise<Row[]> {
  const rows: Row[] = [];
  for (const table of whole) {
    const query = sql<{ row: string }>`
      select row_to_json(t)::text as row from ${sql.table(table)} t order by ${sql.ref(keptWhole[table])}`;
    for (const { row } of (await query.execute(db)).rows) rows.push({ table, row });
  }
  return rows;
}

/** All rows of a case. */
export async function rowsOfCase(db: Db, caseId: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const table of ofCases) {
    const [condition, order = ""] = keptByCase[table].split(" order by ");
    const [before, after] = condition.split("$1");
    const query = sql<{ row: string }>`
      select row_to_json(t)::text as row from ${sql.table(table)} t
      where ${sql.raw(before)} ${caseId}::uuid ${sql.raw(after)} ${sql.raw(order && `order by ${order}`)}`;
    for (const { row } of (await query.execute(db)).rows) rows.push({ table, row });
  }
  return rows;
}

/** Columns that the row does not have, of a backup of an older version, get their defaults: to name them would put null into them. */
export async function putRow(db: Db, { table, row }: Row): Promise<void> {
  const name = sql.table(table);
  const columns = sql.join(Object.keys(JSON.parse(row)).map((column) => sql.ref(column)));
  await sql`insert into ${name} (${columns}) overriding system value
    select ${columns} from json_populate_record(null::${name}, ${row}::json)`.execute(db);
}

/** Entries that come after those that were put back are numbered after them. */
export async function continueNumbers(db: Db): Promise<void> {
  await sql`select setval(pg_get_serial_sequence('log_entries', 'sequence'),
    greatest(1, (select max(sequence) from log_entries)))`.execute(db);
}
