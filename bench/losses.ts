/**
 * Every loss, 2.5D, attention and the U-Net on one small cohort: trained on the same phantoms with the same seed and the same
 * number of steps, evaluated on the same held-out phantoms at the operating point 0.5. Small enough for a morning on one
 * core, so that the figures say whether each converges, not what is best at the paper's size.
 *
 *   npm run bench losses [folder] [row ...]
 *
 * The folder keeps cohorts, runs and one JSON file per row: rows that are there are not computed again, a row that was
 * interrupted goes on from its checkpoint.
 */
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { defaultTraining, lossNames, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { silentProgress } from "#core/progress.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { loadModel } from "#model/run/load-model.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { toMask } from "#segment/clean-up.ts";
import { predictVolume } from "#segment/prediction/predict-volume.ts";
import { meanSdDefined } from "#statistics/printed-numbers.ts";
import { summarise } from "#statistics/summary.ts";
import { trainModel } from "#training/run/train-model.ts";

const size = 128;
const cohorts = { train: { patients: 24, seed: 101 }, test: { patients: 8, seed: 102 } };
const common: TrainingConfiguration = {
  ...defaultTraining,
  size,
  width: 8,
  epochs: 14,
  batch: 4,
  learningRate: 3e-3,
  schedule: "cosine",
  warmUpSteps: 50,
  roi: "GTV",
};
const rows: Record<string, Partial<TrainingConfiguration>> = {
  ...Object.fromEntries(lossNames.map((loss) => [loss, { loss }])),
  // Lin's alpha comes from detection, where most pixels have an anchor that is easily told; here the target is rare.
  "focal, alpha 0.75": {
    loss: "focal",
    lossParameters: { ...common.lossParameters, focal: { gamma: 2, alpha: 0.75 } },
  },
  "2.5D, Eq. 1": { context: 1 },
  "2.5D, dice": { context: 1, loss: "dice" },
  // With gates Eq. 1 does not converge at the common learning rate.
  "attention, Eq. 1 at 0.001": { attention: true, learningRate: 1e-3 },
  "attention, dice": { attention: true, loss: "dice" },
  "U-Net, Eq. 1": { network: "u-net" },
};

type Row = {
  readonly dsc: readonly (number | null)[];
  readonly firstLoss: number;
  readonly finalLoss: number;
  readonly steps: number;
  /** Of the training alone, while other programs used the machine too. */
  readonly trainingSeconds: number;
};

const [folder = join(tmpdir(), "bench-losses"), ...chosen] = process.argv.slice(2);
const threads = 1;
const progress = createTerminalProgress();
const { signal } = new AbortController();
await mkdir(folder, { recursive: true });

async function cohort(name: keyof typeof cohorts): Promise<string> {
  const out = join(folder, name);
  await makePhantoms({ ...cohorts[name], first: 1, size, out }, progress, signal);
  return out;
}

const meanLoss = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Number(line.split(",")[2]), 0) / lines.length;

async function trainRow(name: string, out: string): Promise<Omit<Row, "dsc">> {
  const before = performance.now();
  const checkpoint = join(out, "checkpoint.safetensors");
  const resume = await readFile(checkpoint).then(
    () => true,
    () => false,
  );
  const configuration = { ...common, ...rows[name] };
  const request = { cohort: await cohort("train"), out, configuration, resume, threads, name: "bench" };
  const result = await trainModel(
    { ...request, checkpointEvery: 200, version: "1", threshold: 0.5, additions: [] },
    progress,
    signal,
  );
  const [, ...lines] = (await readFile(join(out, "loss.csv"), "utf8")).trim().split("\n");
  return {
    firstLoss: meanLoss(lines.slice(0, 20)),
    finalLoss: result.loss,
    steps: result.steps,
    trainingSeconds: (performance.now() - before) / 1000,
  };
}

/** DSC of each test patient's volume, null where it is undefined. */
async function testRow(out: string): Promise<(number | null)[]> {
  const model = await loadModel(join(out, "model.onnx"));
  const overlaps: (number | null)[] = [];
  for (const patient of await openCohort(await cohort("test"))) {
    const { ct, target } = await patient.load(common.roi);
    const confidence = await predictVolume(ct, model, { batch: 8, progress: silentProgress });
    overlaps.push(
      volumeOverlap(
        target,
        (await toMask(confidence, "largest", { hu: ct.hu, threshold: model.input.threshold })).mask,
      ).dsc,
    );
  }
  await model.dispose();
  return overlaps;
}

async function readRow(name: string): Promise<Row | undefined> {
  const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

for (const name of chosen.length > 0 ? chosen : Object.keys(rows)) {
  if (rows[name] === undefined) throw new Error(`no row ${name}: ${Object.keys(rows).join("; ")}`);
  if ((await readRow(name)) !== undefined) continue;
  process.stderr.write(`${name}\n`);
  const out = join(folder, "runs", name);
  const trained = await trainRow(name, out);
  const row: Row = { ...trained, dsc: await testRow(out) };
  await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(row)}\n`, { force: true });
}

const cells: string[][] = [];
for (const name of Object.keys(rows)) {
  const row = await readRow(name);
  if (row === undefined) continue;
  const dsc = summarise("patient", row.dsc);
  const worst = dsc.min === null ? "undefined" : dsc.min.toFixed(3);
  cells.push([
    name,
    meanSdDefined(dsc, 3),
    dsc.median === null ? "undefined" : dsc.median.toFixed(3),
    worst,
    row.firstLoss.toFixed(4),
    row.finalLoss.toFixed(4),
    String(row.steps),
    row.trainingSeconds.toFixed(0),
  ]);
}
process.stdout.write(
  `${cohorts.train.patients} training and ${cohorts.test.patients} test phantoms, ${size} x ${size}, width ${common.width}, ${common.epochs} epochs of batch ${common.batch}; DSC per patient at 0.5\n`,
);
const header = ["row", "DSC mean ± SD", "median", "worst", "first loss", "final loss", "steps", "seconds"];
process.stdout.write(`${table(header, cells)}\n`);
