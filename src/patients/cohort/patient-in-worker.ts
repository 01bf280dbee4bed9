/** A patient by name on a worker thread: the cohort is opened once for all tasks that the thread gets. */
import { type CohortPatient, openCohort } from "./open-cohort.ts";

const opened = new Map<string, Promise<readonly CohortPatient[]>>();

/** Throws a plain error for a name that the cohort lacks: tasks are made from its names. */
export async function patientInWorker(cohort: string, name: string): Promise<CohortPatient> {
  const patients = opened.get(cohort) ?? openCohort(cohort);
  opened.set(cohort, patients);
  const patient = (await patients).find((candidate) => candidate.name === name);
  if (patient === undefined) throw new Error(`no patient ${name}`);
  return patient;
}
