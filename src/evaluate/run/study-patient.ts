/** One patient of `delineate observers`: reads every contour, makes the consensus, and measures every pair. */
import { DelineateError } from "#core/errors.ts";
import { type Finding, findingIn } from "#core/findings.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import type { MetricRow } from "#evaluate/metric-table.ts";
import { type Agreement, agreements, consensusOf, type Reading } from "#evaluate/observers/agreement.ts";
import { type VolumeVariabilityName, volumeVariability } from "#evaluate/observers/volume-variability.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import { boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { findCtOfPatient } from "#patients/find-ct.ts";
import { openMaskFile } from "#patients/masks/load-masks.ts";
import { targetMask } from "#patients/masks/target-mask.ts";
import { findMaskFile, findMaskFiles } from "#patients/pair-patients.ts";
import { loadReadings, type ObserverFile } from "./load-readings.ts";
import { refuseCut } from "./refuse-cut.ts";

export type StudyOptions = {
  readonly ct?: string | undefined;
  /** Which ROIs, and whose: see `loadReadings`. */
  readonly roi?: string | undefined;
  readonly modelRoi?: string | undefined;
  readonly resample: boolean;
};

/** A patient's sub-folder or file, and the observer whose folder it lies in, where each has one. */
export type Place = { readonly path: string; readonly observer: string | undefined };

/** An observer's skill as STAPLE sees it in one patient. */
export type Skill = {
  readonly patient: string;
  readonly session: string;
  readonly observer: string;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly converged: boolean;
};

export type StudiedPatient = {
  readonly patient: string;
  /** Each observer who contoured, with the session where there are several. */
  readonly observers: readonly string[];
  readonly pairs: readonly Agreement[];
  readonly volumes: MetricRow<VolumeVariabilityName>;
  readonly skills: readonly Skill[];
  readonly findings: readonly Finding[];
};

/**
 * `places`: where the observers' contours lie; `modelPlace`: where the model's lies, if there is one. Throws `bad-cohort` if
 * there is one contour only, and what reading throws.
 */
export async function studyPatient(
  patient: string,
  places: readonly Place[],
  modelPlace: string | undefined,
  request: StudyOptions,
): Promise<StudiedPatient> {
  const files: ObserverFile[] = [];
  for (const { path, observer } of places) {
    for (const maskPath of await findMaskFiles(path))
      files.push({ file: await openMaskFile(maskPath), observer });
  }
  const modelFile = modelPlace === undefined ? undefined : await openMaskFile(await findMaskFile(modelPlace));
  const opened = [...files.map(({ file }) => file), ...(modelFile === undefined ? [] : [modelFile])];
  const ct = await findCtOfPatient(opened, patient, places[0].path, request.ct);
  const { resample, roi } = request;
  const loaded = loadReadings(files, { ct, roi, resample });
  const model =
    modelFile === undefined ? undefined : targetMask(modelFile, { ct, roi: request.modelRoi, resample });
  const placed =
    model === undefined ? undefined : placeOnGrid(model.mask, loaded.readings[0].mask.grid, { resample });
  if (loaded.readings.length + (model === undefined ? 0 : 1) < 2) {
    throw new DelineateError(
      "bad-cohort",
      `${patient} has one contour, of observer ${loaded.readings[0].observer}: there is nothing to compare it with.`,
    );
  }
  const findings = [...loaded.findings, ...(model?.findings ?? []), ...(placed?.findings ?? [])];
  refuseCut(findings, patient);
  const { readings, modelMask } = cropped(loaded.readings, placed?.mask);
  const consensus = consensusOf(readings);
  const measure = (reference: Mask, other: Mask) => evaluatePair(patient, reference, other).volume.values;
  const contours = { patient, readings, consensus, model: modelMask };
  return {
    patient,
    observers: readings.map(({ observer, session }) => `${observer} ${session}`.trim()),
    pairs: agreements(contours, measure),
    volumes: volumeVariability(contours),
    skills: consensus.flatMap(({ session, observers, staple }) =>
      (staple?.observers ?? []).map((skill, at) => ({
        patient,
        session,
        observer: observers[at],
        ...skill,
        converged: staple?.converged ?? false,
      })),
    ),
    findings: findings.map((item) => findingIn(patient, item)),
  };
}

/** All masks cut to the box that holds every contour: the metrics that two observers are compared by need no more of the CT. */
function cropped(readings: readonly Reading[], model: Mask | undefined) {
  const masks = [...readings.map(({ mask }) => mask), ...(model === undefined ? [] : [model])];
  const box = masks.map(boundingBox).reduce(unionBox, undefined);
  if (box === undefined) return { readings, modelMask: model };
  return {
    readings: readings.map((reading) => ({ ...reading, mask: cropMask(reading.mask, box) })),
    modelMask: model === undefined ? undefined : cropMask(model, box),
  };
}
