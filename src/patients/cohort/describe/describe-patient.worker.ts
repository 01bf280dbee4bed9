/** One patient's tumour described, on a worker thread; the answer is kept with the cohort until its source changes. */
import { join } from "node:path";
import { describeTumour, type TumourDescription } from "#anatomy/describe-tumour.ts";
import { DelineateError } from "#core/errors.ts";
import { openPatient } from "#patients/cohort/open-cohort.ts";
import { readCached, writeCached } from "#platform/cached-file.ts";
import { answerTasks } from "#platform/worker-task.ts";

export type DescribeTask = { readonly cohort: string; readonly name: string; readonly roi: string };

export type DescribeAnswer =
  | { readonly name: string; readonly description: TumourDescription }
  | { readonly name: string; readonly problem: string };

/** Changes with every change to src/anatomy that changes an answer. */
const version = 2;

async function describePatient({ cohort, name, roi }: DescribeTask): Promise<DescribeAnswer> {
  const patient = await openPatient(cohort, name);
  try {
    const key = `${version} ${await patient.fingerprint(roi)}`;
    const path = join(cohort, ".cache", "descriptions", `${name}.json`);
    const cached = readCached(path, key);
    if (cached !== undefined) return { name, description: JSON.parse(Buffer.from(cached).toString()) };
    const { ct, target } = await patient.load(roi);
    if (!target.data.includes(1)) return { name, problem: "The tumour's mask is empty." };
    const description = describeTumour(ct, target);
    await writeCached(path, key, Buffer.from(JSON.stringify(description)));
    return { name, description };
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    return { name, problem: error.message };
  }
}

answerTasks(describePatient);
