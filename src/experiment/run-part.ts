/**
 * One part of an experiment by itself, for whoever takes part in it on any machine that sees the same folders: the training of
 * one network in one fold, or, when those of a fold are done, its test. The parts' results are the stages' files, the same that
 * one process alone writes.
 */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { SplitParts } from "#contract/cohort-split.ts";
import type { NetworkName } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import type { Work } from "#platform/work.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { isTrained, layDown, takeUp } from "./attempt-folder.ts";
import { loadNamed, openExperiment } from "./open-experiment.ts";
import { type ExperimentRequest, joinFolder } from "./request.ts";
import { isTested, testFold } from "./run-folds.ts";
import { type TrainedNetwork, trainingFolder, trainNetwork } from "./train-networks.ts";

/** `fold` from 1. `network` null: the fold's test. */
export type Part = { readonly fold: number; readonly network: NetworkName | null };

/** Whether its result is there. `parts`: the fold's. */
export function isPartDone(request: ExperimentRequest, part: Part, parts: SplitParts): Promise<boolean> {
  const folder = folderOfPart(request, part);
  return folder === undefined ? isTested(request, part.fold, parts) : isTrained(folder);
}

/** The training's folder; undefined for a test. */
export function folderOfPart(request: ExperimentRequest, { fold, network }: Part): string | undefined {
  return network === null ? undefined : trainingFolder(request, fold, network);
}

/**
 * A training is written into the folder `attempt` (attempt-folder.ts), where it stays when it is done; the caller concludes it.
 * Throws `other-workspace` where the experiment's folder is not here or is another's, `cancelled` once a checkpoint is written,
 * and what training and testing throw.
 */
export async function runPart(
  request: ExperimentRequest,
  part: Part,
  attempt: string,
  { progress, signal }: Work,
): Promise<void> {
  const { fold, network } = part;
  await joinFolder(request);
  const work = { progress: namedProgress(progress, part), signal };
  const { folds, stressSize, load } = await openExperiment(request, await openCohort(request.cohort), work);
  const parts = folds[fold - 1];
  if (network !== null) {
    const training = trainingFolder(request, fold, network);
    if (await isTrained(training)) return;
    await takeUp(training, attempt);
    try {
      await trainNetwork(request, { network, directory: attempt, parts, guarded: true }, work);
      await sayWhere(attempt, training);
    } catch (error) {
      if (signal.aborted) await layDown(training, attempt);
      throw error;
    }
    return;
  }
  const trained: TrainedNetwork[] = [];
  for (const name of request.networks) {
    const directory = trainingFolder(request, fold, name);
    if (!(await isTrained(directory))) throw notSeen(directory);
    trained.push(await trainNetwork(request, { network: name, directory, parts }, work));
  }
  const loadOne = (name: string) => loadNamed(load, name);
  await testFold(request, { fold, parts, trained, stressSize, load: loadOne }, work);
}

function namedProgress(progress: Progress, { fold, network }: Part): Progress {
  const title = network === null ? `fold ${fold}` : `fold ${fold}, ${network}`;
  return { report: (stage, done, total, note) => progress.report(`${title}: ${stage}`, done, total, note) };
}

/** It was done before this was asked for: another machine's file server shows it late, or never. */
function notSeen(directory: string): DelineateError {
  return new DelineateError(
    "other-workspace",
    `${hostname()} does not see the finished training in ${directory}: is the shared folder mounted there at the same path?`,
  );
}

/** The record of the run names its files where they are going to be. */
async function sayWhere(attempt: string, training: string): Promise<void> {
  const path = join(attempt, "run.json");
  const text = await readFile(path, "utf8");
  await writeFileAtomic(path, text.replaceAll(attempt, training), { force: true });
}
