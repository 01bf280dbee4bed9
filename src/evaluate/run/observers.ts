/**
 * `delineate observers`: how well several observers agree on the same patients, what they agree on (majority, STAPLE), and
 * where a model stands among them.
 */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { compareTables, type MetricComparison } from "#evaluate/compare-tables.ts";
import { type MetricTable, type Summaries, summariseTable } from "#evaluate/metric-table.ts";
import { patientColumns } from "#evaluate/metrics.ts";
import { type Agreement, type AgreementKind, agreementTables } from "#evaluate/observers/agreement.ts";
import {
  type VolumeVariabilityName,
  volumeVariabilityColumns,
} from "#evaluate/observers/volume-variability.ts";
import { patientEntries, patientName, personsOf } from "#patients/pair-patients.ts";
import type { Failure } from "./evaluate.ts";
import {
  type Place,
  type Skill,
  type StudiedPatient,
  type StudyOptions,
  studyPatient,
} from "./study-patient.ts";

type ObserversRequest = StudyOptions & {
  /** One folder with one entry per patient, or one such folder for each observer, named by him. */
  readonly folders: readonly string[];
  /** Folder of one folder per patient with the model's masks. */
  readonly model?: string | undefined;
  /** Of the bootstrap. */
  readonly seed: number;
};

export type ObserverStudy = {
  /** For each kind of pair, one row per patient: the mean over its pairs. */
  readonly agreement: readonly {
    readonly kind: AgreementKind;
    readonly table: MetricTable;
    readonly summaries: Summaries;
  }[];
  /** Every pair of every patient. */
  readonly pairs: readonly Agreement[];
  readonly volumes: MetricTable<VolumeVariabilityName>;
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
  const studied: StudiedPatient[] = [];
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
  const pairs = studied.flatMap((study) => study.pairs);
  const tables = agreementTables(
    pairs,
    patientColumns.filter(({ symmetric }) => symmetric),
  );
  const tableOf = (kind: AgreementKind) => tables.find((agreement) => agreement.kind === kind)?.table;
  const [model, observers] = [tableOf("modelObserver"), tableOf("betweenObservers")];
  const persons = await personsOf(new Map([...patients].map(([name, [{ path }]]) => [name, path])));
  const personOf = (patient: string): string => persons.get(patient) ?? patient;
  return {
    agreement: tables.map((agreement) => ({ ...agreement, summaries: summariseTable(agreement.table) })),
    pairs,
    volumes: {
      unit: "patient",
      cases: "one per patient, over the contours of all its observers",
      fieldOfView: "none",
      columns: volumeVariabilityColumns,
      rows: studied.map(({ volumes }) => volumes),
    },
    skills: studied.flatMap(({ skills }) => skills),
    modelAmongObservers:
      model === undefined || observers === undefined
        ? []
        : compareTables(model, observers, { seed: request.seed, personOf }),
    failures,
    withoutModel: models === undefined ? [] : [...patients.keys()].filter((name) => !models.has(name)),
    findings: [
      ...studied.flatMap(({ findings }) => findings),
      ...withoutContour(studied),
      ...withoutObserver([...(models?.keys() ?? [])].filter((name) => !patients.has(name))),
    ],
  };
}

/** Observers of whom some patients have no contour: the patient's means are over fewer pairs, and its consensus is of fewer. */
function withoutContour(studied: readonly StudiedPatient[]): Finding[] {
  const all = [...new Set(studied.flatMap(({ observers }) => observers))].sort();
  return all.flatMap((name) => {
    const without = studied.filter(({ observers }) => !observers.includes(name));
    if (without.length === 0) return [];
    const patients = without.map(({ patient }) => patient).join(", ");
    const message = `No contour of observer ${name}, and means and consensus without: ${patients}.`;
    return [finding("warning", "no-contour-of-observer", message)];
  });
}

/** Masks of the model in no comparison: a patient's name that is written otherwise there would leave it out in silence. */
function withoutObserver(names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const message = `The model's masks of these patients are compared with nothing, as no observer contoured them: ${names.join(", ")}.`;
  return [finding("warning", "no-reference", message)];
}

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
