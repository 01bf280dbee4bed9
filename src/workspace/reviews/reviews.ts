/** Reviews: opened and shown. Signing is versions.ts; closing, sending back and reopening decisions.ts. */
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Account } from "#contract/workspace/account.ts";
import type { MaskSource } from "#contract/workspace/case.ts";
import type { Decision } from "#contract/workspace/decision.ts";
import type { LogEntry, Review, ReviewStructure } from "#contract/workspace/review.ts";
import { templateEntry } from "#contract/workspace/structure-template.ts";
import { DelineateError } from "#core/errors.ts";
import {
  automaticSourceId,
  currentReviews,
  firstAutomatic,
  heldCase,
  holdsWork,
  touchedNow,
  waitingLate,
} from "#workspace/records/case-rows.ts";
import { announce, isEnded, setState } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import type { ReviewTable } from "#workspace/records/tables.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { updateVolume } from "./gtv-volume.ts";
import type { EditEntry, StructureRow } from "./replay.ts";

type ReviewRow = Selectable<ReviewTable>;

const firstName = "GTVp";
/** Where the template has no structure of that name. */
const gtvColour: readonly [number, number, number] = [255, 64, 64];

type OpenRequest = Pick<Review, "start" | "reviewer"> & {
  readonly tab: string;
  readonly fresh: boolean;
  readonly account: Account | null;
};

/**
 * Goes on with the open review of that start, or begins one with a structure "GTVp". A fresh one takes the place of an empty one
 * alone: who asks for it goes on with what somebody worked on, which could not be reached any more otherwise. Throws `not-found`,
 * `not-ready` before there is what it begins with, and `not-the-writer` where a fresh one would set aside what another page writes.
 */
export async function openReview(
  workspace: Workspace,
  caseId: string,
  request: OpenRequest,
): Promise<Review> {
  const reviewId = await workspace.transact(async (db) => {
    const { ct_ready, failure, state } = await heldCase(db, caseId);
    if (!ct_ready)
      throw new DelineateError("not-ready", failure ?? "The CT is still being read; open it in a moment.");
    const open = (await currentReviews(db, caseId)).find(
      (review) => review.state === "open" && review.start === request.start,
    );
    const keep = open !== undefined && (!request.fresh || (await holdsWork(db, open.id)));
    if (open !== undefined && !keep) workspace.leases.requireNoOther(open.id, request);
    const touched_at = await touchedNow(db, caseId);
    if (open !== undefined)
      await db
        .updateTable("reviews")
        .set({ touched_at, state: keep ? "open" : "set-aside" })
        .where("id", "=", open.id)
        .execute();
    const colour = templateEntry(workspace.template, firstName)?.colour ?? gtvColour;
    const id = keep ? open.id : await beginReview(db, { caseId, colour, beganAt: touched_at }, request);
    // While the model works on it the case stays where it is; the job moves it on. And a signed one until something is drawn.
    if (state !== "segmenting" && state !== "received" && !isEnded(state))
      await setState(db, caseId, "in-review");
    return id;
  });
  await updateVolume(workspace, caseId);
  await announce(workspace, caseId);
  return showReview(workspace, reviewId);
}

type NewReview = {
  readonly caseId: string;
  readonly colour: readonly [number, number, number];
  readonly beganAt: Date;
};

async function beginReview(
  db: Db,
  { caseId, colour, beganAt }: NewReview,
  { start, reviewer }: OpenRequest,
): Promise<string> {
  const automatic = await firstAutomatic(db, caseId);
  if (start === "assisted" && automatic === undefined) {
    throw new DelineateError(
      "not-ready",
      "There is no automatic contour yet. Wait for it, or begin from nothing.",
    );
  }
  const id = randomUUID();
  await db
    .insertInto("reviews")
    .values({ id, case_id: caseId, start, reviewer, state: "open", began_at: beganAt, touched_at: beganAt })
    .execute();
  await db
    .insertInto("structures")
    .values({
      id: randomUUID(),
      review_id: id,
      position: 0,
      name: firstName,
      type: "GTV",
      colour: JSON.stringify(colour),
      removed: false,
      began_with:
        start === "assisted" && automatic !== undefined ? automaticSourceId(automatic.model_digest) : null,
    })
    .execute();
  return id;
}

