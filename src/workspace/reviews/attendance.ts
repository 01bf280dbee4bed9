/** Pages that have a review open: who writes it (leases.ts), and the last word of one that closes. */
import type { Account } from "#contract/workspace/account.ts";
import type { Attend, Attendance } from "#contract/workspace/lease.ts";
import type { Late } from "#contract/workspace/review.ts";
import { appendLog } from "#workspace/records/append-log.ts";
import { waitingLate } from "#workspace/records/case-rows.ts";
import { keepLate } from "#workspace/records/late-strokes.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { lengthOfLog, reviewRow, stateToShow } from "./reviews.ts";

/** Throws `not-found`, and `not-the-writer` as `Leases.attend` does. */
export async function attend(
  workspace: Workspace,
  reviewId: string,
  request: Attend,
  account: Account | null,
): Promise<Attendance> {
  const { db, leases } = workspace;
  const { state } = await reviewRow(db, reviewId);
  // One that is signed or closed is nobody's: whoever wants to open it again may.
  if (state !== "open" && request.act === "write") leases.free(reviewId);
  const who = leases.attend(reviewId, request, account);
  // After the grant: the log of who wrote before is whole then.
  const [logLength, late] = [await lengthOfLog(db, reviewId), await waitingLate(db, reviewId)];
  return { ...who, state: stateToShow(state), logLength, late: late.length };
}

type Leaving = { readonly tab: string; readonly lease: string | null; readonly unsaved: Late | null };

/** Throws `not-found`, and what `appendLog` throws; also then the page has left. */
export async function leave(
  workspace: Workspace,
  reviewId: string,
  leaving: Leaving,
  account: Account | null,
): Promise<void> {
  const { tab, lease, unsaved } = leaving;
  try {
    if (unsaved === null || unsaved.entries.length === 0) return;
    const writes = lease !== null && workspace.leases.holds(reviewId, lease, account);
    if (writes) await appendLog(workspace, reviewId, { lease, entries: unsaved.entries }, account);
    else await keepLate(workspace, reviewId, unsaved);
  } finally {
    workspace.leases.leave(reviewId, { tab, account });
  }
}

/** For decisions. Throws `not-found`, and `not-the-writer`. */
export async function requireWriter(
  { db, leases }: Workspace,
  reviewId: string,
  lease: string,
  account: Account | null,
): Promise<void> {
  await reviewRow(db, reviewId);
  leases.require(reviewId, lease, account);
}
