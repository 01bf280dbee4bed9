/**
 * How a review ends other than by a signed contour: closed since there is no tumour, or sent back with a reason. Both are
 * signed by name and stand in the review's append-only log, as does reopening.
 */
import { randomUUID } from "node:crypto";
import type { Decision, NoTumour, SendBack } from "#contract/workspace/decision.ts";
import type { Review } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import { caseRow, firstAutomatic, lockCase, touchedNow } from "#workspace/records/case-rows.ts";
import { announce, setState } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import { withdrawVersions } from "#workspace/records/deliveries.ts";
import { refuseLate } from "#workspace/records/late-strokes.ts";
import type { ReviewTable } from "#workspace/records/tables.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { updateVolume } from "./gtv-volume.ts";
import { gridOf } from "./plain-grid.ts";
import { logOf, reviewRow, setAside, showReview, workOf } from "./reviews.ts";
import { notSeen, shownIn, unseenOf } from "./unseen-slices.ts";

/**
 * The patient is closed without a contour. What was drawn stays in the log and is not signed. Throws `not-found`,
 * `review-closed` unless the review is open, and `late-strokes` and `unseen-slices` as a signature does: where the model saw something a
 * person looked, and everywhere if no model has run or is shown.
 */
export function closeWithoutTumour(
  workspace: Workspace,
  reviewId: string,
  { reviewer, comment, unseenReason }: NoTumour,
): Promise<Review> {
  return decide(workspace, reviewId, async (db, { caseId, state, start }) => {
    if (state !== "open") throw closed("This review is not open. Reopen it first.");
    await refuseLate(db, reviewId);
    const automatic = shownIn(start, await firstAutomatic(db, caseId));
    const { size } = gridOf((await caseRow(db, caseId)).grid);
    const { seenSlices } = workOf(await logOf(db, reviewId));
    const unseen = unseenOf(
      { slices: size[2], automatic, hasGtv: () => automatic === undefined },
      seenSlices,
    );
    if (unseen.length > 0 && unseenReason === null) throw notSeen(unseen);
    const reason = [comment, unseen.length > 0 ? `Not seen: ${unseenReason}` : ""].filter(Boolean).join(" ");
    await setReviewState(db, reviewId, "no-tumour");
    await setState(db, caseId, "no-tumour", { gtv_cc: 0, sent_back: null });
    await withdrawVersions(db, { caseId }, "The patient was closed without tumour before it went.");
    return { kind: "no-tumour", reviewer, reason };
  });
}

/**
 * The contour needs more work, for a reason that worklist and review show until the next signature. A signed version stays
 * as it is, and where it did not go out yet it does not. Throws `not-found`, and `review-closed` for a review that was set aside.
 */
export function sendBack(workspace: Workspace, reviewId: string, request: SendBack): Promise<Review> {
  return decide(workspace, reviewId, async (db, { caseId }) => {
    const decision = { kind: "sent-back", ...request } as const;
    await setReviewState(db, reviewId, "open");
    const sentBack = { ...request, at: new Date().toISOString() };
    await setState(db, caseId, "sent-back", { sent_back: JSON.stringify(sentBack) });
    await withdrawVersions(db, { caseId, reviewId }, "It was sent back before it went.");
    return decision;
  });
}

/** A signed or closed review is open again. Nothing happens to an open one. Throws `not-found`, `review-closed`. */
export async function reopen(workspace: Workspace, reviewId: string, reviewer: string): Promise<Review> {
  const { state, case_id } = await reviewRow(workspace.db, reviewId);
  if (state === "open") return showReview(workspace, reviewId);
  await decide(workspace, reviewId, async (db, { caseId }) => {
    await setReviewState(db, reviewId, "open");
    await setState(db, caseId, "in-review");
    return { kind: "reopened", reviewer, reason: "" };
  });
  await updateVolume(workspace, case_id);
  await announce(workspace, case_id);
  return showReview(workspace, reviewId);
}

type Decided = Pick<Decision, "kind" | "reviewer" | "reason">;
type Subject = { readonly caseId: string } & Pick<ReviewTable, "state" | "start">;

/** One transaction: the review's and the case's state, and the entry in the log. */
async function decide(
  workspace: Workspace,
  reviewId: string,
  work: (db: Db, subject: Subject) => Promise<Decided>,
): Promise<Review> {
  const caseId = await workspace.transact(async (db) => {
    const { state, case_id, start } = await reviewRow(db, reviewId);
    if (state === "set-aside") throw setAside();
    await lockCase(db, case_id);
    await logDecision(db, reviewId, await work(db, { caseId: case_id, state, start }));
    return case_id;
  });
  await announce(workspace, caseId);
  return showReview(workspace, reviewId);
}

async function setReviewState(db: Db, reviewId: string, state: "open" | "no-tumour"): Promise<void> {
  const { case_id } = await reviewRow(db, reviewId);
  const touched_at = await touchedNow(db, case_id);
  await db.updateTable("reviews").set({ state, touched_at }).where("id", "=", reviewId).execute();
}

async function logDecision(db: Db, reviewId: string, decided: Decided): Promise<void> {
  const entry: Decision = { id: randomUUID(), at: new Date().toISOString(), type: "decision", ...decided };
  await db
    .insertInto("log_entries")
    .values({
      id: entry.id,
      review_id: reviewId,
      type: entry.type,
      structure_id: null,
      kind: null,
      entry: JSON.stringify(entry),
    })
    .execute();
}

function closed(message: string): DelineateError {
  return new DelineateError("review-closed", message);
}
