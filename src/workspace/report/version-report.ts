/** The report of a signed version, by its number. It is made when it is asked for, from what never changes. */
import { runInWorkers } from "#platform/worker-pool.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { versionName, versionRow } from "#workspace/records/versions.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { ReportTask } from "./make-report.ts";

const worker = new URL("./report.worker.ts", import.meta.url);

/** The page and a name for it, by the rule of versions.ts: no patient is known by it. Throws `not-found`. */
export async function versionReport(
  { db, cases, files, folderOf }: Workspace,
  caseId: string,
  number: number,
): Promise<{ readonly html: string; readonly name: string }> {
  const { version, structure_ids: structureIds } = await versionRow(db, caseId, number);
  const row = await caseRow(db, caseId);
  const folder = folderOf(caseId);
  await files.stage(caseId, folder.ct, ...structureIds.map((id) => folder.versionMask(number, id)));
  const task: ReportTask = {
    cases,
    caseId,
    structureIds,
    version,
    patientLabel: row.patient_label,
    kernel: row.kernel,
    sliceThicknessMm: row.slice_thickness_mm,
  };
  const [html] = await runInWorkers<ReportTask, string>(worker, [task]);
  return { html, name: `${versionName(row, number)}.report.html` };
}
