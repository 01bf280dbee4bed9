/** Which test patients the report shows: by rank of the networks' mean DSC, by size, and the middle of the stress set. */
import type { OverlayPicture } from "./report/experiment-result.ts";
import type { PatientTest } from "./test-patients.ts";

export type ChosenPatient = Pick<OverlayPicture, "role" | "group"> & { readonly test: PatientTest };

/** `sizes`: of the tumours, by patient. Each patient at most once a group; fewer patients than roles leave roles out. An undefined DSC ranks last. */
export function choosePictures(
  tests: readonly PatientTest[],
  sizes: ReadonlyMap<string, number | undefined>,
  stress: readonly { readonly title: string; readonly tests: readonly PatientTest[] }[],
): ChosenPatient[] {
  return [
    ...ends(tests, meanDsc).map(({ role, test }) => ({
      group: "rank" as const,
      role: rankNames[role],
      test,
    })),
    ...ends(tests, ({ patient }) => sizes.get(patient) ?? 0).map(({ role, test }) => ({
      group: "size" as const,
      role: sizeNames[role],
      test,
    })),
    ...stress.flatMap(({ title, tests: stressTests }) =>
      ends(stressTests, meanDsc)
        .filter(({ role }) => role === "middle")
        .map(({ test }) => ({ group: "stress" as const, role: title, test })),
    ),
  ];
}

type Place = "highest" | "middle" | "lowest";
const rankNames: Readonly<Record<Place, string>> = { highest: "best", middle: "median", lowest: "worst" };
const sizeNames: Readonly<Record<Place, string>> = {
  highest: "largest",
  middle: "median size",
  lowest: "smallest",
};

/** Highest, middle and lowest, in that order; the middle one first where there are fewer than three. */
function ends(
  tests: readonly PatientTest[],
  value: (test: PatientTest) => number,
): { readonly role: Place; readonly test: PatientTest }[] {
  const sorted = [...tests].sort((a, b) => value(b) - value(a));
  const last = sorted.length - 1;
  if (last < 0) return [];
  const middle = { role: "middle", test: sorted[Math.floor(last / 2)] } as const;
  if (last < 2) return [middle];
  return [{ role: "highest", test: sorted[0] }, middle, { role: "lowest", test: sorted[last] }];
}

function meanDsc({ networks }: PatientTest): number {
  const values = networks.map(({ evaluation }) => evaluation.volume.values.dsc ?? -1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
