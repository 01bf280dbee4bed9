/**
 * Takes a review's log entries in: all of a request or none, each once whatever is sent twice, and none that could not be
 * replayed. An answer means that they are stored.
 */
import { setImmediate } from "node:timers/promises";
import type { Account } from "#contract/workspace/account.ts";
import type { LogEntry } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import type { Grid } from "#geometry/grid.ts";
import { updateVolumeSoon } from "#workspace/reviews/gtv-volume.ts";
import { gridOf } from "#workspace/reviews/plain-grid.ts";
import { type EditEntry, patchOf } from "#workspace/reviews/replay.ts";
import { lengthOfLog, reviewRow, setAside } from "#workspace/reviews/reviews.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type CaseRow, caseRow, heldCase, touchedNow } from "./case-rows.ts";
import { isEnded, setState } from "./cases.ts";
import type { Db } from "./database.ts";

/** Some ten milliseconds' worth. */
const rowsAtOnce = 50;

type Append = { readonly lease: string; readonly entries: readonly LogEntry[] };
type Appended = { readonly saved: number; readonly edits: number; readonly logLength: number };

/**
 * Number of entries that were new, and of edits and of all entries that the log has then. Throws `not-found`; for new entries
 * `not-the-writer`, and `review-closed` of a review that is signed or set aside; and `invalid-value` for an entry that does
 * not fit the review: then nothing is stored.
 */
export async function appendLog(
  workspace: Workspace,
  reviewId: string,
  { lease, entries }: Append,
  account: Account | null,
): Promise<Appended> {
  const { caseId, changed, ...appended } = await workspace.transact(async (db) => {
    const news = await newEntries(db, reviewId, entries);
    const changed = news.some(changesMasks);
    const { review, ...owner } = await holdReview(db, reviewId, changed);
    // Within the transaction: whoever writes next reads the log after it.
    if (news.length > 0) workspace.leases.require(reviewId, lease, account);
    if (news.length > 0 && review.state !== "open") {
      throw review.state === "set-aside"
        ? setAside()
        : new DelineateError("review-closed", "This review is signed or closed. Reopen it to change it.");
    }
    if (changed) await beginWork(db, { review, ...owner });
    await takeStructures(db, reviewId, news, gridOf(owner.grid));
    const rows = news.map((entry) => ({
      id: entry.id,
      review_id: reviewId,
      type: entry.type,
      structure_id: "structureId" in entry ? entry.structureId : null,
      kind: entry.type === "edit" ? entry.kind : null,
      entry: JSON.stringify(entry),
    }));
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      await db
        .insertInto("log_entries")
        .values(rows.slice(from, from + rowsAtOnce))
        .execute();
      // The database computes on this thread: other requests are answered between.
      await setImmediate();
    }
    return {
      caseId: review.case_id,
      saved: news.length,
      edits: await lengthOfLog(db, reviewId, "edit"),
      logLength: await lengthOfLog(db, reviewId),
      changed,
    };
  });
  if (changed) updateVolumeSoon(workspace, caseId);
  if (appended.saved > 0) workspace.feed.publish({ type: "review", data: { id: reviewId, what: "log" } });
  return appended;
}

type Held = {
  readonly review: Awaited<ReturnType<typeof reviewRow>>;
} & Pick<CaseRow, "state" | "grid">;

/**
 * A review and its case. Where something changes, as they stay until the transaction ends: a signature, also one that another
 * process gives, moves both. Throws `not-found`.
 */
export async function holdReview(db: Db, reviewId: string, changes: boolean): Promise<Held> {
  const review = await reviewRow(db, reviewId);
  const { state, grid } = await (changes ? heldCase : caseRow)(db, review.case_id);
  // Until its case is held another process may move it.
  return { review: changes ? await reviewRow(db, reviewId) : review, state, grid };
}

