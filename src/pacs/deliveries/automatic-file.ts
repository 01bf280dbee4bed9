/**
 * The automatic contour as the RTSTRUCT that is sent: made once, the same bytes at every attempt, so that a peer that has it already
 * recognises it. It is written with the contour (work/case-tasks.ts); where that failed, on a thread of its own, to say why.
 */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readCtReference } from "#patients/ct-store.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { caseFolder, caseFolderAt, readMaskFile } from "#workspace/records/case-folder.ts";
import { type AutomaticRow, lockCase, modelOf } from "#workspace/records/case-rows.ts";
import { automaticRtstruct } from "#workspace/work/automatic-rtstruct.ts";
import type { Workspace } from "#workspace/workspace.ts";

type AutomaticFile = {
  readonly cases: string;
  readonly caseId: string;
  /** Folder that it is written into, laid out as a case's. */
  readonly attempt: string;
  readonly automatic: AutomaticRow;
};

/** Its path on this machine. Throws what `exportMasks` and the file store throw. */
export async function automaticFile(workspace: Workspace, automatic: AutomaticRow): Promise<string> {
  const { cases, files } = workspace;
  const { case_id: caseId, model_digest: digest } = automatic;
  const folder = workspace.folderOf(caseId);
  const path = folder.automaticRtstruct(digest);
  if (!(await files.namesIn(caseId, dirname(path))).includes(basename(path))) {
    const attempt = join(workspace.uploads, `${randomUUID()}.sending`);
    try {
      await files.stage(caseId, folder.ct, folder.automaticMask(digest));
      const module = new URL("./automatic-file.worker.ts", import.meta.url);
      const file = { cases, caseId, attempt, automatic };
      await runInWorkers<AutomaticFile, void>(module, [file], { workers: 1 });
      const taken = await files.take(caseId, attempt);
      await workspace.transact(async (db) => {
        if ((await lockCase(db, caseId)) !== undefined) await taken.record(db);
      });
    } finally {
      await rm(attempt, { recursive: true, force: true });
    }
  }
  await files.stage(caseId, path);
  return path;
}

/** On this thread. */
export async function writeAutomaticFile({
  cases,
  caseId,
  attempt,
  automatic,
}: AutomaticFile): Promise<void> {
  const folder = caseFolder(cases, caseId);
  const ct = await readCtReference(folder.ct);
  const { model_digest: digest, expected, finished_at: writtenAt } = automatic;
  const mask = await readMaskFile(folder.automaticMask(digest), ct.grid);
  const bytes = automaticRtstruct({ caseId, ct, mask, model: modelOf(automatic), expected, writtenAt });
  await writeFileAtomic(caseFolderAt(attempt).automaticRtstruct(digest), bytes, { force: true });
}