/** Throws `not-found`. */
export async function reviewRow(db: Db, reviewId: string): Promise<ReviewRow> {
  const row = await db.selectFrom("reviews").selectAll().where("id", "=", reviewId).executeTakeFirst();
  if (row === undefined) throw new DelineateError("not-found", "Review not found.");
  return row;
}

/** In the order in which they were added: those that are there, or those that were removed. */
export function structuresOf(
  db: Db,
  reviewId: string,
  which: "there" | "removed" = "there",
): Promise<StructureRow[]> {
  const rows = db.selectFrom("structures").selectAll().where("review_id", "=", reviewId);
  return rows
    .where("removed", "=", which === "removed")
    .orderBy("position")
    .execute();
}

/** In order, from number `from` on, counted from 0. Throws `not-found`. */
export async function showLog({ db }: Workspace, reviewId: string, from: number) {
  await reviewRow(db, reviewId);
  return logOf(db, reviewId, Number.isSafeInteger(from) && from > 0 ? from : 0);
}

/** In order: all of it, or from number `from` on. */
export async function logOf(db: Db, reviewId: string, from = 0): Promise<(LogEntry | Decision)[]> {
  const rows = await db
    .selectFrom("log_entries")
    .select("entry")
    .where("review_id", "=", reviewId)
    .orderBy("sequence")
    .offset(from)
    .execute();
  return rows.map(({ entry }) => entry);
}

/** Entries of a review's log, or those of one type. */
export async function lengthOfLog(db: Db, reviewId: string, type?: LogEntry["type"]): Promise<number> {
  const all = db.selectFrom("log_entries").where("review_id", "=", reviewId);
  const rows = type === undefined ? all : all.where("type", "=", type);
  return Number((await rows.select(db.fn.countAll().as("count")).executeTakeFirst())?.count);
}

/** What a log says beside its edits. */
export function workOf(log: readonly (LogEntry | Decision)[]): Pick<
  Review,
  "activeMs" | "seenSlices" | "decisions"
> & {
  readonly edits: EditEntry[];
} {
  const seen = new Set(log.filter((entry) => entry.type === "seen").flatMap(({ slices }) => slices));
  return {
    activeMs: log.reduce((sum, entry) => sum + (entry.type === "activity" ? entry.activeMs : 0), 0),
    seenSlices: [...seen].sort((a, b) => a - b),
    decisions: log.filter((entry) => entry.type === "decision"),
    edits: log.filter((entry) => entry.type === "edit"),
  };
}

/** Throws `not-found`. */
export async function showReview({ db }: Workspace, reviewId: string): Promise<Review> {
  const { id, case_id, start, reviewer, state, began_at } = await reviewRow(db, reviewId);
  const entries = await logOf(db, reviewId);
  const structures = (await structuresOf(db, reviewId)).map(structureOf);
  const removedStructures = (await structuresOf(db, reviewId, "removed")).map(structureOf);
  return {
    id,
    caseId: case_id,
    start,
    reviewer,
    state: stateToShow(state),
    beganAt: began_at.toISOString(),
    ...workOf(entries),
    structures,
    removedStructures,
    logLength: entries.length,
    late: await waitingLate(db, reviewId),
  };
}

/** One that was set aside takes no more either. */
export function stateToShow(state: ReviewRow["state"]): Review["state"] {
  return state === "set-aside" ? "approved" : state;
}

function structureOf({ id, name, type, colour, began_with }: StructureRow): ReviewStructure {
  return { id, name, type, colour, beganWith: began_with };
}

/** Structures of open reviews as sources to compare with. */
export async function structureSources(
  workspace: Workspace,
  reviews: readonly ReviewRow[],
): Promise<MaskSource[]> {
  const sources: MaskSource[] = [];
  for (const { id: reviewId, case_id, start } of reviews) {
    const structures = await structuresOf(workspace.db, reviewId);
    const volumesCc = await workspace.liveMasks.volumesCc(case_id, structures);
    for (const [at, structure] of structures.entries()) {
      const how = start === "manual" ? "contoured by hand" : "under review";
      sources.push({
        id: `structure:${structure.id}`,
        kind: "structure",
        label: `${structure.name}, ${how}`,
        volumeCc: volumesCc[at],
      });
    }
  }
  return sources;
}

export function setAside(): DelineateError {
  return new DelineateError(
    "review-closed",
    "This review was set aside when a new one was begun. Open the case again.",
  );
}
