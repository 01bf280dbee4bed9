import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { phantomFolder } from "../../../../test/shared-inputs.ts";
import { timeNetworks } from "./time-networks.ts";
import { timePatient } from "./time-patient.ts";

const { signal } = new AbortController();

test("a patient's time is told stage by stage in the order of the work, and the whole holds them all", async () => {
  const patient = await phantomFolder(41, 64);
  const options = { model: shippedModel, rounds: 1, progress: silentProgress, signal };
  const times = await timePatient(join(patient, "ct"), options);
  await rm(join(patient, ".."), { recursive: true });
  expect(times.map(({ reach }) => reach)).toEqual(["near the lungs", "every slice"]);
  for (const { slices, stages } of times) {
    expect(slices).toBeGreaterThan(20);
    const names = stages.map(({ stage }) => stage);
    expect(names.slice(0, 3)).toEqual(["loading the model", "reading headers", "reading CT"]);
    expect(names.slice(-3)).toEqual(["finding the tumour", "writing and reading back", "the whole"]);
    expect(names).toContain("segmenting");
    const parts = stages.slice(0, -1).reduce((sum, { ms }) => sum + ms, 0);
    expect(stages.at(-1)?.ms).toBeGreaterThanOrEqual(parts);
  }
});

test("each network is timed on one core and on all, and an interrupted trial tells nothing", async () => {
  const shape = { network: "modified-resnet34", width: 4, size: 32 } as const;
  const times = await timeNetworks([shape], { rounds: 2, progress: silentProgress, signal });
  expect(times[0]).toMatchObject({ ...shape, device: "cpu", threads: 1 });
  for (const { msPerSlice } of times) expect(msPerSlice).toBeGreaterThan(0);
  const aborted = { rounds: 1, progress: silentProgress, signal: AbortSignal.abort() };
  await expect(timeNetworks([shape], aborted)).rejects.toMatchObject({ code: "cancelled" });
});
