/**
 * The start of an experiment: its folder is taken for the request, its patients are described and split. A request that fails on the
 * way (a misspelt ROI, more parts than persons) leaves nothing behind that would bind the folder to it.
 */
import { rm, rmdir } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { exists } from "#platform/missing.ts";
import type { Work } from "#platform/work.ts";
import { descriptionsFolder, heldPatientsPath } from "./hold-cohort.ts";
import { type OpenExperiment, openExperiment } from "./open-experiment.ts";
import { claimFolder, type ExperimentRequest, recordPath } from "./request.ts";

/** Throws what claiming the folder and opening the experiment throw. */
export async function beginExperiment(
  request: ExperimentRequest,
  work: Work,
): Promise<OpenExperiment & { readonly startedAt: string }> {
  const cohort = await openCohort(request.cohort);
  const isNew = !(await exists(request.out));
  const absent = await absentOf([
    recordPath(request),
    heldPatientsPath(request),
    descriptionsFolder(request),
  ]);
  const { startedAt } = await claimFolder(request, new Date());
  try {
    return { startedAt, ...(await openExperiment(request, cohort, work)) };
  } catch (error) {
    // What an interruption left, the same command goes on from.
    if (!(error instanceof DelineateError && error.code === "cancelled")) {
      for (const path of absent) await rm(path, { recursive: true, force: true });
      // What somebody else put there stays.
      if (isNew) await rmdir(request.out).catch(() => undefined);
    }
    throw error;
  }
}

async function absentOf(paths: readonly string[]): Promise<string[]> {
  const absent: string[] = [];
  for (const path of paths) if (!(await exists(path))) absent.push(path);
  return absent;
}
