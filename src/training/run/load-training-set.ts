/**
 * The images of a training: every slice of the cohort's patients at the network's matrix, with its mask. From the cache in
 * the cohort's folder where it has them; the others are made on worker threads and kept.
 */
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { type CohortPatient, openCohort } from "#patients/cohort/open-cohort.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import {
  type AddedPatients,
  createTrainingSet,
  type PatientImages,
  type TrainingSet,
} from "#training/training-set.ts";
import type { PrepareTask } from "./prepare-images.worker.ts";
import { type ImageSettings, openTrainingCache } from "./training-cache.ts";

type PatientsRequest = ImageSettings & {
  /** Folder of the cohort. */
  readonly cohort: string;
  /** Names of the patients to load, all of the cohort's without it. */
  readonly patients?: readonly string[] | undefined;
};

/** A further cohort, all of whose patients train; see `AddedImages` for its weight. */
export type AddedCohort = { readonly cohort: string; readonly weight: number };

type TrainingSetRequest = PatientsRequest & { readonly additions: readonly AddedCohort[] };

/** In the cohort's order. Throws `bad-cohort` for a name that the cohort lacks, `cancelled`, and what loading throws. */
export async function loadPatientImages(
  request: PatientsRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<PatientImages[]> {
  const { cohort, size, roi, greyLevels, frame } = request;
  const settings = { size, roi, greyLevels, frame };
  const patients = choosePatients(await openCohort(cohort), request);
  const cache = openTrainingCache(cohort, settings);
  const images = new Map<string, PatientImages>();
  for (const patient of patients) {
    if (signal.aborted)
      throw new DelineateError("cancelled", "Interrupted while reading the cohort; nothing was trained yet.");
    const cached = await cache.read(patient);
    if (cached !== undefined) images.set(patient.name, cached);
    if (cached !== undefined) progress.report("reading the cohort", images.size, patients.length);
  }
  const tasks = patients
    .filter(({ name }) => !images.has(name))
    .map(({ name }): PrepareTask => ({ cohort, name, settings }));
  await runInWorkers<PrepareTask, PatientImages>(
    new URL("./prepare-images.worker.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (_, prepared) => {
        images.set(prepared.name, prepared);
        progress.report("reading the cohort", images.size, patients.length);
      },
    },
  );
  return patients.flatMap(({ name }) => images.get(name) ?? []);
}

/** The same as a training set, with the population's statistics. Throws also `bad-cohort` if no slice holds target. */
export async function loadTrainingSet(
  request: TrainingSetRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<TrainingSet> {
  const patients = await loadPatientImages(request, progress, signal);
  const added: AddedPatients[] = [];
  for (const { cohort, weight } of request.additions) {
    const all = { ...request, cohort, patients: undefined };
    added.push({ patients: await loadPatientImages(all, progress, signal), weight });
  }
  return createTrainingSet(request.size, patients, added);
}

function choosePatients(
  all: readonly CohortPatient[],
  { cohort, patients }: PatientsRequest,
): readonly CohortPatient[] {
  if (patients === undefined) return all;
  const missing = patients.filter((name) => !all.some((patient) => patient.name === name));
  if (missing.length > 0) {
    throw new DelineateError(
      "bad-cohort",
      `${cohort} has no patient ${missing.join(", ")}: the split was made for another cohort.`,
    );
  }
  return all.filter(({ name }) => patients.includes(name));
}
