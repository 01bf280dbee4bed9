/**
 * Signing. The server replays the log itself and signs that, whatever a page shows: the masks become an RTSTRUCT that is
 * proved before it is written, the store takes the files, and then one transaction makes the version that never changes.
 */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Insertable } from "kysely";
import type { Automatic, Version } from "#contract/workspace/case.ts";
import type { Decision } from "#contract/workspace/decision.ts";
import { editKind } from "#contract/workspace/edit-kinds.ts";
import type { Approval, LogEntry } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import { countEdits } from "#editing/patch/count-edits.ts";
import type { Taken } from "#workspace/files/file-store.ts";
import { lengthOfLog, logOf, reviewRow, setAside, structuresOf, workOf } from "#workspace/reviews/reviews.ts";
import type { Workspace } from "#workspace/workspace.ts";
import {
  automaticBySource,
  type CaseRow,
  caseRow,
  firstAutomatic,
  lockCase,
  touchedNow,
} from "./case-rows.ts";
import { announce, restingState, setState, stateAfterWork } from "./cases.ts";
import type { Db } from "./database.ts";
import { planDeliveries } from "./deliveries.ts";
import { refuseLate } from "./late-strokes.ts";
import { signContours } from "./sign-contours.ts";
import type { VersionTable } from "./tables.ts";

/**
 * Throws `not-found`, `review-closed` also where the log is not the one that was looked at, `late-strokes`, `unseen-slices` (with the slices) and `targets-not-nested` unless there is a reason,
 * `out-of-date`, `nothing-to-sign`, `files-unavailable`, and what writing an RTSTRUCT throws; nothing is recorded then.
 */
export function approve(workspace: Workspace, reviewId: string, approval: Approval): Promise<Version> {
  // One after another: a version's number is its place.
  return workspace.exclusively(async () => {
    const attempt = join(workspace.uploads, `${randomUUID()}.signing`);
    try {
      return await sign(workspace, reviewId, approval, attempt);
    } finally {
      await rm(attempt, { recursive: true, force: true });
    }
  });
}

/** `attempt`: a folder for the version's files. */
async function sign(
  workspace: Workspace,
  reviewId: string,
  approval: Approval,
  attempt: string,
): Promise<Version> {
  const { db, cases, files } = workspace;
  const { case_id: caseId, start } = await reviewToSign(db, reviewId);
  const folder = workspace.folderOf(caseId);
  await refuseLate(db, reviewId);
  const log = await logOf(db, reviewId);
  if (log.length !== approval.logLength) throw changedMeanwhile();
  const { edits, seenSlices, activeMs } = workOf(log);
  const automatic = await firstAutomatic(db, caseId);
  const structures = [];
  for (const row of await structuresOf(db, reviewId)) {
    // Reviews begin with an automatic contour or with nothing (reviews.ts).
    const began = row.began_with === null ? null : await automaticBySource(db, caseId, row.began_with);
    structures.push({ row, beganFile: began && folder.automaticMask(began.model_digest) });
  }
  const masks = structures.flatMap(({ beganFile }) => beganFile ?? []);
  if (automatic !== undefined) masks.push(folder.automaticMask(automatic.model_digest));
  await files.stage(caseId, folder.ct, ...masks);
  const number = (await lastNumber(db, caseId)) + 1;
  const approvedAt = new Date();
  const when = { cases, caseId, attempt, number, approvedAt, approval, start };
  const signed = await signContours({ ...when, seenSlices, automatic, structures, edits });
  const { structureIds, volumeCc, ledger, ...contents } = signed;
  const version: Version = {
    ...contents,
    number,
    reviewId,
    start,
    modelAsked: edits.some(({ kind }) => !editKind(kind).manualTime),
    reviewer: approval.reviewer,
    approvedAt: approvedAt.toISOString(),
    comment: approval.comment,
    seenDwellMs: leastDwellMs(log),
    unseenReason: signed.unseenSlices.length > 0 ? approval.unseenReason : null,
    faultsReason: signed.faults.length > 0 ? (approval.faultsReason ?? null) : null,
    activeMs,
    expected: automatic === undefined || signed.model === null ? null : worthOf(automatic.expected),
    edits: countEdits(edits),
    findings: (await caseRow(db, caseId)).findings,
  };
  const taken = await files.take(caseId, attempt);
  await record(
    workspace,
    { logLength: log.length, taken },
    {
      case_id: caseId,
      number,
      review_id: reviewId,
      approved_at: approvedAt,
      version: JSON.stringify(version),
      structure_ids: JSON.stringify(structureIds),
      edits: version.edits,
      slices_touched: version.slicesTouched,
      volume_cc: volumeCc,
      ledger: JSON.stringify(ledger),
      exported_at: null,
    },
  );
  await taken.settle();
  await announce(workspace, caseId);
  return version;
}

