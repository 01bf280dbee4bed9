/** What is kept of a training as it runs, and shown: a line for each step and epoch, their curves, the best weights, the checkpoints. */
import { join } from "node:path";
import type { Progress } from "#core/progress.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { type TrainingRun, totalSteps } from "#training/loop.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { openTrainingLog } from "./logs/training-log.ts";
import type { PreparedTraining } from "./start/prepare.ts";
import type { SettledTraining } from "./start/settle.ts";
import type { TrainingView } from "./training-view.ts";
import type { TrainingWeights } from "./training-weights.ts";

/** A training with all that it needs to step. */
type RunningTraining = {
  readonly settled: SettledTraining;
  readonly prepared: PreparedTraining;
  readonly weights: TrainingWeights;
};

type Keeper = Required<Pick<TrainingRun, "onStep" | "onEpoch" | "onCheckpoint">> & {
  /** Mean over the last 100 steps. */
  recentLoss(): number;
  /** Where the training failed: the losses since the last checkpoint, as far as they can be written. */
  keepLosses(): Promise<void>;
};

/** Into the folder `out`, where it writes the configuration. `view` shows the steps instead of `progress`. */
export async function keepTraining(
  out: string,
  { settled, prepared, weights }: RunningTraining,
  progress: Progress,
  view: TrainingView | undefined,
): Promise<Keeper> {
  const { checkpoint, configuration, patients, validation, additions, model } = settled;
  const { set, images } = prepared;
  const doneSteps = checkpoint?.steps ?? 0;
  const log = await openTrainingLog(join(out, "loss.csv"), doneSteps);
  const text = `${JSON.stringify(configuration, null, 2)}\n`;
  await writeFileAtomic(join(out, "configuration.json"), text, { force: true });
  const total = totalSteps(configuration, set);
  view?.start({ total, epochs: configuration.epochs, done: doneSteps });
  return {
    onStep: (report) => {
      log.add(report);
      if (view !== undefined) return view.step(report, log.recentLoss());
      const note = `epoch ${report.epoch + 1}/${configuration.epochs}, loss ${log.recentLoss().toFixed(5)}`;
      progress.report("training", report.step, total, note);
    },
    onEpoch: async (report) => {
      view?.epoch(report);
      await prepared.validation?.keep(report, weights.predicting());
    },
    onCheckpoint: async (steps, validated) => {
      await log.flush();
      await writeCheckpoint(join(out, "checkpoint.safetensors"), {
        tensors: weights.whole(),
        steps,
        configuration,
        patients,
        validationPatients: validation.length === 0 ? undefined : validation,
        additions,
        normalisation: set.normalisation,
        validation: validated,
        model,
        images,
      });
      // Loaded here: what draws is large, and most of a training needs none of it.
      const { drawCurves } = await import("./logs/draw-curves.ts");
      await drawCurves(out, configuration.network);
    },
    recentLoss: log.recentLoss,
    // Why it failed is what is told, not that the disk is full besides.
    keepLosses: () => log.flush().catch(() => undefined),
  };
}
