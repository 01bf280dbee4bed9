/** The experiment's long part: each fold's networks are trained and tested, those of the first one on the stress set too. */
import { join } from "node:path";
import type { SplitParts } from "#contract/cohort-split.ts";
import { loadModel } from "#model/run/load-model.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { exists } from "#platform/missing.ts";
import type { Work } from "#platform/work.ts";
import type { FoldTraining } from "./gather-result.ts";
import type { ExperimentRequest } from "./request.ts";
import { makeStressSet, type StressPatient, stressNames } from "./stress-set.ts";
import { type OpenNetwork, type PatientTest, resultPath, testPatients } from "./test-patients.ts";
import { type TrainedNetwork, type TrainingClock, trainNetworks } from "./train-networks.ts";

export type FoldResults = {
  readonly trainings: readonly FoldTraining[];
  readonly tests: readonly PatientTest[];
  /** Both empty where the request leaves the stress set out. */
  readonly stressPatients: readonly StressPatient[];
  readonly stressTests: readonly PatientTest[];
};

type FoldsToRun = {
  readonly folds: readonly SplitParts[];
  /** Reads a patient of the cohort. */
  load(name: string): Promise<LoadedPatient>;
  /** Rows and columns of the stress set's images. */
  readonly stressSize: number;
};

/** Where the contours of all tests lie, a folder per network. */
export function contoursFolder({ out }: Pick<ExperimentRequest, "out">): string {
  return join(out, "contours");
}

/** One fold after the other. Throws `cancelled` once what was done is saved. */
export async function runFolds(
  request: ExperimentRequest,
  { folds, ...patients }: FoldsToRun,
  work: Work,
): Promise<FoldResults> {
  const clock: TrainingClock = { stepMs: new Map(), waiting: folds.flatMap(() => [...request.networks]) };
  const results: FoldResults[] = [];
  for (const [index, parts] of folds.entries()) {
    const fold = index + 1;
    const trained = await trainNetworks(request, { fold, parts, clock }, work);
    results.push(await testFold(request, { fold, parts, trained, ...patients }, work));
  }
  return {
    trainings: results.flatMap(({ trainings }) => trainings),
    tests: results.flatMap(({ tests }) => tests),
    stressPatients: results.flatMap(({ stressPatients }) => stressPatients),
    stressTests: results.flatMap(({ stressTests }) => stressTests),
  };
}

type FoldToTest = Omit<FoldsToRun, "folds"> & {
  readonly fold: number;
  readonly parts: SplitParts;
  readonly trained: readonly TrainedNetwork[];
};

/** The fold's patients by all of its networks; in the first one the stress set too. Throws `cancelled`. */
export async function testFold(
  request: ExperimentRequest,
  { fold, parts, trained, load, stressSize }: FoldToTest,
  work: Work,
): Promise<FoldResults> {
  const contours = contoursFolder(request);
  const networks = await openNetworks(trained, request.threads);
  try {
    const trainings = trainingsOf(trained, networks, fold);
    const patients = parts.test.map((name) => ({ name, load: () => load(name) }));
    const folders = testFolders(request);
    const places = { results: folders.test, contours, threads: request.threads };
    const tests = await testPatients(patients, networks, places, work);
    if (fold > 1 || request.stressPatients === 0)
      return { trainings, tests, stressPatients: [], stressTests: [] };
    const wanted = { count: request.stressPatients, size: stressSize };
    const stressPatients = await makeStressSet(folders.stressCohort, wanted, work);
    const stressPlaces = { ...places, results: folders.stressTest };
    const stressTests = await testPatients(stressPatients, networks, stressPlaces, work);
    return { trainings, tests, stressPatients, stressTests };
  } finally {
    for (const { model } of networks) await model.dispose();
  }
}

/** Whether each result of the fold's test is there. */
export async function isTested(
  request: ExperimentRequest,
  fold: number,
  { test }: Pick<SplitParts, "test">,
): Promise<boolean> {
  const stress = fold === 1 ? stressNames(request.stressPatients) : [];
  const folders = testFolders(request);
  const resultPaths = [
    ...test.map((name) => resultPath(folders.test, name)),
    ...stress.map((name) => resultPath(folders.stressTest, name)),
  ];
  return (await Promise.all(resultPaths.map(exists))).every(Boolean);
}

function testFolders({ out }: Pick<ExperimentRequest, "out">) {
  const stress = join(out, "stress");
  return { test: join(out, "test"), stressCohort: join(stress, "cohort"), stressTest: join(stress, "test") };
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
