/** The images of a training: every slice of the cohort's patients at the network's matrix, with its mask. */
import type { TrainingConfiguration } from "../../contract/training-configuration.ts";
import { DelineateError } from "../../core/errors.ts";
import type { Progress } from "../../core/progress.ts";
import { networkMask, networkSlices } from "../../preprocess/network-input.ts";
import { createTrainingSet, type PatientImages, type TrainingSet } from "../../train/training-set.ts";
import { type CohortPatient, openCohort } from "./open-cohort.ts";

export type TrainingSetRequest = Pick<TrainingConfiguration, "size" | "roi" | "greyLevels"> & {
  /** Folder of the cohort. */
  readonly cohort: string;
  /** Names of the patients to load, all of the cohort's without it. */
  readonly patients?: readonly string[] | undefined;
};

/** In the cohort's order. Throws `bad-cohort` for a name that the cohort lacks, `cancelled`, and what loading throws. */
export async function loadPatientImages(
  request: TrainingSetRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<PatientImages[]> {
  const { size, roi, greyLevels } = request;
  const patients = choosePatients(await openCohort(request.cohort), request);
  const images: PatientImages[] = [];
  for (const { name, load } of patients) {
    if (signal.aborted)
      throw new DelineateError("cancelled", "Interrupted while reading the cohort; nothing was trained yet.");
    const { ct, target } = await load(roi);
    images.push({
      name,
      sliceCount: ct.grid.size[2],
      levels: networkSlices(ct.grid, ct.hu, greyLevels, size),
      mask: networkMask(ct.grid, target.data, size),
    });
    progress.report("reading the cohort", images.length, patients.length);
  }
  return images;
}

/** The same as a training set, with the population's statistics. Throws also `bad-cohort` if no slice holds target. */
export async function loadTrainingSet(
  request: TrainingSetRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<TrainingSet> {
  return createTrainingSet(request.size, await loadPatientImages(request, progress, signal));
}

function choosePatients(
  all: readonly CohortPatient[],
  { cohort, patients }: TrainingSetRequest,
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
