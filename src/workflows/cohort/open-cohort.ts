/**
 * A cohort's patients, whatever kind of cohort it is: a folder with one folder a patient (as `delineate phantom` writes
 * it). Nothing is read before `load`.
 */
import { listPatients } from "../../node/cohort-folder.ts";
import { type LoadedPatient, loadPatient } from "../load-patient.ts";

export type CohortPatient = {
  /** Unique in the cohort; identifies no person. */
  readonly name: string;
  /** CT and target; several ROIs that match `roi` (a name or a regular expression) are joined. */
  load(roi: string): Promise<LoadedPatient>;
};

/** In the order of their names. Throws `file-not-found`, `bad-cohort`. */
export async function openCohort(path: string): Promise<readonly CohortPatient[]> {
  const folders = await listPatients(path);
  return folders.map((folder) => ({ name: folder.name, load: (roi) => loadPatient(folder.path, roi) }));
}
