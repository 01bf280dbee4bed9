/** The synthetic patient that a new workspace begins with, so that there is something to look at at once. */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { importFolder } from "#workspace/work/upload/import-cases.ts";
import type { Workspace } from "#workspace/workspace.ts";

/** No patient of this seed was in the training of the shipped model. */
const sampleSeed = 20;

/** Takes some seconds on a thread of its own. Throws `cancelled` when told to stop. */
export async function addSample(workspace: Workspace, signal: AbortSignal, size = 512): Promise<void> {
  const cohort = join(workspace.uploads, "sample-cohort");
  const folder = join(workspace.uploads, "sample");
  await makePhantoms({ patients: 1, first: 1, seed: sampleSeed, size, out: cohort }, silentProgress, signal);
  await rename(join(cohort, "patient-0001"), folder);
  await rm(cohort, { recursive: true, force: true });
  if (signal.aborted) return;
  await importFolder(workspace, folder, { sample: true });
}
