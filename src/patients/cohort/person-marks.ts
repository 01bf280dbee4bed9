/**
 * What tells a person over cohorts without naming one: digests of the patient's ID, of the UIDs that two persons cannot share, and
 * of slices. Cases that share one are of one person. A case's name tells nobody: case-0001 is in every cohort.
 */
import { createHash } from "node:crypto";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";

export type PersonMarks = {
  /** A word for its kind (`kinds`), then what is equal for cases of one person. */
  readonly keys: readonly string[];
  /** Digests of slices (describe/measure-case.ts), where they are known. */
  readonly slices: readonly string[];
  /** As it stands in the files: in memory alone, never written. */
  readonly patientId?: string | undefined;
  /** Of the case, or of whose thorax it is: for notes that tell a person by a name alone. In memory alone. */
  readonly names?: readonly string[];
};

/** In words, as an import says them; other kinds are no reason that anybody needs to hear. */
const kinds: Readonly<Record<string, string | undefined>> = {
  id: "same patient ID",
  series: "same series",
  study: "same study",
  frame: "same frame of reference",
  background: "background of the same name",
};

/** So many slices with equal histograms of HU are no chance: one alone could be an empty one of a phantom. */
const sharedSlices = 3;

type Uids = {
  readonly seriesInstanceUid?: string | undefined;
  readonly studyInstanceUid?: string | undefined;
  readonly frameOfReferenceUid?: string | undefined;
};

/** Of a case of the cohort that has this salt. */
export function marksOfCase({ person, ct }: CohortPatientFile, salt: string): PersonMarks {
  const id = person === undefined ? [] : [`id ${salt} ${person}`];
  return { keys: [...id, ...marksOfUids(ct)], slices: ct.sliceDigests };
}

/** UIDs are written as digests: a folder of synthetic patients may travel where a cohort's own files do not. */
export function marksOfUids(uids: Uids): string[] {
  const named = [
    ["series", uids.seriesInstanceUid],
    ["study", uids.studyInstanceUid],
    ["frame", uids.frameOfReferenceUid],
  ] as const;
  return named.flatMap(([kind, uid]) => (uid ? [`${kind} ${digest(uid)}`] : []));
}

/** An ID as a cohort with this salt keeps it. */
export function saltedId(salt: string, patientId: string): string {
  return digest(`${salt}\0${patientId}`);
}

/**
 * Marks that can be written: of several cases of one person, without their ID. An ID that no cohort has salted is by a digest of
 * the scan, which the list of a clinic's IDs does not hold.
 */
export function writtenMarks(cases: readonly PersonMarks[]): PersonMarks {
  const keys = cases.flatMap(({ keys: caseKeys, patientId }) => {
    if (patientId === undefined || caseKeys.some((key) => key.startsWith("id "))) return caseKeys;
    const salt = digest(caseKeys.join("\n"));
    return [`id ${salt} ${saltedId(salt, patientId)}`, ...caseKeys];
  });
  return { keys: [...new Set(keys)], slices: [...new Set(cases.flatMap(({ slices }) => slices))] };
}

type PersonGroup = {
  /** Positions, ascending. */
  readonly members: readonly number[];
  /** In words; none for a person with one case. */
  readonly reasons: readonly string[];
};

/** Every position of `all` is in one group. Groups are in the order of their first members. */
export function groupByMarks(all: readonly PersonMarks[]): PersonGroup[] {
  const parent = all.map((_, index) => index);
  const reasons = new Map<number, Set<string>>();
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  const join = (a: number, b: number, reason: string | undefined): void => {
    const [first, second] = [Math.min(root(a), root(b)), Math.max(root(a), root(b))];
    parent[second] = first;
    const knownReasons = [...(reasons.get(first) ?? []), ...(reasons.get(second) ?? [])];
    reasons.set(first, new Set(reason === undefined ? knownReasons : [...knownReasons, reason]));
  };
  const seen = new Map<string, number>();
  for (const [index, keys] of comparableKeys(all).entries()) {
    for (const key of keys) {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, index);
      else join(other, index, reasonOf(key));
    }
  }
  for (const [a, b] of pairsWithSharedSlices(all)) join(a, b, "same pixels");
  const groups = new Map<number, number[]>();
  for (const index of all.keys()) groups.set(root(index), [...(groups.get(root(index)) ?? []), index]);
  return [...groups].map(([first, members]) => ({
    members,
    reasons: [...(reasons.get(first) ?? [])].sort(),
  }));
}

/** For each position of `all` that of the first case of the same person. */
export function firstOfPerson(all: readonly PersonMarks[]): number[] {
  const first = [...all.keys()];
  for (const { members } of groupByMarks(all)) for (const member of members) first[member] = members[0];
  return first;
}

function reasonOf(key: string): string | undefined {
  return kinds[key.slice(0, key.indexOf(" "))];
}

/** Of a thorax that is told by its name alone, as notes of an earlier program do. */
export function backgroundKey(name: string): string {
  return `background ${name}`;
}

/**
 * An ID that is known is compared with those that others know salted, each with their salt; a name with those by which others tell a
 * person. Names are of one cohort: rather one too many is the same person than one on two sides.
 */
function comparableKeys(all: readonly PersonMarks[]): string[][] {
  const salts = new Set(
    all.flatMap(({ keys }) => keys.filter((key) => key.startsWith("id ")).map((key) => key.split(" ")[1])),
  );
  const known = new Set(all.flatMap(({ keys }) => keys));
  return all.map(({ keys, patientId, names = [] }) => {
    // With an empty salt those are compared of whom no digest is kept.
    const ids =
      patientId === undefined ? [] : ["", ...salts].map((salt) => `id ${salt} ${saltedId(salt, patientId)}`);
    return [...new Set([...keys, ...ids, ...names.map(backgroundKey).filter((key) => known.has(key))])];
  });
}

/** Positions of equal lists are paired with the first of them alone: a thousand tumours may be drawn into one thorax. */
function pairsWithSharedSlices(all: readonly PersonMarks[]): [number, number][] {
  const pairs: [number, number][] = [];
  const firstWith = new Map<string, number>();
  const holders = new Map<string, number[]>();
  for (const [index, { slices }] of all.entries()) {
    const distinct = [...new Set(slices)];
    if (distinct.length < sharedSlices) continue;
    const list = distinct.join(" ");
    const same = firstWith.get(list);
    if (same !== undefined) {
      pairs.push([same, index]);
      continue;
    }
    firstWith.set(list, index);
    for (const slice of distinct) holders.set(slice, [...(holders.get(slice) ?? []), index]);
  }
  const shared = new Map<string, number>();
  for (const indices of holders.values()) {
    for (const [at, a] of indices.entries()) {
      for (const b of indices.slice(at + 1)) shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1);
    }
  }
  for (const [pair, count] of shared)
    if (count >= sharedSlices) pairs.push(pair.split(" ").map(Number) as [number, number]);
  return pairs;
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
