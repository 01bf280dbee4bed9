/** `delineate train`: a cohort in, a model out; with checkpoints from which it goes on after any end. */
import { join } from "node:path";
import type { Finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { startRun } from "#platform/run-record.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { type TrainingEnd, totalSteps, train, type ValidationState } from "#training/loop.ts";
import { batchesAhead } from "./batches/batches-ahead.ts";
import { describeModel } from "./describe-model.ts";
import { keepTraining } from "./keep-training.ts";
import { holdFolder } from "./start/hold-folder.ts";
import { prepareTraining } from "./start/prepare.ts";
import { settleTraining } from "./start/settle.ts";
import type { TrainRequest } from "./train-request.ts";
import { keepTrainedPersons } from "./trained-persons.ts";
import type { TrainingView } from "./training-view.ts";
import { openWeights } from "./training-weights.ts";
import { writeModel } from "./write-model.ts";

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
  /** What is odd in the patients' data, and who was left out. */
  readonly findings: readonly Finding[];
};

type Course = {
  /** Shows the steps instead of `progress`. */
  readonly view?: TrainingView | undefined;
  /** Hears what is odd in the data, and who was left out, before the first step. */
  readonly tell?: ((findings: readonly Finding[]) => void) | undefined;
  /** The folder is one that no other process knows, and is not locked: somebody may move it. */
  readonly guarded?: boolean | undefined;
};

/** Throws `folder-in-use` while another process trains into the folder, and what settling, preparing and training throw. */
export async function trainModel(
  request: TrainRequest,
  progress: Progress,
  signal: AbortSignal,
  { view, guarded = false, ...shown }: Course = {},
): Promise<TrainResult> {
  const clock = startRun();
  const findings: Finding[] = [];
  const tell = (more: readonly Finding[]): void => {
    findings.push(...more);
    shown.tell?.(more);
  };
  const path = (name: string): string => join(request.out, name);
  await using held = new AsyncDisposableStack();
  // Before the checkpoint is read: another process may be about to write the next one.
  if (!guarded) held.defer(await holdFolder(request.out));
  const settled = await settleTraining(request);
  const { checkpoint, configuration, network, size } = settled;
  tell(settled.findings);
  using files = new DisposableStack();
  const prepared = await prepareTraining(request, settled, { progress, signal, files, tell });
  const { set, validation } = prepared;
  const { training, added } = settled.opened;
  await keepTrainedPersons({
    ...{ out: request.out, goesOn: checkpoint !== undefined },
    patients: [...training, ...added.flatMap(({ patients }) => patients)],
    ...{ startFrom: request.startFrom, startedFrom: settled.model.startedFrom },
  });
  const weights = await openWeights(settled, prepared.state);
  const keeper = await keepTraining(request.out, { settled, prepared, weights }, progress, view);
  const doneSteps = checkpoint?.steps ?? 0;
  const { threads } = request;
  await using batches = batchesAhead(set, configuration, { doneSteps, threads });
  const end = await train({
    configuration,
    set,
    batches,
    trainStep: weights.step,
    weights: weights.state,
    doneSteps,
    checkpointEvery: request.checkpointEvery,
    validation: validation && {
      state: checkpoint?.validation ?? { epochs: 0 },
      run: () => validation.run(weights.predicting()),
    },
    ...keeper,
    shouldStop: () => signal.aborted,
  }).catch(async (error: unknown) => {
    // Whoever looks for why a training diverged looks at its last losses.
    await keeper.keepLosses();
    throw error;
  });
  view?.end();
  const result = {
    steps: end.steps,
    total: totalSteps(configuration, set),
    loss: keeper.recentLoss(),
    ended: end.reason,
    best: end.validation.best,
  };
  if (end.reason === "interrupted") {
    await weights.dispose();
    return { ...result, findings, model: undefined };
  }
  const metadata = await describeModel(request, settled, set, result);
  const chosen = (await validation?.best()) ?? weights.predicting();
  await writeModel(path("model.onnx"), { network, size, weights: chosen, metadata });
  const record = clock.record({
    verb: "train",
    // As in force: a training that goes on has the plan and the patients that it was begun with, and names neither.
    options: {
      ...{ ...request, ...settled.model, configuration },
      ...{ patients: settled.patients, validation: settled.validation, additions: settled.additions },
    },
    seed: configuration.seed,
    device: settled.session.device,
    inputUids: [],
    findings,
    outputs: [
      "model.onnx",
      "loss.csv",
      "curves.svg",
      ...(validation === undefined ? [] : ["epochs.csv"]),
    ].map(path),
    results: result,
  });
  await writeFileAtomic(path("run.json"), `${JSON.stringify(record, null, 2)}\n`, { force: true });
  await weights.dispose();
  return { ...result, findings, model: path("model.onnx") };
}
