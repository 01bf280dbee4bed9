/** Late strokes (contract/workspace/review.ts): what a page drew and could not save before another wrote. */
import type { Account } from "#contract/workspace/account.ts";
import type { Late, LogEntry } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import { setAside } from "#workspace/reviews/reviews.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { beginWork, changesMasks, holdReview, newEntries } from "./append-log.ts";
import { waitingLate } from "./case-rows.ts";
import { announce } from "./cases.ts";
import type { Db } from "./database.ts";

/**
 * Keeps them, once whatever is sent twice, without entries that the log has; what is sent again with more is kept with that. Nothing is kept of no change. They move the case as
 * any stroke does. Throws `not-found`, and `review-closed` of a review that was set aside: nobody would come to see them there.
 */
export async function keepLate(workspace: Workspace, reviewId: string, late: Late): Promise<void> {
  const moved = await workspace.transact(async (db) => {
    const held = await holdReview(db, reviewId, true);
    const entries = await newEntries(db, reviewId, late.entries);
    const before = await entriesOf(db, reviewId, late.id);
    const known = new Set(before.map(({ id }) => id));
    const more = entries.filter(({ id }) => !known.has(id));
    if (!more.some(changesMasks)) return undefined;
    if (held.review.state === "set-aside") throw setAside();
    const { id, reviewer } = late;
    // What was saved of them without the page's hearing of it is part of what the rest was drawn after.
    const saved = late.entries.filter(isEdit).length - entries.filter(isEdit).length;
    const all = JSON.stringify([...before, ...more]);
    const insertion = await db
      .insertInto("late_strokes")
      .values({
        ...{
          id,
          review_id: reviewId,
          reviewer,
          after_edits: late.after + saved,
          entries: all,
        },
        ...{ kept_at: new Date(), state: "waiting" },
      })
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet({ entries: all, state: "waiting" })
          .where("late_strokes.review_id", "=", reviewId),
      )
      .executeTakeFirst();
    const isNew = insertion.numInsertedOrUpdatedRows === 1n;
    return isNew && (await beginWork(db, held)) ? held.review.case_id : undefined;
  });
  if (moved !== undefined) await announce(workspace, moved);
  workspace.feed.publish({ type: "review", data: { id: reviewId, what: "late" } });
}

/** Of late strokes that were kept under this id before; none for new ones. */
async function entriesOf(db: Db, reviewId: string, id: string): Promise<readonly LogEntry[]> {
  const rows = db.selectFrom("late_strokes").select("entries").where("id", "=", id);
  return (await rows.where("review_id", "=", reviewId).executeTakeFirst())?.entries ?? [];
}

function isEdit({ type }: LogEntry): boolean {
  return type === "edit";
}

/** Throws `not-found`, and `not-the-writer`. */
export async function settleLate(
  workspace: Workspace,
  { reviewId, lateId }: { readonly reviewId: string; readonly lateId: string },
  { lease, how }: { readonly lease: string; readonly how: "added" | "left-out" },
  account: Account | null,
): Promise<void> {
  workspace.leases.require(reviewId, lease, account);
  const done = await workspace.transact((db) => {
    const rows = db.updateTable("late_strokes").set({ state: how });
    return rows.where("id", "=", lateId).where("review_id", "=", reviewId).executeTakeFirstOrThrow();
  });
  if (done.numUpdatedRows === 0n) throw new DelineateError("not-found", "Late strokes not found.");
  workspace.feed.publish({ type: "review", data: { id: reviewId, what: "late" } });
}

/** Nobody signs while strokes wait. Throws `late-strokes`. */
export async function refuseLate(db: Db, reviewId: string): Promise<void> {
  const waiting = await waitingLate(db, reviewId);
  if (waiting.length === 0) return;
  const names = [...new Set(waiting.map(({ reviewer }) => reviewer))].join(", ");
  throw new DelineateError(
    "late-strokes",
    `Strokes of ${names} were not saved in time and wait beside the log: add them or leave them out before signing.`,
  );
}
