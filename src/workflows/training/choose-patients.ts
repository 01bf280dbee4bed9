/** Which patients of the cohort train and which validate: never the same ones. */
import { DelineateError } from "../../core/errors.ts";
import { openCohort } from "../cohort/open-cohort.ts";

export type ChosenPatients = {
  readonly patients: readonly string[] | undefined;
  readonly validation: readonly string[];
};

/**
 * Without `patients` all train that do not validate. Throws `usage` if one does both, or if early stopping has nobody to
 * validate on. Names that the cohort lacks are found when it is loaded.
 */
export async function choosePatients(
  cohort: string,
  wanted: {
    readonly patients?: readonly string[] | undefined;
    readonly validation?: readonly string[] | undefined;
  },
  patience: number,
): Promise<ChosenPatients> {
  const { patients, validation = [] } = wanted;
  const both = validation.filter((name) => patients?.includes(name));
  if (both.length > 0) {
    throw new DelineateError(
      "usage",
      `${both.join(", ")} cannot both train and validate: take it out of one.`,
    );
  }
  if (patience > 0 && validation.length === 0) {
    throw new DelineateError(
      "usage",
      "Early stopping needs patients to validate on: add --validation or --split, or leave --patience out.",
    );
  }
  if (patients !== undefined || validation.length === 0) return { patients, validation };
  const all = await openCohort(cohort);
  return { patients: all.map(({ name }) => name).filter((name) => !validation.includes(name)), validation };
}
