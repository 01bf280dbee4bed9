/**
 * The end of a removal: what is kept of a patient beside the records. A row of `removals` stands from the transaction that removed
 * the records until all of it is gone, so that what was cut off or failed is finished later. Only the service can finish it: what
 * came over the DICOM network lies in its own data folder.
 */
import type { Db } from "#workspace/records/database.ts";
import type { FileStore } from "./file-store.ts";
import { removeSetApart, removeUnreadable } from "./set-apart.ts";

type RemovalPlace = {
  readonly db: Db;
  readonly files: FileStore;
  /** The data folder. */
  readonly folder: string;
  readonly isService: boolean;
};

/** The UIDs are null for one that was never recorded; what came of its series waits for the next attempt then. */
type Removal = {
  readonly case_id: string;
  readonly series_uid: string | null;
  readonly study_uid: string | null;
};

/** Tries all of it, then throws what failed first: the row stays then. */
export async function finishRemoval(
  { db, files, folder, isService }: RemovalPlace,
  { case_id, series_uid, study_uid }: Removal,
): Promise<void> {
  const outcomes = await Promise.allSettled([
    series_uid === null ? undefined : removeSetApart(folder, series_uid),
    study_uid === null ? undefined : removeWithStudy(db, folder, study_uid),
    files.remove(case_id),
  ]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  if (isService) await db.deleteFrom("removals").where("case_id", "=", case_id).execute();
}

/** With another case of the study its patient is still here. */
async function removeWithStudy(db: Db, folder: string, studyUid: string): Promise<void> {
  const left = db.selectFrom("cases").select("id").where("study_uid", "=", studyUid);
  if ((await left.executeTakeFirst()) === undefined) await removeUnreadable(folder, studyUid);
}

/** Those of records that were there; with `all` also of cases that were being made when the last process ended. */
export async function finishRemovals(
  place: RemovalPlace,
  { all, onFault }: { readonly all: boolean; readonly onFault: (error: unknown) => void },
): Promise<void> {
  const rows = await place.db.selectFrom("removals").selectAll().execute();
  for (const row of rows) if (all || row.series_uid !== null) await finishRemoval(place, row).catch(onFault);
}
