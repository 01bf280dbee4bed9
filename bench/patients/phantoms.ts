/** Phantoms that a model never saw, from the folder of a cohort of `delineate phantom`. */
import { listPatients } from "#patients/cohort/cohort-folder.ts";
import { loadPatient } from "#patients/load-patient.ts";
import type { CaseSource } from "./measured-case.ts";

/** Throws `file-not-found`, `bad-cohort`. */
export async function heldOutPhantoms(cohort: string): Promise<readonly CaseSource[]> {
  return (await listPatients(cohort)).map(({ name, path }): CaseSource => {
    return {
      names: [name],
      group: "phantoms",
      load: async () => {
        const { ct, target } = await loadPatient(path, "GTV");
        const truth = { kind: "contour", mask: target } as const;
        return [{ name, group: "phantoms", ct, truth, spacingKnown: true }];
      },
    };
  });
}
