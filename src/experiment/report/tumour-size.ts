/** What a tumour's size is said in: cc, or voxels of its reference where the cohort's spacing is not known. */
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { PatientDescription } from "#evaluate/correlate-table.ts";
import { fixed } from "#statistics/printed-numbers.ts";

type TumourSize = {
  /** Name among a patient's described values. */
  readonly descriptor: "volumeCc" | "voxels";
  readonly unit: "cc" | "voxels";
  readonly digits: number;
};

export function tumourSize(spacing: Spacing): TumourSize {
  return spacing === "known"
    ? { descriptor: "volumeCc", unit: "cc", digits: 1 }
    : { descriptor: "voxels", unit: "voxels", digits: 0 };
}

/** By the patient's name; undefined for one of whom it is not known. */
export function sizesOf(
  patients: readonly PatientDescription[],
  spacing: Spacing,
): ReadonlyMap<string, number | undefined> {
  return new Map(patients.map((patient) => [patient.patient, sizeOf(patient, spacing)]));
}

function sizeOf({ values }: PatientDescription, spacing: Spacing): number | undefined {
  const value = values[tumourSize(spacing).descriptor];
  return typeof value === "number" ? value : undefined;
}

/** "12.3 cc", "5021 voxels". */
export function sizeText(size: number, spacing: Spacing): string {
  const { unit, digits } = tumourSize(spacing);
  return `${fixed(size, digits)} ${unit}`;
}
