/**
 * Signing. The server replays the log itself and signs that, whatever a page shows: the masks become an RTSTRUCT that is
 * proved before it is written, and then one transaction makes the version that never changes.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Insertable } from "kysely";
import type { Version } from "#contract/workspace/case.ts";
import type { Decision } from "#contract/workspace/decision.ts";
import type { Approval, LogEntry } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { countEdits } from "#editing/patch/count-edits.ts";
import { editLedger } from "#editing/patch/ledger.ts";
import { type MaskPatch, replayEdits } from "#editing/patch/mask-patch.ts";
import { addedPathLengthsMm } from "#evaluate/distances/path-metrics.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice, uniteMasks, volumeCc } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { readCtReference } from "#patients/ct-store.ts";
import { exportMasks } from "#patients/export-masks.ts";
import { programVersion } from "#platform/version.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import {
  derivationInWords,
  derivationsOf,
  faultsToSign,
  refuseOutOfDate,
} from "#workspace/reviews/derived-structures.ts";
import { beganWith, type EditEntry, patchOf } from "#workspace/reviews/replay.ts";
import { lengthOfLog, logOf, reviewRow, setAside, structuresOf, workOf } from "#workspace/reviews/reviews.ts";
import { roisToSign, type SignedStructure } from "#workspace/reviews/signed-rois.ts";
import { notSeen, unseenOf } from "#workspace/reviews/unseen-slices.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { readMaskFile, writeVoxelBytes } from "./case-folder.ts";
import { caseRow, firstAutomatic } from "./case-rows.ts";
import { announce, modelOf, restingState, setState } from "./cases.ts";
import type { Db } from "./database.ts";
import { refuseLate } from "./late-strokes.ts";
import type { VersionTable } from "./tables.ts";

/**
 * Throws `not-found`, `review-closed`, `late-strokes`, `unseen-slices` (with the slices) and `targets-not-nested` unless there is a reason,
 * `out-of-date`, `nothing-to-sign`, and what writing an RTSTRUCT throws; nothing is recorded then.
 */
export function approve(workspace: Workspace, reviewId: string, approval: Approval): Promise<Version> {
  // One after another: a version's number is its place.
  return workspace.exclusively(() => sign(workspace, reviewId, approval));
}

async function sign(workspace: Workspace, reviewId: string, approval: Approval): Promise<Version> {
  const { db } = workspace;
  const caseId = await caseToSign(db, reviewId);
  await refuseLate(db, reviewId);
  const folder = workspace.folderOf(caseId);
  const log = await logOf(db, reviewId);
  const { edits, seenSlices, activeMs } = workOf(log);
  const ct = await readCtReference(folder.ct);
  const structures = await replayStructures(workspace, { caseId, reviewId, edits, grid: ct.grid });
  const kept = structures.filter(({ mask }) => mask.data.includes(1));
  if (kept.length === 0)
    throw new DelineateError("nothing-to-sign", "Every structure is empty: there is nothing to sign.");
  const derivations = derivationsOf(structures, edits);
  refuseOutOfDate(derivations);

  const automatic = await firstAutomatic(db, caseId);
  const gtv = uniteMasks(
    ct.grid,
    structures.filter(({ row }) => row.type === "GTV").map(({ mask }) => mask),
  );
  const hasGtv = (k: number): boolean => maskSlice(gtv, k).includes(1);
  const unseen = unseenOf({ slices: ct.grid.size[2], automatic, hasGtv }, seenSlices);
  if (unseen.length > 0 && approval.unseenReason === null) throw notSeen(unseen);
  const faults = faultsToSign(structures, derivations, approval.faultsReason);

  const number = (await lastNumber(db, caseId)) + 1;
  const approvedAt = new Date();
  const model = automatic === undefined ? null : modelOf(automatic);
  const bytes = toRtstruct(ct, roisToSign(kept, derivations, model), {
    number,
    approvedAt,
    reviewer: approval.reviewer,
  });
  for (const { row, mask } of kept) await writeVoxelBytes(folder.versionMask(number, row.id), mask.data);
  await writeFileAtomic(folder.rtstruct(number), bytes, { force: true });

  const automaticMask =
    automatic && (await readMaskFile(folder.automaticMask(automatic.model_digest), ct.grid));
  const version: Version = {
    number,
    reviewId,
    reviewer: approval.reviewer,
    approvedAt: approvedAt.toISOString(),
    comment: approval.comment,
    seenDwellMs: leastDwellMs(log),
    unseenSlices: unseen,
    unseenReason: unseen.length > 0 ? approval.unseenReason : null,
    faults,
    faultsReason: faults.length > 0 ? (approval.faultsReason ?? null) : null,
    model,
    digest: createHash("sha256").update(bytes).digest("hex"),
    structures: kept.map(({ row: { id, name, type }, mask }) => ({
      name,
      type,
      volumeCc: volumeCc(mask),
      derivation: derivationInWords(id, derivations),
    })),
    ...againstAutomatic(gtv, automaticMask),
    activeMs,
  };
  const touched = structures.flatMap(({ patches }) => patches.flat()).map(({ k }) => k);
  await record(workspace, log.length, {
    case_id: caseId,
    number,
    review_id: reviewId,
    approved_at: approvedAt,
    version: JSON.stringify(version),
    structure_ids: JSON.stringify(kept.map(({ row }) => row.id)),
    edits: countEdits(edits),
    slices_touched: new Set(touched).size,
    volume_cc: volumeCc(gtv),
    ledger: JSON.stringify(editLedger(automaticMask ?? emptyMask(ct.grid), gtv)),
    exported_at: null,
  });
  await announce(workspace, caseId);
  return version;
}

