/**
 * `delineate observers`: how well several observers agree on the same patients, what they agree on (majority, STAPLE), and
 * where a model stands among them.
 */
import { DelineateError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { type Progress, silentProgress } from "../core/progress.ts";
import { compareTables, type MetricComparison } from "../evaluate/compare-tables.ts";
import { evaluatePair, patientColumns } from "../evaluate/evaluate-pair.ts";
import { type MetricRow, type MetricTable, summariseTable } from "../evaluate/metric-table.ts";
import {
  type Agreement,
  type AgreementKind,
  agreements,
  agreementTables,
  consensusOf,
} from "../evaluate/observers/agreement.ts";
import { symmetricColumns } from "../evaluate/observers/symmetric-metrics.ts";
import { volumeVariability, volumeVariabilityColumns } from "../evaluate/observers/volume-variability.ts";
import type { Summary } from "../evaluate/summary.ts";
import { placeOnGrid } from "../formats/place-on-grid.ts";
import type { Mask } from "../geometry/mask.ts";
import type { Failure } from "./evaluate.ts";
import { findCtOfPatient } from "./find-ct.ts";
import { openMaskFile } from "./load-masks.ts";
import { loadReadings, type ObserverFile } from "./load-readings.ts";
import { findMaskFile, findMaskFiles, patientEntries, patientName } from "./pair-patients.ts";
import { targetMask } from "./target-mask.ts";

export type ObserversRequest = {
  /** One folder with one entry a patient, or one such folder for each observer, named by him. */
  readonly folders: readonly string[];
  /** Folder of one folder a patient with the model's masks. */
  readonly model?: string | undefined;
  readonly ct?: string | undefined;
  /** Which ROIs, and whose: see `loadReadings`. */
  readonly roi?: string | undefined;
  readonly modelRoi?: string | undefined;
  readonly resample: boolean;
  /** Of the bootstrap. */
  readonly seed: number;
};

/** An observer's skill as STAPLE sees it in one patient. */
export type Skill = {
  readonly patient: string;
  readonly session: string;
  readonly observer: string;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly converged: boolean;
};

export type ObserverStudy = {
  /** For each kind of pair, one row a patient: the mean over its pairs. */
  readonly agreement: readonly {
    readonly kind: AgreementKind;
    readonly table: MetricTable;
    readonly summaries: Readonly<Record<string, Summary>>;
  }[];
  /** Every pair of every patient. */
  readonly pairs: readonly Agreement[];
  readonly volumes: MetricTable;
  readonly skills: readonly Skill[];
  /** A: the model with an observer, B: two observers, over patients. Without a model or a second observer, none. */
  readonly modelAmongObservers: readonly MetricComparison[];
  readonly failures: readonly Failure[];
  readonly withoutModel: readonly string[];
  readonly findings: readonly Finding[];
};

/** A patient that cannot be read is among the failures; if it is the only one, what is wrong is thrown. Throws `bad-cohort`. */
export async function compareObservers(
  request: ObserversRequest,
  progress: Progress = silentProgress,
): Promise<ObserverStudy> {
  const patients = await patientPlaces(request.folders);
  const models = request.model === undefined ? undefined : await patientEntries(request.model);
  const studied: Studied[] = [];
  const failures: Failure[] = [];
  for (const [index, [patient, places]] of [...patients].entries()) {
    progress.report("comparing", index, patients.size, patient);
    try {
      studied.push(await studyPatient(patient, places, models?.get(patient), request));
    } catch (error) {
      if (!(error instanceof DelineateError) || patients.size === 1) throw error;
      failures.push({ patient, code: error.code, message: error.message });
    }
  }
  progress.report("comparing", patients.size, patients.size);
  const pairs = studied.flatMap((one) => one.pairs);
  const tables = agreementTables(pairs, symmetricColumns(patientColumns));
  const tableOf = (kind: AgreementKind) => tables.find((found) => found.kind === kind)?.table;
  const [model, observers] = [tableOf("modelObserver"), tableOf("betweenObservers")];
  return {
    agreement: tables.map((found) => ({ ...found, summaries: summariseTable(found.table) })),
    pairs,
    volumes: {
      unit: "patient",
      cases: "one a patient, over the contours of all its observers",
      fieldOfView: "none",
      columns: volumeVariabilityColumns,
      rows: studied.map(({ volumes }) => volumes),
    },
    skills: studied.flatMap(({ skills }) => skills),
    modelAmongObservers:
      model === undefined || observers === undefined
        ? []
        : compareTables(model, observers, { seed: request.seed }),
    failures,
    withoutModel: models === undefined ? [] : [...patients.keys()].filter((name) => !models.has(name)),
    findings: studied.flatMap(({ findings }) => findings),
  };
}

type Place = { readonly path: string; readonly observer: string | undefined };

/** By patient, where its contours lie: in one entry, or in one of each observer's folder. */
async function patientPlaces(folders: readonly string[]): Promise<Map<string, Place[]>> {
  const patients = new Map<string, Place[]>();
  for (const folder of folders) {
    const observer = folders.length === 1 ? undefined : patientName(folder);
    for (const [patient, path] of await patientEntries(folder)) {
      patients.set(patient, [...(patients.get(patient) ?? []), { path, observer }]);
    }
  }
  if (patients.size === 0) {
    throw new DelineateError(
      "bad-cohort",
      `${folders.join(", ")} holds no patient: expected a sub-folder or a mask file for each.`,
    );
  }
  return patients;
}

type Studied = {
  readonly pairs: readonly Agreement[];
  readonly volumes: MetricRow;
  readonly skills: readonly Skill[];
  readonly findings: readonly Finding[];
};

async function studyPatient(
  patient: string,
  places: readonly Place[],
  modelPlace: string | undefined,
  request: ObserversRequest,
): Promise<Studied> {
  const files: ObserverFile[] = [];
  for (const { path, observer } of places) {
    for (const found of await findMaskFiles(path)) files.push({ file: await openMaskFile(found), observer });
  }
  const modelFile = modelPlace === undefined ? undefined : await openMaskFile(await findMaskFile(modelPlace));
  const opened = [...files.map(({ file }) => file), ...(modelFile === undefined ? [] : [modelFile])];
  const ct = await findCtOfPatient(opened, patient, places[0].path, request.ct);
  const { resample, roi } = request;
  const { readings, findings } = loadReadings(files, { ct, roi, resample });
  const model =
    modelFile === undefined ? undefined : targetMask(modelFile, { ct, roi: request.modelRoi, resample });
  const placed =
    model === undefined ? undefined : placeOnGrid(model.mask, readings[0].mask.grid, { resample });
  if (readings.length + (model === undefined ? 0 : 1) < 2) {
    throw new DelineateError(
      "bad-cohort",
      `${patient} has one contour, of observer ${readings[0].observer}: there is nothing to compare it with.`,
    );
  }
  const consensus = consensusOf(readings);
  const measure = (reference: Mask, other: Mask) => evaluatePair(patient, reference, other).volume.values;
  return {
    pairs: agreements(patient, readings, consensus, placed?.mask, measure),
    volumes: volumeVariability(patient, readings, consensus, placed?.mask),
    skills: consensus.flatMap(({ session, observers, staple }) =>
      (staple?.observers ?? []).map((skill, at) => ({
        patient,
        session,
        observer: observers[at],
        ...skill,
        converged: staple?.converged ?? false,
      })),
    ),
    findings: [...findings, ...(model?.findings ?? []), ...(placed?.findings ?? [])].map((item) => ({
      ...item,
      where: item.where === undefined ? patient : `${patient}: ${item.where}`,
    })),
  };
}
