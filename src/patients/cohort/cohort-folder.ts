/**
 * A cohort on disk, as `delineate phantom` writes it and `delineate train` reads it: one folder a patient, somewhere in
 * it a CT series and a structure set. Patients are told apart by folder, in the order of their names.
 */
import { DelineateError } from "#core/errors.ts";
import { listEntries } from "#platform/list-folder.ts";

type PatientFolder = { readonly name: string; readonly path: string };

/** Throws `file-not-found` if the folder does not exist, `bad-cohort` if it has no patient's folder. */
export async function listPatients(cohort: string): Promise<PatientFolder[]> {
  const patients = (await listEntries(cohort))
    .filter((entry) => entry.isFolder && !entry.name.startsWith(".") && !entry.name.endsWith(".partial"))
    .map(({ name, path }) => ({ name, path }));
  if (patients.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `${cohort} has no folders: expected one a patient, with CT and RTSTRUCT.`,
    );
  }
  return patients;
}
