/**
 * A cohort's patients, whatever kind of cohort it is: one that `delineate import` made, or a folder with one folder a patient
 * as `delineate phantom` writes it. No image is read before `load`.
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { CohortPatientFile, Spacing } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { type LoadedPatient, loadPatient, loadPatientCt } from "#patients/load-patient.ts";
import { listFiles } from "#platform/list-folder.ts";
import type { CaseCt } from "./case-source.ts";
import { readCohortFile, readPatientFile, readPatientFiles } from "./cohort-files.ts";
import { listPatients } from "./cohort-folder.ts";
import { firstCases } from "./import/same-patient.ts";
import { chosenRois, loadCase, loadCaseCt, sourceStates } from "./load-case.ts";
import { firstOfPerson, marksOfCase, type PersonMarks } from "./person-marks.ts";
import { marksOfFolders, patientIdIn } from "./read-marks.ts";

export type CohortPatient = {
  /** Unique in the cohort; identifies no person. */
  readonly name: string;
  /** Name of the first case of the same person: cases of one group never stand on two sides of a split. */
  readonly group: string;
  /** Of the whole cohort. */
  readonly spacing: Spacing;
  /** What tells the person in any cohort. */
  marks(): Promise<PersonMarks>;
  /** Digest of all that `load(roi)` depends on, by the files' sizes and times: what was made of them is stale when it changes. */
  fingerprint(roi: string): Promise<string>;
  /** The CT alone, as it is stored. */
  loadCt(): Promise<CaseCt>;
  /** CT and target: in an imported cohort the primary tumour, else the ROIs that match `roi`, joined. */
  load(roi: string): Promise<LoadedPatient>;
};

/**
 * In the order of their names; of an imported cohort those whose tumour is decided. Throws `file-not-found`, `bad-cohort`.
 */
export async function openCohort(path: string): Promise<readonly CohortPatient[]> {
  const cohort = await readCohortFile(path);
  if (cohort === undefined) return openFolders(path);
  const all = await readPatientFiles(path);
  // Undecided cases too, which may be what joins two others.
  const groups = firstCases(cohort, all);
  const patients = all.filter(({ primary }) => primary.length > 0);
  if (patients.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `${path} holds no patient whose tumour is decided: import into it, or choose with --choose.`,
    );
  }
  return patients.map((patient) => ({
    ...sourceOfCase(patient),
    group: groups.get(patient.name) ?? patient.name,
    spacing: cohort.spacing,
    marks: async () => {
      const { root, ct } = patient;
      const patientId = ct.kind === "dicom" ? await patientIdIn(join(root, ct.files[0].path)) : undefined;
      return { ...marksOfCase(patient, cohort.salt), patientId };
    },
  }));
}

/** Those of the names, which `source` says. Throws `bad-cohort` for names that the cohort at `path` lacks. */
export function patientsNamed(
  all: readonly CohortPatient[],
  names: readonly string[],
  { source, path }: { readonly source: string; readonly path: string },
): readonly CohortPatient[] {
  const missing = names.filter((name) => !all.some((patient) => patient.name === name));
  if (missing.length > 0)
    throw new DelineateError("bad-cohort", `${source} names ${missing.join(", ")}, which ${path} lacks.`);
  return all.filter(({ name }) => names.includes(name));
}

/** What a worker thread needs of one patient: nothing of the others is read for it. */
export type PatientSource = Pick<CohortPatient, "name" | "fingerprint" | "loadCt" | "load">;

/** `name` as `openCohort` gave it. Throws `bad-cohort` for one that the cohort lacks. */
export async function openPatient(path: string, name: string): Promise<PatientSource> {
  if ((await readCohortFile(path)) === undefined) return sourceOfFolder({ name, path: join(path, name) });
  return sourceOfCase(await readPatientFile(path, name));
}

function sourceOfCase(patient: CohortPatientFile): PatientSource {
  return {
    name: patient.name,
    fingerprint: (roi) => caseFingerprint(patient, roi),
    loadCt: () => loadCaseCt(patient),
    load: (roi) => loadCase(patient, roi),
  };
}

/** Of files as the import saw them; where one is another now, of that too, or what was kept of the former one would serve for it. */
async function caseFingerprint(patient: CohortPatientFile, roi: string): Promise<string> {
  const { root, ct, target } = patient;
  const { changed } = await sourceStates(patient);
  const now = changed.length > 0 ? [changed] : [];
  return digest([root, ct.files, target.file, chosenRois(patient, roi), ...now]);
}

async function openFolders(path: string): Promise<CohortPatient[]> {
  const folders = await listPatients(path);
  const marks = await marksOfFolders(folders.map((folder) => folder.path));
  const first = firstOfPerson(marks);
  return folders.map((folder, index) => ({
    ...sourceOfFolder(folder),
    group: folders[first[index]].name,
    spacing: "known",
    marks: async () => marks[index],
  }));
}

function sourceOfFolder({ name, path }: { readonly name: string; readonly path: string }): PatientSource {
  return {
    name,
    fingerprint: async (roi) => {
      const files = await Promise.all(
        (await listFiles(path)).files.map(async (file) => {
          const { size, mtimeMs } = await stat(file);
          return [relative(path, file), size, mtimeMs];
        }),
      );
      return digest([files, roi]);
    },
    loadCt: async () => {
      const { ct } = await loadPatientCt(path);
      return { ct, volume: ct, findings: ct.findings };
    },
    load: (roi) => loadPatient(path, roi),
  };
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
