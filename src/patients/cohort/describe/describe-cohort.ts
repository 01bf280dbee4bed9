/** `delineate cohort describe`: each patient's tumour from its mask and CT, its clinical record, and Table 1 of them all. */
import { basename } from "node:path";
import type { TumourDescription } from "#anatomy/describe-tumour.ts";
import type { Spacing } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { parseCsv } from "#formats/csv.ts";
import { readCohortFile, readPatientFiles } from "#patients/cohort/cohort-files.ts";
import { type CohortPatient, openCohort } from "#patients/cohort/open-cohort.ts";
import { saltedId } from "#patients/cohort/person-marks.ts";
import { readText } from "#platform/missing.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { type ClinicalRecord, clinicalRecords } from "./clinical-record.ts";
import { type CohortMember, type CohortTable, cohortTable } from "./cohort-table.ts";
import type { DescribeAnswer, DescribeTask } from "./describe-patient.worker.ts";

export type DescribedPatient = CohortMember & {
  readonly group: string;
  /** Why there is no description. */
  readonly problem: string | undefined;
};

export type CohortDescription = {
  readonly spacing: Spacing;
  readonly patients: readonly DescribedPatient[];
  readonly table: CohortTable;
  /** Rows of the clinical table that belong to no patient of the cohort. */
  readonly clinicalWithoutPatient: number;
};

type DescribeRequest = {
  readonly cohort: string;
  readonly roi: string;
  readonly clinical?: string | undefined;
};

/** Throws `file-not-found`, `bad-cohort` (also where no patient has such a tumour), `usage` for a clinical table without PatientID, `cancelled`. */
export async function describeCohort(
  request: DescribeRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<CohortDescription> {
  const all = await openCohort(request.cohort);
  const records = request.clinical === undefined ? undefined : await readClinical(request.clinical);
  const idOf =
    records === undefined ? undefined : await clinicalIds(request.cohort, all, [...records.keys()]);
  const spacing = all.some((patient) => patient.spacing === "unknown") ? "unknown" : "known";
  const answers = await describeAll(request, all, progress, signal);
  refuseAllUnknown(request, answers);
  const patients = all.map(({ name, group }, index): DescribedPatient => {
    const answer = answers[index];
    const id = idOf?.get(name);
    return {
      name,
      group,
      tumour: "description" in answer ? knownParts(answer.description, spacing) : undefined,
      clinical: id === undefined ? undefined : records?.get(id),
      problem: "problem" in answer ? answer.problem : undefined,
    };
  });
  // Scans of one person share a row.
  const used = new Set(patients.flatMap(({ clinical }) => clinical ?? []));
  return {
    spacing,
    patients,
    table: cohortTable([{ title: basename(request.cohort), members: patients }], spacing),
    clinicalWithoutPatient: (records?.size ?? 0) - used.size,
  };
}

/** Size in voxels and side need no millimetres; lobe and contacts are estimated from some. */
function knownParts(description: TumourDescription, spacing: Spacing): CohortMember["tumour"] {
  const { voxels, side } = description;
  return spacing === "known" ? description : { voxels, side };
}

async function describeAll(
  { cohort, roi }: DescribeRequest,
  patients: readonly CohortPatient[],
  progress: Progress,
  signal: AbortSignal,
): Promise<DescribeAnswer[]> {
  const tasks = patients.map(({ name }): DescribeTask => ({ cohort, name, roi }));
  progress.report("describing tumours", 0, tasks.length);
  return runInWorkers<DescribeTask, DescribeAnswer>(
    new URL("./describe-patient.worker.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (finished) => progress.report("describing tumours", finished, tasks.length),
    },
  );
}

/** A misspelt ROI is of no patient: a table of nothing, or a split that knows no tumour, would hide that. Throws `bad-cohort`. */
function refuseAllUnknown({ cohort }: DescribeRequest, answers: readonly DescribeAnswer[]): void {
  const problems = answers.flatMap((answer) => ("problem" in answer ? [answer.problem] : []));
  const [first] = problems;
  if (first === undefined || problems.length < answers.length) return;
  throw new DelineateError(
    "bad-cohort",
    `No patient of ${cohort} has a tumour to describe. The first: ${first}`,
  );
}

async function readClinical(path: string): Promise<Map<string, ClinicalRecord>> {
  const text = await readText(path, `There is no clinical table ${path}.`);
  const records = clinicalRecords(parseCsv(text), path);
  if (records !== undefined) return records;
  throw new DelineateError(
    "usage",
    `${path} has no column PatientID, by which its rows find their patients.`,
  );
}

/**
 * The clinical table's ID of each patient by name: whose salted digest is the patient's in an imported cohort, or which is
 * the name of the label image there; the folder's name in a plain one.
 */
async function clinicalIds(
  cohort: string,
  patients: readonly CohortPatient[],
  ids: readonly string[],
): Promise<Map<string, string>> {
  const file = await readCohortFile(cohort);
  if (file === undefined)
    return new Map(patients.flatMap(({ name }) => (ids.includes(name) ? [[name, name]] : [])));
  const byDigest = new Map(ids.map((id) => [saltedId(file.salt, id), id]));
  const idByName = new Map<string, string>();
  for (const { name, person, target } of await readPatientFiles(cohort)) {
    const stem = basename(target.file.path).replace(/(\.nii)?\.[^.]+$/, "");
    const id = person === undefined ? ids.find((other) => other === stem) : byDigest.get(person);
    if (id !== undefined) idByName.set(name, id);
  }
  return idByName;
}
