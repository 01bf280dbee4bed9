/**
 * A signed version's CT and structure set de-identified, for whoever may give it out. The key stays in the data folder, for its
 * owner alone: no request reads it, `delineate reidentify` does.
 */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { runInWorkers } from "#platform/worker-pool.ts";
import { checkSpace } from "#platform/zip/limits.ts";
import { versionFile } from "#workspace/records/versions.ts";
import { reserveBytes } from "#workspace/work/upload/unpack-upload.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { DeidentifyTask } from "./deidentify-version.ts";

/** Below the data folder. In a backup as well: without it nobody is found again. */
export const keyFolder = "keys";
const keyName = "deidentification.json";

const worker = new URL("./deidentify-version.worker.ts", import.meta.url);

type DeidentifiedArchive = {
  /** A zip; its file goes when it was read. */
  readonly content: Readable;
  /** By the pseudonym. */
  readonly name: string;
};

type Deidentify = (caseId: string, number: number) => Promise<DeidentifiedArchive>;

/** The deidentifying throws `not-found`, `disk-full`, and what deidentify-version.ts throws; nothing is left then. */
export function createDeidentify(workspace: Workspace): Deidentify {
  let last: Promise<unknown> = Promise.resolve();
  return (caseId, number) => {
    // One after another: all write the one key.
    const turn = last.then(() => deidentify(workspace, caseId, number));
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function deidentify(
  workspace: Workspace,
  caseId: string,
  number: number,
): Promise<DeidentifiedArchive> {
  const { folder, folderOf, uploads, files } = workspace;
  const { path: rtstruct } = await versionFile(workspace, caseId, number);
  await mkdir(join(folder, keyFolder), { recursive: true, mode: 0o700 });
  await checkSpace(folder, 0, reserveBytes);
  // Emptied at each start, as what is on its way in.
  const zip = join(uploads, `${randomUUID()}.deidentified.taken`);
  const { dicom } = folderOf(caseId);
  await files.stage(caseId, dicom);
  const task = { dicom, rtstruct, key: join(folder, keyFolder, keyName), zip };
  try {
    const [patient] = await runInWorkers<DeidentifyTask, string>(worker, [task]);
    const content = createReadStream(zip);
    content.once("close", () => void rm(zip, { force: true }));
    return { content, name: `${patient}-v${number}.zip` };
  } catch (error) {
    await rm(zip, { force: true });
    throw error;
  }
}
