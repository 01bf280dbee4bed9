/**
 * Cases of one person, under one ID or several: found by the ID's digest, by UIDs that two persons cannot share, and by
 * slices with the same pixels. A split keeps each group together.
 */
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";

/** So many slices with equal histograms of HU are no chance: one alone could be an empty one of a phantom. */
const sharedSlices = 3;

export type PatientGroup = {
  /** In the order of their names. */
  readonly cases: readonly string[];
  readonly reasons: readonly string[];
};

/** Every case is in one group; most groups have one case and no reasons. */
export function groupPatients(patients: readonly CohortPatientFile[]): PatientGroup[] {
  const parent = patients.map((_, index) => index);
  const reasons = new Map<number, Set<string>>();
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  const join = (a: number, b: number, reason: string): void => {
    const [first, second] = [Math.min(root(a), root(b)), Math.max(root(a), root(b))];
    parent[second] = first;
    const merged = new Set([...(reasons.get(first) ?? []), ...(reasons.get(second) ?? []), reason]);
    reasons.set(first, merged);
  };
  const joinEqual = (reason: string, keyOf: (patient: CohortPatientFile) => string | undefined): void => {
    const seen = new Map<string, number>();
    for (const [index, patient] of patients.entries()) {
      const key = keyOf(patient);
      if (key === undefined) continue;
      const other = seen.get(key);
      if (other === undefined) seen.set(key, index);
      else join(other, index, reason);
    }
  };
  joinEqual("same patient ID", ({ person }) => person);
  joinEqual("same series", ({ ct }) => ct.seriesInstanceUid);
  joinEqual("same study", ({ ct }) => ct.studyInstanceUid);
  joinEqual("same frame of reference", ({ ct }) => ct.frameOfReferenceUid);
  for (const [a, b] of pairsWithSharedSlices(patients)) join(a, b, "same pixels");
  const groups = new Map<number, string[]>();
  for (const [index, { name }] of patients.entries()) {
    groups.set(root(index), [...(groups.get(root(index)) ?? []), name]);
  }
  return [...groups].map(([index, cases]) => ({
    cases: cases.sort(),
    reasons: [...(reasons.get(index) ?? [])].sort(),
  }));
}

function pairsWithSharedSlices(patients: readonly CohortPatientFile[]): [number, number][] {
  const holders = new Map<string, number[]>();
  for (const [index, { ct }] of patients.entries()) {
    for (const digest of new Set(ct.sliceDigests)) {
      holders.set(digest, [...(holders.get(digest) ?? []), index]);
    }
  }
  const shared = new Map<string, number>();
  for (const indices of holders.values()) {
    for (const [at, a] of indices.entries()) {
      for (const b of indices.slice(at + 1)) shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1);
    }
  }
  return [...shared]
    .filter(([, count]) => count >= sharedSlices)
    .map(([pair]) => pair.split(" ").map(Number) as [number, number]);
}
