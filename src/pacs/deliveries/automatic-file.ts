/**
 * The automatic contour as the RTSTRUCT that is sent: made once, the same bytes at every attempt, so that a peer that has it already
 * recognises it. It is written with the contour (work/case-tasks.ts); where that failed, on a thread of its own, to say why.
 */
import { stat } from "node:fs/promises";
import { readCtReference } from "#patients/ct-store.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { caseFolder, readMaskFile } from "#workspace/records/case-folder.ts";
import { type AutomaticRow, modelOf } from "#workspace/records/case-rows.ts";
import { automaticRtstruct } from "#workspace/work/automatic-rtstruct.ts";

type AutomaticFile = { readonly cases: string; readonly caseId: string; readonly automatic: AutomaticRow };

/** Its path. Throws what `exportMasks` throws. */
export async function automaticFile(file: AutomaticFile): Promise<string> {
  const path = caseFolder(file.cases, file.caseId).automaticRtstruct(file.automatic.model_digest);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const module = new URL("./automatic-file.worker.ts", import.meta.url);
    await runInWorkers<AutomaticFile, void>(module, [file], { workers: 1 });
  }
  return path;
}

/** On this thread. */
export async function writeAutomaticFile({ cases, caseId, automatic }: AutomaticFile): Promise<void> {
  const folder = caseFolder(cases, caseId);
  const ct = await readCtReference(folder.ct);
  const { model_digest: digest, expected, finished_at: writtenAt } = automatic;
  const mask = await readMaskFile(folder.automaticMask(digest), ct.grid);
  const bytes = automaticRtstruct({ caseId, ct, mask, model: modelOf(automatic), expected, writtenAt });
  await writeFileAtomic(folder.automaticRtstruct(digest), bytes, { force: true });
}
