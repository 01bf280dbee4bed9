/** `delineate train`: a cohort in, a model out; with checkpoints from which it goes on after any end. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type ModelMetadata, modelMetadataKey, researchUse } from "../contract/model-metadata.ts";
import {
  type TrainingConfiguration,
  trainingConfigurationSchema,
} from "../contract/training-configuration.ts";
import { DelineateError } from "../core/errors.ts";
import type { Progress } from "../core/progress.ts";
import { networkNamed } from "../networks/networks.ts";
import { emitPrediction, emitTraining, initialState } from "../nn/emit.ts";
import { encodeOnnx } from "../nn/onnx-file.ts";
import { createTrainer, type Trainer } from "../node/onnx/trainer.ts";
import { startRun } from "../node/run-record.ts";
import { openTrainingLog } from "../node/training-log.ts";
import { refuseExisting, writeFileAtomic } from "../node/write-file.ts";
import { lossNamed } from "../train/losses/losses.ts";
import { decodeTensors, encodeTensors } from "../train/safetensors.ts";
import { totalSteps, train } from "../train/train.ts";
import { loadTrainingSet } from "./cohort/load-training-set.ts";

export type TrainRequest = {
  readonly cohort: string;
  readonly out: string;
  readonly configuration: TrainingConfiguration;
  /** Goes on from the checkpoint in `out`, with the configuration that lies there. */
  readonly resume: boolean;
  readonly checkpointEvery: number;
  readonly name: string;
  readonly version: string;
  /** Operating point of the model: the target is where the probability is above this. The paper's is 0.5. */
  readonly threshold: number;
};

export type TrainResult = {
  readonly model: string | undefined;
  readonly steps: number;
  readonly total: number;
  readonly loss: number;
};

export async function trainModel(
  request: TrainRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<TrainResult> {
  const clock = startRun();
  const path = (name: string): string => join(request.out, name);
  const checkpoint = request.resume ? await readCheckpoint(path("checkpoint.safetensors")) : undefined;
  const configuration = checkpoint?.configuration ?? request.configuration;
  if (checkpoint === undefined) await refuseExisting(path("checkpoint.safetensors"));
  const network = networkNamed(configuration.network, {
    width: configuration.width,
    dropoutRate: configuration.dropout,
  });
  const set = await loadTrainingSet({ ...configuration, cohort: request.cohort }, progress, signal);
  const size = { channels: 1, height: configuration.size, width: configuration.size };
  const training = emitTraining(network, size, {
    batch: configuration.batch,
    loss: lossNamed(configuration.loss, configuration.lossParameters),
    l2: configuration.l2,
  });
  const state = checkpoint?.tensors ?? initialState(training, configuration.seed);
  const doneSteps = checkpoint?.steps ?? 0;
  const trainer = await createTrainer(training, state, { seed: configuration.seed, stepsDone: doneSteps });
  const log = await openTrainingLog(path("loss.csv"), doneSteps);
  await writeFileAtomic(path("configuration.json"), `${JSON.stringify(configuration, null, 2)}\n`, {
    force: true,
  });

  const total = totalSteps(configuration, set);
  const steps = await train({
    configuration,
    set,
    trainStep: trainer.step,
    doneSteps,
    checkpointEvery: request.checkpointEvery,
    onStep: (report) => {
      log.add(report);
      const note = `epoch ${report.epoch + 1}/${configuration.epochs}, loss ${log.recentLoss().toFixed(5)}`;
      progress.report("training", report.step, total, note);
    },
    onCheckpoint: async (step) => {
      await log.flush();
      await writeCheckpoint(path("checkpoint.safetensors"), configuration, trainer, step);
    },
    shouldStop: () => signal.aborted,
  });
  const result = { steps, total, loss: log.recentLoss() };
  if (steps < total) {
    await trainer.dispose();
    return { ...result, model: undefined };
  }
  const weights = new Map([...trainer.state()].map(([name, tensor]) => [name, tensor.data]));
  const metadata: ModelMetadata = {
    format: 1,
    name: request.name,
    version: request.version,
    configuration,
    normalisation: set.normalisation,
    threshold: request.threshold,
    trainedOn: {
      cohort: basename(resolve(request.cohort)),
      patients: set.patients.length,
      images: set.withTarget.length + set.withoutTarget.length,
      steps,
      finalLoss: log.recentLoss(),
    },
    intendedUse: researchUse,
  };
  const model = encodeOnnx(emitPrediction(network, size, weights), {
    freeBatch: true,
    metadata: { [modelMetadataKey]: JSON.stringify(metadata) },
  });
  await writeFileAtomic(path("model.onnx"), model, { force: true });
  const record = clock.record({
    verb: "train",
    options: { ...request },
    seed: configuration.seed,
    device: "cpu",
    inputUids: [],
    findings: [],
    outputs: [path("model.onnx"), path("loss.csv")],
    results: result,
  });
  await writeFileAtomic(path("run.json"), `${JSON.stringify(record, null, 2)}\n`, { force: true });
  await trainer.dispose();
  return { ...result, model: path("model.onnx") };
}

async function writeCheckpoint(
  path: string,
  configuration: TrainingConfiguration,
  trainer: Trainer,
  steps: number,
): Promise<void> {
  const metadata = {
    format: "delineate-checkpoint-1",
    steps: String(steps),
    configuration: JSON.stringify(configuration),
  };
  await writeFileAtomic(path, encodeTensors({ tensors: trainer.state(), metadata }), { force: true });
}

async function readCheckpoint(path: string) {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new DelineateError(
      "bad-checkpoint",
      `There is no checkpoint ${path} to resume from. Leave --resume out to begin.`,
      { cause },
    );
  });
  const { tensors, metadata } = decodeTensors(file, path);
  const parsed = trainingConfigurationSchema.safeParse(JSON.parse(metadata.configuration ?? "null"));
  const steps = Number(metadata.steps);
  if (!parsed.success || !Number.isInteger(steps)) {
    throw new DelineateError(
      "bad-checkpoint",
      `${path} is no checkpoint of this program's version. Train anew into another folder.`,
    );
  }
  return { tensors, steps, configuration: parsed.data };
}
