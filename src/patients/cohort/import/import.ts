/**
 * `delineate import`: an archive in, a cohort out that refers to it. Headers first, then each case by itself on worker
 * threads; a case that is finished is kept, so that an interrupted import goes on where it stopped.
 */
import { readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { CohortFile, CohortPatientFile, Spacing } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { beginCohort, readPatientFiles, writePatientFile } from "#patients/cohort/cohort-files.ts";
import { isUnchanged } from "#patients/cohort/load-case.ts";
import { saltedId } from "#patients/cohort/person-marks.ts";
import { readText } from "#platform/missing.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { CaseAnswer, CaseTask } from "./check-case.worker.ts";
import { applyChoices, handChoiceOf, labelDeskCsv } from "./choices.ts";
import type { FoundCase, Refusal } from "./find-cases.ts";
import { type FoundSources, findSources } from "./find-sources.ts";
import { groupPatients, type PatientGroup } from "./same-patient.ts";

type ImportRequest = {
  readonly source: string;
  readonly out: string;
  readonly roi: string;
  /** `unknown`: the files' spacing is not the patients' own; `known` without it. */
  readonly spacing?: Spacing | undefined;
  /** An edited `label-desk.csv`. */
  readonly choose?: string | undefined;
};

export type ImportReport = Omit<FoundSources, "cases"> & {
  readonly cohort: string;
  readonly spacing: Spacing;
  /** All patients of the cohort, those of earlier imports too. */
  readonly patients: readonly CohortPatientFile[];
  /** Names of those that this run added or checked anew. */
  readonly added: readonly string[];
  /** Persons with several cases. */
  readonly samePatient: readonly PatientGroup[];
  /** The label desk as a file, to be edited and given back. */
  readonly labelDesk: string;
};

/**
 * Throws `file-not-found`, `cancelled` (what was finished is kept), `bad-cohort` for an `out` that was begun with another
 * `roi` or `spacing`, and `usage` for choices that cannot be followed.
 */
export async function importCohort(
  request: ImportRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<ImportReport> {
  const { out } = request;
  const root = resolve(request.source);
  if ((await stat(root).catch(() => undefined))?.isDirectory() !== true)
    throw new DelineateError("file-not-found", `There is no folder ${request.source}.`);
  const cohort = await beginCohort(out, request.roi, request.spacing ?? "known");
  const before = await readPatientFiles(out);
  const labelDesk = join(out, "label-desk.csv");
  if (request.choose === undefined) await refuseEdited(labelDesk, before);
  const { cases, ...sources } = await findSources(root, before, progress, signal);
  const { tasks, refused } = await nameCases(cases, before, cohort, { root, out });
  const answers = await checkCases(tasks, progress, signal);
  const patients = await chooseByHand(request, await readPatientFiles(out));
  await writeFileAtomic(labelDesk, labelDeskCsv(patients), { force: true });
  const failed = answers.flatMap((answer, index): Refusal[] =>
    "refused" in answer ? [{ where: tasks[index].place, ...answer.refused }] : [],
  );
  return {
    ...sources,
    cohort: out,
    spacing: cohort.spacing,
    patients,
    added: answers.flatMap((answer) => ("added" in answer ? [answer.added] : [])),
    refused: [...sources.refused, ...refused, ...failed],
    samePatient: groupPatients(cohort, patients).filter((group) => group.cases.length > 1),
    labelDesk,
  };
}

type NamedTask = CaseTask & { readonly place: string };

/**
 * Names in the order of the cases: that of the patient that a case replaces (its files moved or changed), else the next free
 * one. A copy of a patient whose files are still in their place is refused.
 */
async function nameCases(
  cases: readonly FoundCase[],
  before: readonly CohortPatientFile[],
  cohort: CohortFile,
  { root, out }: { readonly root: string; readonly out: string },
): Promise<{ tasks: NamedTask[]; refused: Refusal[] }> {
  const tasks: NamedTask[] = [];
  const refused: Refusal[] = [];
  const takenNames = new Set(before.map(({ name }) => name));
  let next = 1;
  for (const foundCase of cases) {
    const person = foundCase.patientId === undefined ? undefined : saltedId(cohort.salt, foundCase.patientId);
    const knownPatient = before.find((patient) => isSameCase(patient, foundCase, person, root));
    const { place } = foundCase;
    if (knownPatient !== undefined && (await isUnchanged(knownPatient))) {
      const message = `This CT series is ${knownPatient.name} of the cohort already.`;
      refused.push({ where: place, code: "file-exists", message });
      continue;
    }
    while (takenNames.has(caseName(next))) next++;
    const name = knownPatient?.name ?? caseName(next);
    takenNames.add(name);
    const { ct, targets, findings, identity } = foundCase;
    const choice = knownPatient && handChoiceOf(knownPatient);
    tasks.push({ name, out, root, person, ct, targets, roi: cohort.roi, findings, identity, choice, place });
  }
  return { tasks, refused };
}

function caseName(number: number): string {
  return `case-${String(number).padStart(4, "0")}`;
}

function isSameCase(
  patient: CohortPatientFile,
  foundCase: FoundCase,
  person: string | undefined,
  root: string,
): boolean {
  if (foundCase.ct.kind === "dicom")
    return patient.person === person && patient.ct.seriesInstanceUid === foundCase.ct.seriesInstanceUid;
  return patient.target.file.path === relative(root, foundCase.targets[0].file);
}

/** Each patient's file is written as soon as the case is checked. */
async function checkCases(
  tasks: readonly NamedTask[],
  progress: Progress,
  signal: AbortSignal,
): Promise<CaseAnswer[]> {
  progress.report("checking patients", 0, tasks.length);
  const module = new URL("./check-case.worker.ts", import.meta.url);
  return runInWorkers<CaseTask, CaseAnswer>(module, tasks, {
    signal,
    onDone: (finished) => progress.report("checking patients", finished, tasks.length),
  });
}

/** A table that a person has edited is not overwritten. Throws `file-exists`. */
async function refuseEdited(labelDesk: string, patients: readonly CohortPatientFile[]): Promise<void> {
  const text = await readFile(labelDesk, "utf8").catch(() => undefined);
  if (text === undefined || text === labelDeskCsv(patients)) return;
  // An import that was killed leaves more patients than the table has: then it holds nothing of a person's.
  if (patients.some(({ name }) => !text.includes(name))) return;
  throw new DelineateError(
    "file-exists",
    `${labelDesk} was edited: give it to the import with --choose, or remove it.`,
  );
}

async function chooseByHand(
  { out, choose }: ImportRequest,
  patients: readonly CohortPatientFile[],
): Promise<readonly CohortPatientFile[]> {
  if (choose === undefined) return patients;
  const text = await readText(choose);
  const changed = applyChoices(patients, text, choose);
  for (const patient of changed) await writePatientFile(out, patient);
  return patients.map((patient) => changed.find(({ name }) => name === patient.name) ?? patient);
}
