/** Rows of a case as the database has them. */
import type { Selectable } from "kysely";
import type { Automatic } from "#contract/workspace/case.ts";
import type { Late } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import type { Db } from "./database.ts";
import type { AutomaticTable, CaseTable, ReviewTable } from "./tables.ts";

export type CaseRow = Selectable<CaseTable>;
export type AutomaticRow = Selectable<AutomaticTable>;

/** Of an automatic contour. */
export function modelOf(row: AutomaticRow): Automatic["model"] {
  return { name: row.model_name, version: row.model_version, digest: row.model_digest };
}

export function automaticSourceId(digest: string): string {
  return `automatic:${digest.slice(0, 16)}`;
}

/** Throws `not-found`. */
export async function caseRow(db: Db, caseId: string): Promise<CaseRow> {
  const row = await db.selectFrom("cases").selectAll().where("id", "=", caseId).executeTakeFirst();
  if (row === undefined) throw new DelineateError("not-found", "Case not found; it may have been removed.");
  return row;
}

/**
 * The same, held until the transaction ends: what moves the case on, here or in another process, waits. Before any other row
 * of the case, so that no two wait for each other. Undefined if the case was removed.
 */
export function lockCase(db: Db, caseId: string): Promise<CaseRow | undefined> {
  return db.selectFrom("cases").selectAll().where("id", "=", caseId).forUpdate().executeTakeFirst();
}

/** As `lockCase`. Throws `not-found`. */
export async function heldCase(db: Db, caseId: string): Promise<CaseRow> {
  return (await lockCase(db, caseId)) ?? caseRow(db, caseId);
}

/** That of the first model that finished: what reviews begin with. */
export function firstAutomatic(db: Db, caseId: string): Promise<AutomaticRow | undefined> {
  const rows = db.selectFrom("automatic").selectAll().where("case_id", "=", caseId);
  return rows.orderBy("finished_at").executeTakeFirst();
}

/** Throws `not-found` for an id that is no automatic source of the case. */
export async function automaticBySource(db: Db, caseId: string, sourceId: string): Promise<AutomaticRow> {
  const rows = await db.selectFrom("automatic").selectAll().where("case_id", "=", caseId).execute();
  const row = rows.find(({ model_digest }) => automaticSourceId(model_digest) === sourceId);
  if (row === undefined) throw new DelineateError("not-found", "Contour not found.");
  return row;
}

/** The latest first; those that were set aside are left out. */
export function currentReviews(db: Db, caseId: string): Promise<Selectable<ReviewTable>[]> {
  const reviews = db.selectFrom("reviews").selectAll().where("case_id", "=", caseId);
  return reviews.where("state", "!=", "set-aside").orderBy("touched_at", "desc").execute();
}

/** For a review's `touched_at`: after every other one of the case, whose latest is the case's, also where the clock was set back since. */
export async function touchedNow(db: Db, caseId: string): Promise<Date> {
  const { latest } = await db
    .selectFrom("reviews")
    .select(({ fn }) => fn.max("touched_at").as("latest"))
    .where("case_id", "=", caseId)
    .executeTakeFirstOrThrow();
  return new Date(Math.max(Date.now(), Number(latest) + 1));
}

/** Whether there is work in a review: a change or a decision in its log, or strokes beside it. To open and look is none. */
export async function holdsWork(db: Db, reviewId: string): Promise<boolean> {
  const entries = db.selectFrom("log_entries").select("id").where("review_id", "=", reviewId);
  const work = await entries
    .where("type", "in", ["edit", "structure", "decision"])
    .limit(1)
    .executeTakeFirst();
  return work !== undefined || (await waitingLate(db, reviewId)).length > 0;
}

/** As `currentReviews`, without open ones that hold no work. */
export async function reviewsWithWork(db: Db, caseId: string): Promise<Selectable<ReviewTable>[]> {
  const reviews: Selectable<ReviewTable>[] = [];
  // One after another: within a transaction they share a connection.
  for (const review of await currentReviews(db, caseId))
    if (review.state !== "open" || (await holdsWork(db, review.id))) reviews.push(review);
  return reviews;
}

/** Late strokes of a review that nobody added or left out, in the order in which they came. */
export async function waitingLate(db: Db, reviewId: string): Promise<Late[]> {
  const rows = db.selectFrom("late_strokes").selectAll().where("review_id", "=", reviewId);
  const waiting = await rows.where("state", "=", "waiting").orderBy("kept_at").execute();
  return waiting.map(({ id, reviewer, after_edits: after, entries }) => ({ id, reviewer, after, entries }));
}
