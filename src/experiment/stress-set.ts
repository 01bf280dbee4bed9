/**
 * The stress set: synthetic patients whose tumours are hard on purpose, small ones and ones against the mediastinum. Their
 * true contours are known to the voxel. They train nothing.
 */
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { loadPatient } from "#patients/load-patient.ts";
import type { PhantomDescription } from "#phantom/generate.ts";
import type { PhantomTask } from "#phantom/run/make-phantom.worker.ts";
import { type Lobe, lobes, type TumourPlan } from "#phantom/table1.ts";
import { exists } from "#platform/missing.ts";
import type { Work } from "#platform/work.ts";
import { runInWorkers } from "#platform/worker-pool.ts";

export const stressGroups = [
  {
    name: "small",
    title: "Small tumours",
    what: "1 to 5 cc, free in the lung",
    contact: "none",
    leastCc: 1,
    mostCc: 5,
  },
  {
    name: "mediastinum",
    title: "Against the mediastinum",
    what: "10 to 120 cc, grown against the mediastinum",
    contact: "mediastinum",
    leastCc: 10,
    mostCc: 120,
  },
] as const;

/** Far from the seeds that people give their cohorts, so that no stress patient has been trained on. */
const stressSeed = 2_020_019;

export type StressPatient = {
  readonly group: (typeof stressGroups)[number]["name"];
  readonly name: string;
  load(): ReturnType<typeof loadPatient>;
};

/** Volumes evenly spaced on a logarithmic scale, lobes in turn. */
export function stressPlans(group: (typeof stressGroups)[number], count: number): TumourPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const part = count === 1 ? 0.5 : index / (count - 1);
    return {
      lobe: lobeInTurn(index),
      contact: group.contact,
      volumeCc: group.leastCc * (group.mostCc / group.leastCc) ** part,
    };
  });
}

function lobeInTurn(index: number): Lobe {
  return lobes[index % lobes.length];
}

function stressName({ name }: (typeof stressGroups)[number], index: number): string {
  return `${name}-${String(index + 1).padStart(2, "0")}`;
}

/** Of the whole set, with `count` in each group. */
export function stressNames(count: number): string[] {
  return stressGroups.flatMap((group) => Array.from({ length: count }, (_, at) => stressName(group, at)));
}

/**
 * Contours are kept by the patient's name: one of the cohort that is called as one of the stress set would get its contour, or lose
 * its own. Throws `bad-cohort` for such a name; `count` is the stress set's in each group.
 */
export function refuseStressNames(names: readonly string[], count: number): void {
  const reservedNames = stressNames(count);
  const shared = names.find((name) => reservedNames.includes(name));
  if (shared === undefined) return;
  throw new DelineateError(
    "bad-cohort",
    `The cohort's patient ${shared} is called as one of the stress set: rename it, or leave the stress set out with --stress 0.`,
  );
}

/** Made on the first call, `count` in each group, with images of `size` rows and columns. */
export async function makeStressSet(
  directory: string,
  { count, size }: { readonly count: number; readonly size: number },
  { progress, signal }: Work,
): Promise<StressPatient[]> {
  const plans = stressGroups.flatMap((group, at) =>
    stressPlans(group, count).map((tumourPlan, index) => {
      const name = stressName(group, index);
      const task: PhantomTask = {
        seed: stressSeed + at,
        patient: index + 1,
        size,
        tumourPlan,
        directory: join(directory, name),
      };
      return { group: group.name, name, task };
    }),
  );
  const tasks: PhantomTask[] = [];
  for (const { task } of plans) {
    if (!(await exists(task.directory))) tasks.push(task);
  }
  progress.report("making the stress set", 0, tasks.length);
  await runInWorkers<PhantomTask, PhantomDescription>(
    new URL("../phantom/run/make-phantom.worker.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (finished) => progress.report("making the stress set", finished, tasks.length),
    },
  );
  return plans.map(({ group, name, task }) => ({
    group,
    name,
    load: () => loadPatient(task.directory, "GTV"),
  }));
}
