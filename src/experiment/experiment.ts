/**
 * `delineate experiment`: the paper's protocol by one command. Trains the networks on the same split with the same seeds, contours
 * the test patients, compares, and writes the report. Every stage's result is a file: the same command goes on where it
 * stopped.
 */
import { join } from "node:path";
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { Progress } from "#core/progress.ts";
import { foldsOf } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { assembleResult, testsOfGroup } from "./assemble-result.ts";
import { choosePictures } from "./choose-pictures.ts";
import { drawSplit } from "./choose-split.ts";
import { describePatients, sayable } from "./describe-patients.ts";
import { drawPictures } from "./draw-pictures.ts";
import type { ExperimentResult } from "./report/experiment-result.ts";
import { sizeOf } from "./report/tumour-size.ts";
import { type ExperimentRequest, lockFolder } from "./request.ts";
import { contoursFolder, runFolds } from "./run-folds.ts";
import { refuseStressNames, stressGroups } from "./stress-set.ts";
import { type ResultFiles, writeResults } from "./write-results.ts";

export type ExperimentOutcome = { readonly files: ResultFiles; readonly result: ExperimentResult };

/**
 * Throws `bad-configuration` if the folder belongs to another experiment, `bad-cohort` for what no cohort is or a name that the
 * stress set has, `cancelled` once what was done is saved.
 */
export async function runExperiment(
  request: ExperimentRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<ExperimentOutcome> {
  const work = { progress, signal };
  const { startedAt } = await lockFolder(request, new Date());
  const cohort = await openCohort(request.cohort);
  const { roi } = request.configuration;
  const spacing: Spacing = cohort.some((patient) => patient.spacing === "unknown") ? "unknown" : "known";
  const names = cohort.map(({ name }) => name);
  refuseStressNames(names, request.stressPatients);
  const source = { cohort: request.cohort, roi };
  const described = await describePatients(source, names, join(request.out, "patients"), work);
  const patients = described.map((patient) => sayable(patient, spacing));

  const groups = new Map(cohort.map(({ name, group }) => [name, group]));
  const split = "train" in request.split ? request.split : drawSplit(patients, groups, request.split);
  const folds = foldsOf(split);
  const load = new Map(cohort.map(({ name, load: loadOne }) => [name, () => loadOne(roi)]));
  const results = await runFolds(
    request,
    {
      folds,
      load: (name) => loadNamed(load, name),
      stressSize: Math.max(...patients.map(({ matrix }) => matrix[0])),
    },
    work,
  );

  progress.report("writing the report", 0, 1);
  const result = await assembleResult(request, { startedAt, spacing, patients, split, folds }, results);
  for (const { name, load: loadOne } of results.stressPatients) load.set(name, loadOne);
  const sizes = new Map(patients.map((patient) => [patient.patient, sizeOf(patient, spacing)]));
  const stress = stressGroups.map(({ name, title }) => ({ title, tests: testsOfGroup(results, name) }));
  const pictures = await drawPictures(
    choosePictures(results.tests, sizes, stress),
    (name) => loadNamed(load, name),
    { contours: contoursFolder(request), spacing },
  );
  const files = await writeResults(request.out, result, pictures);
  progress.report("writing the report", 1, 1);
  return { files, result };
}

function loadNamed(
  load: ReadonlyMap<string, () => Promise<LoadedPatient>>,
  name: string,
): Promise<LoadedPatient> {
  const found = load.get(name);
  if (found === undefined) throw new Error(`no patient ${name}`);
  return found();
}