/** The first change in an open review of a case that was signed or closed: it is under review again. True then. */
export async function beginWork(db: Db, { review, state }: Held): Promise<boolean> {
  if (review.state !== "open" || !isEnded(state)) return false;
  await setState(db, review.case_id, "in-review");
  const update = db.updateTable("reviews").set({ touched_at: await touchedNow(db, review.case_id) });
  await update.where("id", "=", review.id).execute();
  return true;
}

export function changesMasks({ type }: LogEntry): boolean {
  return type === "edit" || type === "structure";
}

/** Those whose id is not there yet, each once. Throws `invalid-value` for one of another review. */
export async function newEntries(
  db: Db,
  reviewId: string,
  entries: readonly LogEntry[],
): Promise<readonly LogEntry[]> {
  const ids = [...new Set(entries.map(({ id }) => id))];
  const existingEntries = await db
    .selectFrom("log_entries")
    .select(["id", "review_id"])
    .where("id", "in", ids)
    .execute();
  if (existingEntries.some(({ review_id }) => review_id !== reviewId))
    throw invalid("An entry with this id belongs to another review.");
  const known = new Set(existingEntries.map(({ id }) => id));
  return entries.filter(({ id }) => !known.has(id) && known.add(id));
}

/** Checks that each entry fits, and keeps the table of structures in step. */
async function takeStructures(
  db: Db,
  reviewId: string,
  entries: readonly LogEntry[],
  grid: Grid,
): Promise<void> {
  const rows = await db.selectFrom("structures").selectAll().where("review_id", "=", reviewId).execute();
  const structures = new Map(rows.map((row) => [row.id, { ...row, changed: false }]));
  for (const entry of entries) {
    if (entry.type === "seen" && entry.slices.some((k) => k >= grid.size[2]))
      throw invalid(`A slice that was seen is not in the CT, which has ${grid.size[2]}.`);
    if (entry.type === "edit") {
      if (!structures.has(entry.structureId)) throw invalid("A change is to a structure that is not there.");
      checkDerivation(entry, patchOf(entry, grid).length, structures);
    }
    if (entry.type !== "structure") continue;
    const { structureId, name, structureType: type, colour, removed } = entry;
    const same = [...structures.values()].some(
      (other) => other.id !== structureId && !other.removed && other.name === name,
    );
    if (same && !removed) throw invalid("Two structures have the same name. Rename one of them.");
    const before = structures.get(structureId);
    structures.set(structureId, {
      id: structureId,
      review_id: reviewId,
      position: before?.position ?? structures.size,
      began_with: before?.began_with ?? null,
      name,
      type,
      colour,
      removed,
      changed: true,
    });
  }
  for (const { changed, ...structure } of structures.values()) {
    if (!changed) continue;
    const row = { ...structure, colour: JSON.stringify(structure.colour) };
    const stored = await db
      .insertInto("structures")
      .values(row)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(row).where("structures.review_id", "=", reviewId),
      )
      .executeTakeFirst();
    if (stored.numInsertedOrUpdatedRows !== 1n)
      throw invalid("A structure with this id belongs to another review.");
  }
}

/** A margin says what it was made from, of this review and not of itself; an unlinking changes no voxel; nothing else derives. */
function checkDerivation(
  { kind, structureId, derivation }: EditEntry,
  slicesChanged: number,
  structures: ReadonlyMap<string, unknown>,
): void {
  if ((kind === "margin") !== (derivation !== undefined && derivation !== null))
    throw invalid("A margin must say what it was made from, and no other change may.");
  if (kind === "unlink" && slicesChanged > 0) throw invalid("An unlinking changes no voxel.");
  if ((kind === "unlink") !== (derivation === null))
    throw invalid("An unlinking leaves a structure without sources, and no other change does.");
  const used = [derivation?.sources, derivation?.barriers, derivation?.origin?.sources].flatMap(
    (list) => list ?? [],
  );
  if (used.some((source) => source.structureId === structureId || !structures.has(source.structureId)))
    throw invalid("A structure is derived from itself or from one that is not there.");
}

function invalid(sentence: string): DelineateError {
  return new DelineateError("invalid-value", sentence);
}
