/**
 * `delineate experiment`: the paper's protocol by one command. Trains the networks on the same split with the same seeds, contours
 * the test patients, compares, and writes the report. Every stage's result is a file: the same command goes on where it
 * stopped.
 */
import type { SplitParts } from "#contract/cohort-split.ts";
import type { Progress } from "#core/progress.ts";
import { assembleResult, testsOfGroup } from "./assemble-result.ts";
import { beginExperiment } from "./begin-experiment.ts";
import { choosePictures } from "./choose-pictures.ts";
import { drawPictures } from "./draw-pictures.ts";
import { loadNamed } from "./open-experiment.ts";
import type { ExperimentResult } from "./report/experiment-result.ts";
import { sizesOf } from "./report/tumour-size.ts";
import type { ExperimentRequest } from "./request.ts";
import { contoursFolder, runFolds } from "./run-folds.ts";
import { stressGroups } from "./stress-set.ts";
import { type ResultFiles, writeResults } from "./write-results.ts";

export type ExperimentOutcome = { readonly files: ResultFiles; readonly result: ExperimentResult };

/** Has the long part of an experiment done elsewhere: when it ends, its stages are files in the folder. */
export type ShareFolds = (folds: readonly SplitParts[]) => Promise<void>;

/**
 * `share`: others train and test, and this process writes the report. Throws `bad-configuration` if the folder belongs to another
 * experiment, `bad-cohort` for what no cohort is or a name that the stress set has, `cancelled` once what was done is saved, and
 * what sharing throws.
 */
export async function runExperiment(
  request: ExperimentRequest,
  progress: Progress,
  signal: AbortSignal,
  share?: ShareFolds,
): Promise<ExperimentOutcome> {
  const work = { progress, signal };
  const { startedAt, ...opened } = await beginExperiment(request, work);
  const { spacing, patients, split, folds, stressSize, load } = opened;
  await share?.(folds);
  const results = await runFolds(request, { folds, stressSize, load: (name) => loadNamed(load, name) }, work);

  progress.report("writing the report", 0, 1);
  const result = await assembleResult(request, { startedAt, spacing, patients, split, folds }, results);
  const loaders = new Map(load);
  for (const { name, load: loadOne } of results.stressPatients) loaders.set(name, loadOne);
  const sizes = sizesOf(patients, spacing);
  const stress = stressGroups.map(({ name, title }) => ({ title, tests: testsOfGroup(results, name) }));
  const pictures = await drawPictures(
    choosePictures(results.tests, sizes, stress),
    (name) => loadNamed(loaders, name),
    { contours: contoursFolder(request), spacing },
  );
  const files = await writeResults(request.out, result, pictures);
  progress.report("writing the report", 1, 1);
  return { files, result };
}
