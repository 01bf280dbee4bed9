/**
 * The data side of a training against its steps: planning an epoch and making batches (augmented as the paper's default), and
 * the step of a real trainer, in turn, on two settings: the paper's 512 x 512 at width 64, and 128 x 128 at width 16. The
 * data side should take less than 5 % of a step. Run: npm run bench data-side [steps]
 */
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { emitTraining, initialState } from "#engine/emit.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { networkNamed } from "#networks/networks.ts";
import { generatePatient } from "#phantom/generate.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { makeBatch } from "#training/batch.ts";
import { weightedCrossEntropy } from "#training/losses/weighted-cross-entropy.ts";
import { batchOf, planEpoch, stepsInEpoch } from "#training/plan-epoch.ts";
import { encodeImages, imagesInFile } from "#training/run/image-file.ts";
import { createTrainingSet } from "#training/training-set.ts";

const steps = Number(process.argv[2] ?? 6);
const settings = [
  { size: 512, width: 64, batch: 2 },
  { size: 128, width: 16, batch: 8 },
];
/** The first runs allocate memory and choose kernels. */
const warmUps = 2;

const folder = mkdtempSync(join(tmpdir(), "data-side-"));
const { grid, hu, gtv } = generatePatient(createRandom(1).fork(2), { size: 128 });
const rows: string[][] = [];
for (const { size, width, batch } of settings) {
  const configuration = { ...defaultTraining, size, width, batch };
  const content = encodeImages({
    sliceSpacingMm: grid.spacingMm[2],
    pixelMm: 1,
    targetCc: 1,
    levels: networkSlices(grid, hu, configuration.greyLevels, size),
    mask: networkMask(grid, gtv.data, size),
  });
  // Slices are read from a file, as in a training.
  const path = join(folder, `${size}.bin`);
  writeFileSync(path, content);
  const file = { fd: openSync(path, "r"), start: 0 };
  const set = createTrainingSet(size, [imagesInFile(file, content, { name: "phantom", size, sha256: "" })]);
  const network = networkNamed(configuration.network, { width, dropoutRate: configuration.dropout });
  const training = emitTraining(
    network,
    { channels: 1, height: size, width: size },
    { batch, loss: weightedCrossEntropy, l2: configuration.l2 },
  );
  const trainer = await createTrainer(training, initialState(training, 1), { seed: 1 });
  const before = performance.now();
  const plan = planEpoch(set, configuration, 0);
  const planMs = (performance.now() - before) / stepsInEpoch(set, configuration);
  const times = { data: [] as number[], step: [] as number[] };
  for (let step = -warmUps; step < steps; step++) {
    const start = performance.now();
    const { images, masks } = makeBatch(set, batchOf(plan, Math.max(0, step), configuration), configuration);
    const middle = performance.now();
    await trainer.step(images, masks, { learningRate: 1e-4 });
    if (step < 0) continue;
    times.data.push(middle - start + planMs);
    times.step.push(performance.now() - middle);
  }
  await trainer.dispose();
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [data, step] = [mean(times.data), mean(times.step)];
  rows.push([
    `${size} x ${size}, width ${width}, batch ${batch}`,
    data.toFixed(1),
    step.toFixed(1),
    ((100 * data) / (data + step)).toFixed(1),
  ]);
}
process.stdout.write(`${table(["", "data, ms", "step, ms", "data, %"], rows)}\n`);
rmSync(folder, { recursive: true });
