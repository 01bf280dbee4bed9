/** Each patient's tumour and CT as numbers: the report's Table 1, the strata of the split, and what errors are held against. */
import { join } from "node:path";
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { Work } from "#platform/work.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import type { DescribeTask } from "./describe-patient.worker.ts";
import type { DescribedPatient } from "./report/experiment-result.ts";

/** What the report may say: side and size in voxels need no millimetres, everything else that is described does. */
export function sayable(patient: DescribedPatient, spacing: Spacing): DescribedPatient {
  const { voxels, ...inMillimetres } = patient.values;
  if (spacing === "known") return { ...patient, values: inMillimetres };
  return { ...patient, values: { voxels, side: inMillimetres.side }, pixelMm: null, sliceMm: null };
}

/** Of `cohort`'s contours `roi`, in the order of `names`. A file per patient under `directory`. Throws `cancelled`, and what loading a patient throws. */
export async function describePatients(
  { cohort, roi }: { readonly cohort: string; readonly roi: string },
  names: readonly string[],
  directory: string,
  { progress, signal }: Work,
): Promise<DescribedPatient[]> {
  const tasks = names.map(
    (name): DescribeTask => ({ cohort, name, roi, path: join(directory, `${name}.json`) }),
  );
  return runInWorkers<DescribeTask, DescribedPatient>(
    new URL("./describe-patient.worker.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (finished) => progress.report("describing the cohort", finished, tasks.length),
    },
  );
}
