/**
 * A cohort on disk, as `delineate phantom` writes it and `delineate train` reads it: one folder a patient, somewhere in
 * it a CT series and a structure set. Patients are told apart by folder, in the order of their names.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";

type PatientFolder = { readonly name: string; readonly path: string };

/** Throws `file-not-found` if the folder does not exist, `bad-cohort` if it has no patient's folder. */
export async function listPatients(cohort: string): Promise<PatientFolder[]> {
  const entries = await readdir(cohort, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no cohort folder ${cohort}.`, { cause });
  });
  const patients = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !entry.name.endsWith(".partial"))
    .map((entry) => ({ name: entry.name, path: join(cohort, entry.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (patients.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `${cohort} has no folders: expected one a patient, with CT and RTSTRUCT.`,
    );
  }
  return patients;
}
