/**
 * The images of a training: every slice of the cohort's patients at the network's matrix, with its mask. They lie in files,
 * one per patient: those that the cohort's folder has already, and those that are made on worker threads and kept there.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { type Finding, findingIn } from "#core/findings.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import type { Work } from "#platform/work.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { type AddedPatients, createTrainingSet, type TrainingSet } from "#training/training-set.ts";
import type { FiledImages } from "./image-file.ts";
import type { PrepareTask } from "./prepare-images.worker.ts";
import { type ImageSettings, openTrainingCache } from "./training-cache.ts";

type PatientsRequest = ImageSettings & {
  /** Folder of the cohort. */
  readonly cohort: string;
  /** Those of the cohort to load. */
  readonly patients: readonly CohortPatient[];
  /** Folder for the images of a cohort whose own folder cannot be written to. It is removed with `files`. */
  readonly spare: string;
};

/** A further cohort, all of whose patients train, or those of the names; see `AddedImages` for its weight. */
export type AddedCohort = {
  readonly cohort: string;
  readonly weight: number;
  readonly patients?: readonly string[] | undefined;
};

/** The same, opened: those of its patients that train. */
export type OpenAddition = Pick<AddedCohort, "cohort" | "weight"> & {
  readonly patients: readonly CohortPatient[];
};

type TrainingSetRequest = PatientsRequest & { readonly additions: readonly OpenAddition[] };

export type ImageWork = Work & {
  /** What the images are read from, open until it is disposed of. */
  readonly files: DisposableStack;
  /** Told once what is odd in the patients' data, with their names. */
  readonly tell?: ((findings: readonly Finding[]) => void) | undefined;
};

/**
 * In the patients' order. Throws `cancelled`, `file-unwritable` where images can be kept nowhere, `file-changed` where another training replaced them, and what loading throws.
 */
export async function loadPatientImages(
  request: PatientsRequest,
  { progress, signal, files, tell }: ImageWork,
): Promise<FiledImages[]> {
  const { cohort, patients, spare, size, roi, greyLevels, frame } = request;
  const settings = { size, roi, greyLevels, frame };
  const folder = join(cohort, ".cache");
  const images = new Map<string, FiledImages>();
  const odd = new Map<string, readonly Finding[]>();
  for (const patient of patients) {
    if (signal.aborted)
      throw new DelineateError("cancelled", "Interrupted while reading the cohort; nothing was trained yet.");
    const cached = await openTrainingCache(folder, settings).open(patient, files);
    if (cached === undefined) continue;
    images.set(patient.name, cached.images);
    odd.set(patient.name, cached.findings);
    progress.report("reading the cohort", images.size, patients.length);
  }
  const missing = patients.filter(({ name }) => !images.has(name));
  // Before any file in it is open: they are closed first.
  files.defer(() => rmSync(spare, { recursive: true, force: true }));
  const folders = await runInWorkers<PrepareTask, string>(
    new URL("./prepare-images.worker.ts", import.meta.url),
    missing.map(({ name }) => ({ cohort, name, settings, folders: [folder, spare] })),
    {
      signal,
      onDone: (done) => progress.report("reading the cohort", images.size + done, patients.length),
    },
  );
  for (const [index, patient] of missing.entries()) {
    const prepared = await openTrainingCache(folders[index], settings).open(patient, files);
    if (prepared === undefined)
      throw new DelineateError(
        "file-changed",
        `Another training replaced the images of ${patient.name} in ${folders[index]}: begin again when it is under way.`,
      );
    images.set(patient.name, prepared.images);
    odd.set(patient.name, prepared.findings);
  }
  tell?.(patients.flatMap(({ name }) => (odd.get(name) ?? []).map((item) => findingIn(name, item))));
  return patients.flatMap(({ name }) => images.get(name) ?? []);
}

/** The same as a training set, with the population's statistics. Throws also `bad-cohort` if no slice holds target. */
export async function loadTrainingSet(
  request: TrainingSetRequest,
  work: ImageWork,
): Promise<TrainingSet<FiledImages>> {
  const patients = await loadPatientImages(request, work);
  const added: AddedPatients<FiledImages>[] = [];
  for (const [index, { weight, ...addition }] of request.additions.entries()) {
    const spare = join(request.spare, `addition-${index + 1}`);
    added.push({ patients: await loadPatientImages({ ...request, ...addition, spare }, work), weight });
  }
  return createTrainingSet(request.size, patients, added);
}