function worthOf({ dsc, meanError, doubtful, reasons }: Automatic["expected"]): Version["expected"] {
  return { dsc, meanError, doubtful, reasons };
}

/** What "seen" meant in this review; null where no slice counts as seen. */
function leastDwellMs(log: readonly (LogEntry | Decision)[]): number | null {
  const dwells = log.flatMap((entry) => (entry.type === "seen" ? [entry.dwellMs] : []));
  return dwells.length === 0 ? null : Math.min(...dwells);
}

/** A review that is open. */
async function reviewToSign(db: Db, reviewId: string): ReturnType<typeof reviewRow> {
  const review = await reviewRow(db, reviewId);
  if (review.state === "set-aside") throw setAside();
  if (review.state === "no-tumour")
    throw new DelineateError(
      "review-closed",
      "This patient was closed as without tumour. Reopen it to sign.",
    );
  if (review.state === "approved")
    throw new DelineateError("review-closed", "This review is signed already. Reopen it to sign again.");
  return review;
}

function changedMeanwhile(): DelineateError {
  return new DelineateError(
    "review-closed",
    "The review was changed while it was being signed. Look at it and sign again.",
  );
}

type Signed = {
  /** Of the review that was signed. */
  readonly logLength: number;
  readonly taken: Taken;
};

/** The one transaction. Throws `late-strokes`, and `review-closed` if the review is no longer the one, of `logLength` entries, that was signed. */
async function record(
  workspace: Workspace,
  { logLength, taken }: Signed,
  version: Insertable<VersionTable>,
): Promise<void> {
  const { case_id: caseId, review_id: reviewId } = version;
  await workspace.transact(async (within) => {
    await lockCase(within, caseId);
    if (
      (await lengthOfLog(within, reviewId)) !== logLength ||
      (await reviewRow(within, reviewId)).state !== "open"
    )
      throw changedMeanwhile();
    // They may have come while the contours were written.
    await refuseLate(within, reviewId);
    await within.insertInto("versions").values(version).execute();
    await taken.record(within);
    await planDeliveries(within, caseId, version.number);
    await within
      .updateTable("reviews")
      .set({ state: "approved", touched_at: await touchedNow(within, caseId) })
      .where("id", "=", reviewId)
      .execute();
    await setState(within, caseId, await restingState(within, caseId), {
      gtv_cc: version.volume_cc,
      sent_back: null,
    });
  });
}

async function lastNumber(db: Db, caseId: string): Promise<number> {
  const rows = db.selectFrom("versions").select("number").where("case_id", "=", caseId);
  return (await rows.orderBy("number", "desc").executeTakeFirst())?.number ?? 0;
}

/** Records that a version's file is out. Throws `not-found`. */
export async function exportVersion(workspace: Workspace, caseId: string, number: number): Promise<void> {
  await workspace.transact(async (db) => {
    await lockCase(db, caseId);
    const { exported_at } = await versionRow(db, caseId, number);
    if (exported_at !== null) return;
    await db
      .updateTable("versions")
      .set({ exported_at: new Date() })
      .where("case_id", "=", caseId)
      .where("number", "=", number)
      .execute();
    // An older version of one that was sent back may go out all the same.
    await setState(db, caseId, await stateAfterWork(db, caseId));
  });
}

/**
 * A version's RTSTRUCT on this machine and a name for it by which files of several patients, series and versions are told apart, and no patient
 * is known. Throws `not-found`, and what staging it throws.
 */
export async function versionFile(
  { db, files, folderOf }: Workspace,
  caseId: string,
  number: number,
): Promise<{ readonly path: string; readonly name: string }> {
  await versionRow(db, caseId, number);
  const name = `${versionName(await caseRow(db, caseId), number)}.rtstruct.dcm`;
  const path = folderOf(caseId).rtstruct(number);
  await files.stage(caseId, path);
  return { path, name };
}

/** What the files of a version are called, without an ending. */
export function versionName({ id, patient_label }: CaseRow, number: number): string {
  return `${patient_label}-${id.slice(0, 4)}-v${number}`;
}

/** Throws `not-found`. */
export async function versionRow(db: Db, caseId: string, number: number) {
  const row = await db
    .selectFrom("versions")
    .select(["exported_at", "version", "structure_ids"])
    .where("case_id", "=", caseId)
    .where("number", "=", Number.isInteger(number) && number > 0 && number < 1e6 ? number : -1)
    .executeTakeFirst();
  if (row === undefined) throw new DelineateError("not-found", "Signed version not found.");
  return row;
}
