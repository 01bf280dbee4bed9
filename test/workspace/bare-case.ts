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
