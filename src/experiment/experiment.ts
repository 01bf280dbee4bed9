/**
 * `delineate experiment`: the paper's protocol by one command. Trains the networks on the same split with the same seeds, contours
 * the test patients, compares, and writes the report. Every stage's result is a file: the same command goes on where it
 * stopped.
 */
import { basename, join, resolve } from "node:path";
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { Progress } from "#core/progress.ts";
import { metricTables } from "#evaluate/evaluate-pair.ts";
import { loadModel } from "#model/run/load-model.ts";
import { foldsOf } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { machineFacts } from "#platform/machine-facts.ts";
import { choosePictures } from "./choose-pictures.ts";
import { drawSplit } from "./choose-split.ts";
import { describePatients, sayable } from "./describe-patients.ts";
import { drawPictures } from "./draw-pictures.ts";
import { compareNetworks, type FoldTraining, gatherNetwork } from "./gather-result.ts";
import type { ExperimentResult, StressGroup } from "./report/experiment-result.ts";
import { sizeOf } from "./report/tumour-size.ts";
import { configurationOf, type ExperimentRequest, lockFolder } from "./request.ts";
import { makeStressSet, type StressPatient, stressGroups } from "./stress-set.ts";
import { type OpenNetwork, type PatientTest, testPatients } from "./test-patients.ts";
import { type TrainedNetwork, type TrainingClock, trainNetworks } from "./train-networks.ts";
import { type ResultFiles, writeResults } from "./write-results.ts";

export type ExperimentOutcome = { readonly files: ResultFiles; readonly result: ExperimentResult };

/** Throws `bad-configuration` if the folder belongs to another experiment, `cancelled` once what was done is saved. */
export async function runExperiment(
  request: ExperimentRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<ExperimentOutcome> {
  const path = (...names: string[]): string => join(request.out, ...names);
  const { startedAt } = await lockFolder(request, new Date());
  const cohort = await openCohort(request.cohort);
  const { roi } = request.configuration;
  const spacing: Spacing = cohort.some((patient) => patient.spacing === "unknown") ? "unknown" : "known";
  const described = await describePatients(
    request.cohort,
    cohort.map(({ name }) => name),
    roi,
    path("patients"),
    progress,
    signal,
  );
  const patients = described.map((patient) => sayable(patient, spacing));
  const load = new Map(cohort.map(({ name, load: loadOne }) => [name, () => loadOne(roi)]));
  const places = { results: path("test"), contours: path("contours") };

  const groups = new Map(cohort.map(({ name, group }) => [name, group]));
  const split = "train" in request.split ? request.split : drawSplit(patients, groups, request.split);
  const folds = foldsOf(split);
  const clock: TrainingClock = { stepMs: new Map(), waiting: folds.flatMap(() => [...request.networks]) };
  const trainings: FoldTraining[] = [];
  const tests: PatientTest[] = [];
  const stressTests: PatientTest[] = [];
  let stressPatients: StressPatient[] = [];
  for (const [index, parts] of folds.entries()) {
    const fold = index + 1;
    const trained = await trainNetworks(request, parts, fold, clock, progress, signal);
    const networks = await openNetworks(trained, request.threads);
    trainings.push(...trainingsOf(trained, networks, fold));
    const tested = parts.test.map((name) => ({ name, load: () => loadNamed(load, name) }));
    tests.push(...(await testPatients(tested, networks, places, progress, signal)));
    if (index === 0 && request.stressPatients > 0) {
      const options = {
        count: request.stressPatients,
        size: Math.max(...patients.map(({ matrix }) => matrix[0])),
      };
      stressPatients = await makeStressSet(path("stress", "cohort"), options, progress, signal);
      const stressPlaces = { results: path("stress", "test"), contours: places.contours };
      stressTests.push(...(await testPatients(stressPatients, networks, stressPlaces, progress, signal)));
    }
    for (const { model } of networks) await model.dispose();
  }

  progress.report("writing the report", 0, 1);
  const testsOfGroup = (group: string): PatientTest[] =>
    stressTests.filter(({ patient }) =>
      stressPatients.some((one) => one.group === group && one.name === patient),
    );
  const networks = [];
  for (const network of request.networks) {
    const own = trainings.filter((training) => training.network === network);
    const tested = { tests, patients, spacing };
    networks.push(await gatherNetwork(network, configurationOf(request, network), own, tested));
  }
  const result: ExperimentResult = {
    format: 1,
    protocol: request.protocol,
    cohort: basename(resolve(request.cohort)),
    spacing,
    patients,
    split,
    folds,
    networks,
    comparisons: compareNetworks(networks, request.configuration.seed),
    stress: stressGroups
      .filter(({ name }) => testsOfGroup(name).length > 0)
      .map(({ name, title, what }): StressGroup => {
        const own = testsOfGroup(name);
        const tables = request.networks.map(
          (_, at) => metricTables(own.map((test) => test.networks[at].evaluation)).patients,
        );
        return { name, title, what, tables };
      }),
    provenance: {
      ...machineFacts(request.threads),
      startedAt,
      finishedAt: new Date().toISOString(),
      commands: request.commands,
    },
  };
  for (const { name, load: loadOne } of stressPatients) load.set(name, loadOne);
  const sizes = new Map(patients.map((patient) => [patient.patient, sizeOf(patient, spacing)]));
  const chosen = choosePictures(
    tests,
    sizes,
    stressGroups.map(({ name, title }) => ({ title, tests: testsOfGroup(name) })),
  );
  const pictures = await drawPictures(chosen, (name) => loadNamed(load, name), {
    contours: places.contours,
    spacing,
  });
  const files = await writeResults(request.out, result, pictures);
  progress.report("writing the report", 1, 1);
  return { files, result };
}

async function openNetworks(
  trained: readonly TrainedNetwork[],
  threads: number | undefined,
): Promise<OpenNetwork[]> {
  const session = threads === undefined ? {} : { threads };
  const networks: OpenNetwork[] = [];
  for (const { network, directory } of trained) {
    networks.push({ network, model: await loadModel(join(directory, "model.onnx"), session) });
  }
  return networks;
}

function trainingsOf(
  trained: readonly TrainedNetwork[],
  networks: readonly OpenNetwork[],
  fold: number,
): FoldTraining[] {
  return trained.map((training, at) => {
    const { digest, metadata } = networks[at].model;
    const { threshold, trainedOn } = metadata;
    return { ...training, fold, digest, threshold, images: trainedOn.images };
  });
}

function loadNamed(
  load: ReadonlyMap<string, () => Promise<LoadedPatient>>,
  name: string,
): Promise<LoadedPatient> {
  const found = load.get(name);
  if (found === undefined) throw new Error(`no patient ${name}`);
  return found();
}
