/** What tasks on a case came to, as rows; each within the transaction that completes its job (attempt.ts). */
import { noteFindings } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import { automaticDelivery, planDeliveries } from "#workspace/records/deliveries.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { ImportedMasks, Prepared, Segmented } from "./case-tasks.ts";

export async function recordPrepared(db: Db, caseId: string, { grid, findings }: Prepared): Promise<void> {
  await noteFindings(db, caseId, findings);
  await db
    .updateTable("cases")
    .set({ grid: JSON.stringify(grid), ct_ready: true })
    .where("id", "=", caseId)
    .execute();
}

/** Structure sets in the case's folder of which there is no ROI yet, and the number that the next one gets. */
export async function newMaskFiles(
  workspace: Workspace,
  caseId: string,
  within?: Db,
): Promise<{ readonly names: readonly string[]; readonly firstNumber: number }> {
  const rows = await (within ?? workspace.db)
    .selectFrom("imported")
    .select(["number", "file"])
    .where("case_id", "=", caseId)
    .execute();
  const taken = new Set(rows.map(({ file }) => file));
  const names = await workspace.files.namesIn(caseId, workspace.folderOf(caseId).maskFiles, within);
  return {
    names: names.filter((name) => name.endsWith(".dcm") && !taken.has(name)).sort(),
    firstNumber: Math.max(-1, ...rows.map(({ number }) => number)) + 1,
  };
}

export async function recordMasks(
  db: Db,
  caseId: string,
  { findings, imported }: ImportedMasks,
): Promise<void> {
  await noteFindings(db, caseId, findings);
  const rows = await db.selectFrom("imported").select("label").where("case_id", "=", caseId).execute();
  const labels = new Set(rows.map(({ label }) => label));
  for (const { number, file, name, type, colour, volumeCc } of imported) {
    // ROIs of several readers often have the same name.
    let label = `${name}, imported`;
    for (let copy = 2; labels.has(label); copy++) label = `${name}, imported (${copy})`;
    labels.add(label);
    await db
      .insertInto("imported")
      .values({
        ...{ case_id: caseId, number, label, name, type, file },
        volume_cc: volumeCc,
        colour: JSON.stringify(colour),
      })
      .execute();
  }
}

/**
 * Once per model, and with it what is to be sent; false if there is its contour already, of which a person may have begun a
 * review: that one stays.
 */
export async function recordSegmented(db: Db, caseId: string, result: Segmented): Promise<boolean> {
  const inserted = await db
    .insertInto("automatic")
    .values({
      case_id: caseId,
      model_digest: result.digest,
      model_name: result.name,
      model_version: result.version,
      helpers: JSON.stringify(result.helpers),
      trained_on: JSON.stringify(result.trainedOn),
      threshold: result.threshold,
      gtv_voxels: JSON.stringify(result.gtvVoxels),
      uncertain_voxels: JSON.stringify(result.uncertainVoxels),
      expected: JSON.stringify(result.expected),
      ms_per_slice: result.msPerSlice,
      volume_cc: result.volumeCc,
      finished_at: await afterTheOthers(db, caseId),
    })
    .onConflict((conflict) => conflict.columns(["case_id", "model_digest"]).doNothing())
    .executeTakeFirst();
  await planDeliveries(db, caseId, automaticDelivery);
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** Now, or just after the last contour of the case where another machine's clock is ahead: the first one stays the first. */
async function afterTheOthers(db: Db, caseId: string): Promise<Date> {
  const rows = db.selectFrom("automatic").select("finished_at").where("case_id", "=", caseId);
  const last = await rows.orderBy("finished_at", "desc").executeTakeFirst();
  return new Date(Math.max(Date.now(), (last?.finished_at.getTime() ?? 0) + 1));
}
