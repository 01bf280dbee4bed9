/**
 * `delineate model calibrate`: contours patients that a model was not trained on, compares with their references, fits what
 * its contours are worth, and writes the model with that.
 */
import { basename, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import type { calibrationKinds, Quality } from "#contract/quality.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { silentProgress } from "#core/progress.ts";
import type { Device } from "#engine/runtime/session.ts";
import { maskSlice } from "#geometry/mask.ts";
import { countOverlap, overlapFromCounts, volumeOverlap } from "#geometry/overlap.ts";
import { type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { rewriteMetadata } from "#model/run/model.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { expectedDscFigure } from "#pictures/figures/expected-dsc.ts";
import type { Work } from "#platform/work.ts";
import { refuseExisting } from "#platform/write-file.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { type CalibrationContour, fitQuality } from "#segment/fit-quality.ts";
import { type CalibrationCopy, calibrationCopies } from "./calibration-copies.ts";
import {
  type CalibrationCohort,
  chooseCalibrationPatients,
  type OfCohort,
  refuseTwice,
} from "./choose-calibration.ts";

export type CalibrateRequest = {
  readonly model: string | URL;
  readonly cohorts: readonly CalibrationCohort[];
  readonly roi: string;
  /** Look at the mirror image as well, then and whenever the model is used. */
  readonly flips: boolean;
  /** Ask the program's second network what belongs to a tumour, then and whenever the model is used. */
  readonly secondOpinion: boolean;
  readonly doubtBelow: number;
  /** Patients of each cohort at most. */
  readonly most: number;
  readonly seed: number;
  readonly out: string;
  /** An SVG file: expected against true DSC. */
  readonly plot?: string | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  readonly force: boolean;
};

type CalibrationRow = {
  readonly patient: string;
  readonly cohort: string;
  readonly kind: (typeof calibrationKinds)[number];
  /** Null where nothing was contoured, of which there is nothing to say. */
  readonly expected: number | null;
  readonly dsc: number | null;
};

export type CalibrateResult = {
  readonly out: string;
  readonly quality: Quality;
  readonly rows: readonly CalibrationRow[];
  readonly metadata: ModelMetadata;
  /** That it is not known, or not of all, whom the model was trained on. */
  readonly findings: readonly Finding[];
};

/** Two regressions of half a dozen weights each want as many patients at least. */
const fewestPatients = 8;

/**
 * Throws what choosing the patients and reading them throws, `bad-cohort` for too few, `usage` for a model in 8 bits, `cancelled`,
 * `file-exists`.
 */
export async function calibrateModel(
  request: CalibrateRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<CalibrateResult> {
  for (const path of [request.out, request.plot]) await refuseExisting(path, request);
  const { device = "cpu", threads, secondOpinion } = request;
  const options = { device, secondOpinion, ...(threads === undefined ? {} : { threads }) };
  const loaded = await loadModel(request.model, options);
  try {
    refuseQuantised(loaded.metadata, request.model);
    const known = { path: String(request.model), metadata: loaded.metadata };
    const { chosen, findings } = await chooseAll(known, request);
    const contoured = await contourAll(loaded, chosen, { request, progress, signal });
    const contours = contoured.flatMap(({ contour }) => (contour === undefined ? [] : [contour]));
    const patients = new Set(contours.map(({ patient }) => patient));
    refuseFew(patients.size, "patients on whom the model contoured something");
    progress.report("fitting", 0, 1);
    const cohorts = request.cohorts.map(({ cohort }) => basename(resolve(cohort)));
    const { quality, expected } = fitQuality(contours, { doubtBelow: request.doubtBelow, cohorts });
    progress.report("fitting", 1, 1);
    const { plot } = request;
    const beside = plot === undefined ? [] : [{ path: plot, content: expectedDscFigure(quality).svg }];
    const { metadata } = await rewriteMetadata(request.model, { ...request, beside }, (before) => ({
      ...before,
      ...(request.flips ? { flips: true } : {}),
      ...(request.secondOpinion ? { secondOpinion: true } : {}),
      quality,
    }));
    let next = 0;
    const rows = contoured.map(({ contour, ...row }): CalibrationRow => {
      return { ...row, expected: contour === undefined ? null : expected[next++] };
    });
    return { out: request.out, quality, rows, metadata, findings };
  } finally {
    await loaded.dispose();
  }
}

/** What its 8 bits cost was measured as it contours now, which a calibration changes. Throws `usage`. */
function refuseQuantised({ quantisation }: ModelMetadata, model: string | URL): void {
  if (quantisation === undefined) return;
  throw new DelineateError(
    "usage",
    `${model} is in 8 bits: calibrate the model that it was made from (SHA-256 ${quantisation.from.slice(0, 12)} ...), then quantise that.`,
  );
}

/** Throws `bad-cohort`. */
function refuseFew(count: number, what: string): void {
  if (count >= fewestPatients) return;
  throw new DelineateError(
    "bad-cohort",
    `There are ${count} ${what}; at least ${fewestPatients} are needed. Name more patients, or more cohorts.`,
  );
}

type Seen = Omit<CalibrationRow, "expected"> & { readonly contour: CalibrationContour | undefined };

/** `person`: not joined with another cohort's that has a folder of the same name. */
type ChosenPatient = { readonly patient: CohortPatient; readonly cohort: string; readonly person: string };

async function chooseAll(
  model: { readonly path: string; readonly metadata: ModelMetadata },
  { cohorts, most }: CalibrateRequest,
): Promise<{ readonly chosen: readonly ChosenPatient[]; readonly findings: readonly Finding[] }> {
  const chosen: ChosenPatient[] = [];
  const named: OfCohort[] = [];
  const findings: Finding[] = [];
  for (const calibration of cohorts) {
    const choice = await chooseCalibrationPatients(calibration, model, most);
    const path = resolve(calibration.cohort);
    named.push({ path, patients: choice.patients });
    for (const patient of choice.patients)
      chosen.push({ patient, cohort: basename(path), person: `${path}/${patient.group}` });
    findings.push(...choice.findings);
  }
  await refuseTwice(named);
  refuseFew(new Set(chosen.map(({ person }) => person)).size, "patients");
  return { chosen, findings };
}

async function contourAll(
  loaded: LoadedModel,
  chosen: readonly ChosenPatient[],
  { request, progress, signal }: Work & { readonly request: CalibrateRequest },
): Promise<Seen[]> {
  const model = { ...loaded, flips: request.flips || loaded.flips };
  const contoured: Seen[] = [];
  for (const [at, { patient, cohort, person }] of chosen.entries()) {
    progress.report("contouring", at, chosen.length, patient.name);
    const copies = calibrationCopies(await patient.load(request.roi), patient.name, request.seed);
    for (const copy of copies) {
      const { dsc, contour } = await contourCopy(copy, person, model, signal);
      contoured.push({ patient: patient.name, cohort, kind: copy.kind, dsc, contour });
    }
  }
  progress.report("contouring", chosen.length, chosen.length);
  return contoured;
}

async function contourCopy(
  { ct, target, kind }: CalibrationCopy,
  patient: string,
  model: LoadedModel,
  signal: AbortSignal,
): Promise<Pick<Seen, "dsc" | "contour">> {
  const contoured = await contourCt(ct, model, {
    cleanUp: "tumour",
    progress: silentProgress,
    shouldStop: () => signal.aborted,
  });
  const { dsc } = volumeOverlap(target, contoured.mask);
  const { features } = contoured;
  if (features === undefined || dsc === null) return { dsc, contour: undefined };
  const sliceDsc = Array.from({ length: ct.grid.size[2] }, (_, k) => {
    return overlapFromCounts(countOverlap(maskSlice(target, k), maskSlice(contoured.mask, k))).dsc;
  });
  return { dsc, contour: { patient, kind, features, dsc, sliceDsc } };
}
