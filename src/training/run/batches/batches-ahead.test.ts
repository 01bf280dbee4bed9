/** Batches made on threads: the same ones, in order, from any step, and what was wrong with a file said. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { silentProgress } from "#core/progress.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import type { Batch } from "#training/batch.ts";
import { phantomCohort } from "../../../../test/shared-inputs.ts";
import { loadTrainingSet } from "../load-training-set.ts";
import { batchesAhead } from "./batches-ahead.ts";

const folder = mkdtempSync(join(tmpdir(), "batches-ahead-"));
const cohort = join(folder, "cohort");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => phantomCohort(cohort, { patients: 2, seed: 5, size: 64 }));

const augmentation = { ...defaultTraining.augmentation, elastic: 0.03, noiseHu: 20, rotationDegrees: 10 };
const configuration: TrainingConfiguration = {
  ...defaultTraining,
  ...{ size: 64, epochs: 2, batch: 4, roi: "GTV", context: 1, augmentation },
};

/** Of each batch, in order: two that are equal are the same numbers. */
async function digestsOf(batches: AsyncIterable<Batch>): Promise<string[]> {
  const digests: string[] = [];
  for await (const { images, masks, planned } of batches) {
    const digest = createHash("sha256").update(images).update(masks).update(JSON.stringify(planned));
    digests.push(digest.digest("hex"));
  }
  return digests;
}

async function openSet(files: DisposableStack) {
  const patients = await openCohort(cohort);
  const additions = [{ cohort, weight: 0.5, patients }];
  const request = { ...configuration, cohort, patients, additions, spare: join(folder, "spare") };
  return loadTrainingSet(request, { progress: silentProgress, signal: new AbortController().signal, files });
}

test.each(["slice", "click"] as const)(
  "seen as a %s they are those that one thread makes between the steps",
  async (view) => {
    using files = new DisposableStack();
    const set = await openSet(files);
    const plan = { ...configuration, view };
    const inTurn = await digestsOf(batchesAhead(set, plan, { doneSteps: 0, threads: 1 }));
    expect(inTurn.length).toBeGreaterThan(8);
    expect(await digestsOf(batchesAhead(set, plan, { doneSteps: 0, threads: 2 }))).toEqual(inTurn);
    // On several threads, from the middle of the second epoch.
    const doneSteps = inTurn.length / 2 + 2;
    const rest = await digestsOf(batchesAhead(set, plan, { doneSteps, threads: 9 }));
    expect(rest).toEqual(inTurn.slice(doneSteps));
  },
);

test("images that were cut short are named, and the threads end", async () => {
  using files = new DisposableStack();
  const set = await openSet(files);
  for (const name of ["patient-0001", "patient-0002"])
    truncateSync(join(cohort, ".cache", "images-64", `${name}.bin`), 100);
  const batches = batchesAhead(set, configuration, { doneSteps: 0, threads: 2 });
  await expect(batches.next()).rejects.toMatchObject({
    code: "file-changed",
    message: expect.stringContaining("patient-000"),
  });
  expect(await batches.next()).toEqual({ done: true, value: undefined });
});
