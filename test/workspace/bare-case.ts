/** A case of which there is nothing but the row: for tests of what belongs to cases. */
import type { Db } from "#workspace/records/database.ts";

/** Gives its id. */
export async function bareCase(
  db: Db,
  {
    id = crypto.randomUUID() as string,
    seriesUid = id,
  }: { readonly id?: string; readonly seriesUid?: string } = {},
): Promise<string> {
  const patient = { patient_name: "", patient_id: "", patient_label: "" };
  const text = { ...patient, study_uid: "", study_date: "", series_description: "", kernel: "" };
  const now = new Date();
  const state = { state: "received", ct_ready: false, received_at: now, changed_at: now } as const;
  const row = { ...text, ...state, id, series_uid: seriesUid, sample: false };
  await db
    .insertInto("cases")
    .values({ ...row, grid: "{}", findings: "[]" })
    .execute();
  return id;
}

/** A signed version of which there is nothing but the rows. Gives the id of its review. */
export async function bareVersion(
  db: Db,
  caseId: string,
  { number, digest }: { readonly number: number; readonly digest: string },
): Promise<string> {
  const [id, now] = [crypto.randomUUID(), new Date()];
  const review = { id, case_id: caseId, start: "manual", reviewer: "Ann", state: "approved" } as const;
  await db
    .insertInto("reviews")
    .values({ ...review, began_at: now, touched_at: now })
    .execute();
  const json = { version: JSON.stringify({ digest }), structure_ids: "[]", ledger: "{}" };
  const figures = { edits: 0, slices_touched: 0, volume_cc: 1, approved_at: now, exported_at: null };
  await db
    .insertInto("versions")
    .values({ case_id: caseId, review_id: id, number, ...json, ...figures })
    .execute();
  return id;
}
