/** What tells the CT that a name stands for in a list of names: case-0001 is in every cohort. */
import type { CohortPatient } from "./open-cohort.ts";
import { digest } from "./person-marks.ts";

type MarkedPatient = Pick<CohortPatient, "name" | "marks">;

/** Digests of its series and of its slices, as far as they are known: either is enough, for a CT may be exported anew or imported from another format. */
export async function scanMarks({ marks }: MarkedPatient): Promise<string[]> {
  const { keys, slices } = await marks();
  const all = slices.length === 0 ? [] : [`slices ${digest(slices.join("\n"))}`];
  return [...keys.filter((key) => key.startsWith("series ")), ...all];
}

/** Name of a patient whose CT is another than the list knows under that name; undefined where there is none, or nothing is known. */
export async function otherScan(
  known: Readonly<Record<string, readonly string[]>>,
  patients: readonly MarkedPatient[],
): Promise<string | undefined> {
  for (const patient of patients) {
    const before = known[patient.name] ?? [];
    const now = before.length === 0 ? [] : await scanMarks(patient);
    if (now.length > 0 && !now.some((mark) => before.includes(mark))) return patient.name;
  }
  return undefined;
}
