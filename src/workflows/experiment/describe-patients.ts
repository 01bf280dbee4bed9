/** Each patient's tumour and CT as numbers: the report's Table 1, the strata of the split, and what errors are held against. */
import { join } from "node:path";
import type { Progress } from "../../core/progress.ts";
import { runInWorkers } from "../../node/worker-pool.ts";
import type { DescribedPatient } from "../../report/experiment-result.ts";
import type { DescribeTask } from "./describe-patient.ts";

/** In the order of `names`. A file a patient under `directory`. Throws `cancelled`, and what loading a patient throws. */
export async function describePatients(
  cohort: string,
  names: readonly string[],
  roi: string,
  directory: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<DescribedPatient[]> {
  const tasks = names.map(
    (name): DescribeTask => ({ cohort, name, roi, path: join(directory, `${name}.json`) }),
  );
  return runInWorkers<DescribeTask, DescribedPatient>(
    new URL("./describe-patient.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (finished) => progress.report("describing the cohort", finished, tasks.length),
    },
  );
}