type ReplayRequest = {
  readonly caseId: string;
  readonly reviewId: string;
  /** Of all structures, in order. */
  readonly edits: readonly EditEntry[];
  readonly grid: Grid;
};

/** Every structure of the review as its log makes it. */
async function replayStructures(
  workspace: Workspace,
  { caseId, reviewId, edits, grid }: ReplayRequest,
): Promise<(SignedStructure & { readonly patches: readonly MaskPatch[] })[]> {
  const structures = [];
  for (const row of await structuresOf(workspace.db, reviewId)) {
    const own = edits.filter(({ structureId }) => structureId === row.id);
    const began = await beganWith(workspace, caseId, row);
    const patches = own.map((edit) => patchOf(edit, grid));
    const mask = { grid, data: replayEdits(began.data, grid, patches) };
    structures.push({ row, edits: own, patches, mask, began: row.began_with === null ? undefined : began });
  }
  return structures;
}

type Signature = { readonly number: number; readonly approvedAt: Date; readonly reviewer: string };

/** The bytes of the approved file; it was proved. Throws what `exportMasks` throws. */
function toRtstruct(
  ct: CtReference,
  rois: readonly RoiToWrite[],
  { number, approvedAt, reviewer }: Signature,
): Uint8Array {
  return exportMasks({
    format: "rtstruct",
    ct,
    rois,
    label: `REVIEWED v${number}`,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt: approvedAt,
    uidName: randomUUID(),
    approval: { reviewer, version: number },
  }).bytes;
}

/** What "seen" meant in this review; null where no slice counts as seen. */
function leastDwellMs(log: readonly (LogEntry | Decision)[]): number | null {
  const dwells = log.flatMap((entry) => (entry.type === "seen" ? [entry.dwellMs] : []));
  return dwells.length === 0 ? null : Math.min(...dwells);
}

/** The case of a review that is open. */
async function caseToSign(db: Db, reviewId: string): Promise<string> {
  const review = await reviewRow(db, reviewId);
  if (review.state === "set-aside") throw setAside();
  if (review.state === "no-tumour")
    throw new DelineateError(
      "review-closed",
      "This patient was closed as without tumour. Reopen it to sign.",
    );
  if (review.state === "approved")
    throw new DelineateError("review-closed", "This review is signed already. Reopen it to sign again.");
  return review.case_id;
}

/** The one transaction. Throws `review-closed` if the review is no longer the one, of `logLength` entries, that was signed. */
async function record(
  workspace: Workspace,
  logLength: number,
  version: Insertable<VersionTable>,
): Promise<void> {
  const { case_id: caseId, review_id: reviewId } = version;
  await workspace.transact(async (within) => {
    if (
      (await lengthOfLog(within, reviewId)) !== logLength ||
      (await reviewRow(within, reviewId)).state !== "open"
    ) {
      throw new DelineateError(
        "review-closed",
        "The review was changed while it was being signed. Look at it and sign again.",
      );
    }
    await within.insertInto("versions").values(version).execute();
    await within
      .updateTable("reviews")
      .set({ state: "approved", touched_at: version.approved_at })
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

/** What correcting the automatic contour came to. Nulls where there is none, or nothing to compare. */
function againstAutomatic(
  gtv: Mask,
  automatic: Mask | undefined,
): Pick<Version, "dscToAutomatic" | "addedPathLengthMm"> {
  if (automatic === undefined) return { dscToAutomatic: null, addedPathLengthMm: null };
  return {
    dscToAutomatic: volumeOverlap(gtv, automatic).dsc,
    addedPathLengthMm: addedPathLengthsMm(gtv, automatic).aplMm,
  };
}

/** Records that a version's file is out. Throws `not-found`. */
export async function exportVersion(workspace: Workspace, caseId: string, number: number): Promise<void> {
  await workspace.transact(async (db) => {
    const { exported_at } = await versionRow(db, caseId, number);
    if (exported_at !== null) return;
    await db
      .updateTable("versions")
      .set({ exported_at: new Date() })
      .where("case_id", "=", caseId)
      .where("number", "=", number)
      .execute();
    await setState(db, caseId, await restingState(db, caseId));
  });
}

/**
 * A version's RTSTRUCT and a name for it by which files of several patients, series and versions are told apart, and no patient
 * is known. Throws `not-found`.
 */
export async function versionFile(
  { db, folderOf }: Workspace,
  caseId: string,
  number: number,
): Promise<{ readonly path: string; readonly name: string }> {
  await versionRow(db, caseId, number);
  const { patient_label } = await caseRow(db, caseId);
  const name = `${patient_label}-${caseId.slice(0, 4)}-v${number}.rtstruct.dcm`;
  return { path: folderOf(caseId).rtstruct(number), name };
}

async function versionRow(db: Db, caseId: string, number: number) {
  const row = await db
    .selectFrom("versions")
    .select("exported_at")
    .where("case_id", "=", caseId)
    .where("number", "=", Number.isInteger(number) && number > 0 && number < 1e6 ? number : -1)
    .executeTakeFirst();
  if (row === undefined) throw new DelineateError("not-found", "Signed version not found.");
  return row;
}
