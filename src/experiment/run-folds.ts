/** The experiment's long part: each fold's networks are trained and tested, those of the first one on the stress set too. */
import { join } from "node:path";
import type { SplitParts } from "#contract/cohort-split.ts";
import { loadModel } from "#model/run/load-model.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import type { Work } from "#platform/work.ts";
import type { FoldTraining } from "./gather-result.ts";
import type { ExperimentRequest } from "./request.ts";
import { makeStressSet, type StressPatient } from "./stress-set.ts";
import { type OpenNetwork, type PatientTest, testPatients } from "./test-patients.ts";
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
  { folds, load, stressSize }: FoldsToRun,
  work: Work,
): Promise<FoldResults> {
  const contours = contoursFolder(request);
  const clock: TrainingClock = { stepMs: new Map(), waiting: folds.flatMap(() => [...request.networks]) };
  const trainings: FoldTraining[] = [];
  const tests: PatientTest[] = [];
  const stressTests: PatientTest[] = [];
  let stressPatients: readonly StressPatient[] = [];
  for (const [index, parts] of folds.entries()) {
    const fold = index + 1;
    const trained = await trainNetworks(request, { fold, parts, clock }, work);
    const networks = await openNetworks(trained, request.threads);
    trainings.push(...trainingsOf(trained, networks, fold));
    const patients = parts.test.map((name) => ({ name, load: () => load(name) }));
    const places = { results: join(request.out, "test"), contours };
    tests.push(...(await testPatients(patients, networks, places, work)));
    if (index === 0 && request.stressPatients > 0) {
      const wanted = { count: request.stressPatients, size: stressSize };
      const folder = join(request.out, "stress");
      stressPatients = await makeStressSet(join(folder, "cohort"), wanted, work);
      const stressPlaces = { results: join(folder, "test"), contours };
      stressTests.push(...(await testPatients(stressPatients, networks, stressPlaces, work)));
    }
    for (const { model } of networks) await model.dispose();
  }
  return { trainings, tests, stressPatients, stressTests };
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
