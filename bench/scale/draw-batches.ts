/**
 * The data side of a training on a cohort, without a network: all images at 512 x 512 are prepared, and batches are drawn from
 * them all over. A program of its own for scale.ts, which asks what it took. Arguments: cohort, folder for what it writes.
 */
import { join } from "node:path";
import { defaultTraining } from "#contract/training-configuration.ts";
import { silentProgress } from "#core/progress.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { makeBatch } from "#training/batch.ts";
import { batchOf, planEpoch } from "#training/plan-epoch.ts";
import { loadTrainingSet } from "#training/run/load-training-set.ts";

const [cohort, folder] = process.argv.slice(2);
const configuration = { ...defaultTraining, size: 512, batch: 8, roi: "GTV.*" };
using files = new DisposableStack();
const work = { progress: silentProgress, signal: new AbortController().signal, files };
const spare = join(folder, ".images");
const patients = await openCohort(cohort);
const set = await loadTrainingSet({ ...configuration, cohort, patients, spare, additions: [] }, work);
const plan = planEpoch(set, configuration, 0);
for (let step = 0; step < 50; step++) makeBatch(set, batchOf(plan, step, configuration), configuration);
