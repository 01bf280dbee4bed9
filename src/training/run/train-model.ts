/** `delineate train`: a cohort in, a model out; with checkpoints from which it goes on after any end. */
import { basename, join, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { researchUse } from "#contract/research-use.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { emitTraining } from "#engine/emit.ts";
import type { Device } from "#engine/runtime/session.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { networkNamed } from "#networks/networks.ts";
import { startRun } from "#platform/run-record.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { imageMatrix, inputChannels } from "#preprocess/prompt-view.ts";
import { type TrainingEnd, totalSteps, train, type ValidationState } from "#training/loop.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { keepNearSlices } from "#training/prompts/near-slices.ts";
import type { NamedTensor } from "#training/safetensors.ts";
import { imageCount } from "#training/training-set.ts";
import { createWeightAverage, withoutAverages } from "#training/weight-average.ts";
import { beginTraining } from "./begin.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { choosePatients } from "./choose-patients.ts";
import { describeSources, describeTrainingSet, validationMetrics } from "./describe-training.ts";
import { type AddedCohort, loadTrainingSet } from "./load-training-set.ts";
import type { Start } from "./start-from.ts";
import { openTrainingLog } from "./training-log.ts";
import type { TrainingView } from "./training-view.ts";
import { openValidation } from "./validation.ts";
import { writeModel } from "./write-model.ts";

export type TrainRequest = {
  readonly cohort: string;
  /** Further cohorts that each epoch draws on, all of whose patients train. */
  readonly additions: readonly AddedCohort[];
  /** Names of the cohort's patients to train on; without it all that do not validate. */
  readonly patients?: readonly string[] | undefined;
  /** Names of patients to validate on after each epoch; the model is then that of the best epoch. */
  readonly validation?: readonly string[] | undefined;
  readonly out: string;
  readonly configuration: TrainingConfiguration;
  /** Goes on from the checkpoint in `out`, with the configuration and the patients that stand there. */
  readonly resume: boolean;
  /** A model file or a checkpoint whose weights are taken where they fit. */
  readonly startFrom?: string | undefined;
  readonly checkpointEvery: number;
  /** The network's without it. */
  readonly name?: string | undefined;
  readonly version: string;
  /** Operating point of the model: the target is where the probability is above this. The paper's is 0.5. */
  readonly threshold: number;
  /** Threads of one operator; all cores by default. */
  readonly threads?: number | undefined;
  /** The CPU by default. */
  readonly device?: Device | undefined;
};

export type TrainResult = {
  /** Undefined if the training was interrupted. */
  readonly model: string | undefined;
  readonly steps: number;
  readonly total: number;
  /** Mean over the last 100 steps. */
  readonly loss: number;
  readonly ended: TrainingEnd["reason"];
  /** The epoch whose weights the model has, if there was a validation. */
  readonly best?: ValidationState["best"];
};

/** `view` shows the steps instead of `progress`. */
export async function trainModel(
  request: TrainRequest,
  progress: Progress,
  signal: AbortSignal,
  view?: TrainingView,
): Promise<TrainResult> {
  const clock = startRun();
  const path = (name: string): string => join(request.out, name);
  const checkpoint = request.resume ? await readCheckpoint(path("checkpoint.safetensors")) : undefined;
  const configuration = checkpoint?.configuration ?? request.configuration;
  if (checkpoint === undefined) await refuseExisting(path("checkpoint.safetensors"));
  const { batch, accumulate, seed, averageDecay } = configuration;
  if (batch % accumulate !== 0)
    throw new DelineateError("usage", `A batch of ${batch} cannot be computed in ${accumulate} equal parts.`);
  const wanted = {
    patients: checkpoint?.patients ?? request.patients,
    validation: checkpoint?.validationPatients ?? request.validation,
  };
  const chosen = await choosePatients(request.cohort, wanted, configuration.patience);
  const network = networkNamed(configuration.network, {
    width: configuration.width,
    dropoutRate: configuration.dropout,
    attention: configuration.attention,
  });
  const size = {
    channels: inputChannels(configuration),
    height: configuration.size,
    width: configuration.size,
  };
  const loss = lossNamed(configuration.loss, configuration.lossParameters);
  const training = emitTraining(network, size, { batch: batch / accumulate, loss, l2: configuration.l2 });
  const additions = checkpoint?.additions ?? request.additions;
  const loading = {
    ...configuration,
    size: imageMatrix(configuration),
    ...{ cohort: request.cohort, patients: chosen.patients, additions },
  };
  const all = await loadTrainingSet(loading, progress, signal);
  const loaded = configuration.view === "click" ? keepNearSlices(all) : all;
  const device = request.device ?? "cpu";
  const session = { device, ...(request.threads === undefined ? {} : { threads: request.threads }) };
  const start: Start =
    checkpoint === undefined
      ? await beginTraining(request, { training, set: loaded, session }, progress)
      : { state: checkpoint.tensors, normalisation: checkpoint.normalisation };
  // Weights that exist know the images of their own training.
  const set = { ...loaded, normalisation: start.normalisation ?? loaded.normalisation };
  const validation =
    chosen.validation.length === 0
      ? undefined
      : await openValidation(
          {
            ...{ cohort: request.cohort, patients: chosen.validation, out: request.out, configuration },
            ...{ normalisation: set.normalisation, network, size, threshold: request.threshold, session },
            doneEpochs: checkpoint?.validation.epochs ?? 0,
          },
          progress,
          signal,
        );
  const doneSteps = checkpoint?.steps ?? 0;
  const trainer = await createTrainer(training, withoutAverages(start.state), {
    ...session,
    seed,
    accumulate,
    stepsDone: doneSteps,
  });
  const predicting = [...training.parameters, ...training.running].map(({ name }) => name);
  const average = averageDecay === 0 ? undefined : createWeightAverage(predicting, start.state, averageDecay);
  const predictingWeights = (): ReadonlyMap<string, NamedTensor> => {
    if (average !== undefined) return average.weights();
    return new Map([...trainer.state()].filter(([name]) => predicting.includes(name)));
  };
  const log = await openTrainingLog(path("loss.csv"), doneSteps);
  await writeFileAtomic(path("configuration.json"), `${JSON.stringify(configuration, null, 2)}\n`, {
    force: true,
  });

  const total = totalSteps(configuration, set);
  view?.start({ total, epochs: configuration.epochs, done: doneSteps });
  const end = await train({
    configuration,
    set,
    trainStep: async (images, masks, options) => {
      const result = await trainer.step(images, masks, options);
      if (Number.isFinite(result.loss)) average?.update(trainer.state(), trainer.stepsDone());
      return result;
    },
    weights: trainer.state,
    doneSteps,
    checkpointEvery: request.checkpointEvery,
    validation:
      validation === undefined
        ? undefined
        : {
            state: checkpoint?.validation ?? { epochs: 0 },
            run: () => validation.run(predictingWeights()),
          },
    onStep: (report) => {
      log.add(report);
      if (view !== undefined) return view.step(report, log.recentLoss());
      const note = `epoch ${report.epoch + 1}/${configuration.epochs}, loss ${log.recentLoss().toFixed(5)}`;
      progress.report("training", report.step, total, note);
    },
    onEpoch: async (report) => {
      view?.epoch(report);
      await validation?.keep(report, predictingWeights());
    },
    onCheckpoint: async (steps, validated) => {
      await log.flush();
      await writeCheckpoint(path("checkpoint.safetensors"), {
        tensors: new Map([...trainer.state(), ...(average?.state() ?? [])]),
        steps,
        configuration,
        patients: chosen.patients,
        validationPatients: chosen.validation.length === 0 ? undefined : chosen.validation,
        additions,
        normalisation: set.normalisation,
        validation: validated,
      });
    },
    shouldStop: () => signal.aborted,
  });
  view?.end();
  const { best } = end.validation;
  const result = { steps: end.steps, total, loss: log.recentLoss(), ended: end.reason, best };
  if (end.reason === "interrupted") {
    await trainer.dispose();
    return { ...result, model: undefined };
  }
  const metadata: ModelMetadata = {
    format: 2,
    name: request.name ?? configuration.network,
    version: request.version,
    configuration,
    normalisation: set.normalisation,
    ...(configuration.frame === "slice" ? {} : { frame: configuration.frame }),
    threshold: request.threshold,
    trainedOn: {
      cohort: basename(resolve(request.cohort)),
      patients: set.patients.length,
      images: imageCount(set),
      sources: await describeSources(set, [{ cohort: request.cohort, weight: 1 }, ...additions]),
      ...(request.startFrom === undefined ? {} : { startedFrom: basename(request.startFrom) }),
      steps: best?.step ?? end.steps,
      finalLoss: log.recentLoss(),
      ...(best === undefined
        ? {}
        : { validation: { patients: chosen.validation.length, meanDsc: best.meanDsc } }),
    },
    intendedUse: researchUse,
    cohort: describeTrainingSet(set),
    metrics: validationMetrics(best, chosen.validation.length),
    trainingData: [],
    limitations: [],
  };
  const weights = (await validation?.best()) ?? predictingWeights();
  await writeModel(path("model.onnx"), { network, size, weights, metadata });
  const record = clock.record({
    verb: "train",
    // A resumed training has the plan that it was begun with.
    options: { ...request, configuration },
    seed,
    device,
    inputUids: [],
    findings: [],
    outputs: ["model.onnx", "loss.csv", ...(validation === undefined ? [] : ["epochs.csv"])].map(path),
    results: result,
  });
  await writeFileAtomic(path("run.json"), `${JSON.stringify(record, null, 2)}\n`, { force: true });
  await trainer.dispose();
  return { ...result, model: path("model.onnx") };
}
