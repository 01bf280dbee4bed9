/**
 * A training as it runs, on standard error. On a terminal a few lines drawn in place: the bar with the time left, the loss,
 * and the DSC of the validation patients; elsewhere a plain line now and then, and one for each validation.
 */

import { counted } from "#core/counted.ts";
import { sparkline } from "#platform/sparkline.ts";
import { duration } from "#platform/terminal-progress.ts";
import type { EpochReport, StepReport } from "#training/loop.ts";
import { measuredPatients } from "#training/validate.ts";

export type TrainingView = {
  /** `done` of `total` steps were done before, by the training that is resumed. */
  start(run: { readonly total: number; readonly epochs: number; readonly done: number }): void;
  /** `recentLoss` is the mean over the last steps. */
  step(report: StepReport, recentLoss: number): void;
  epoch(report: EpochReport): void;
  end(): void;
};

const redrawMs = 200;
const plainLineMs = 10_000;
const barWidth = 30;
const chartWidth = 40;

export function createTrainingView(stream: NodeJS.WriteStream = process.stderr): TrainingView {
  let run = { total: 0, epochs: 0, done: 0 };
  let startedMs = 0;
  let shownMs = Number.NEGATIVE_INFINITY;
  let drawnLines = 0;
  let latest: { readonly report: StepReport; readonly recentLoss: number } | undefined;
  let validated: EpochReport | undefined;
  let best: EpochReport | undefined;
  const losses: number[] = [];
  const dscs: number[] = [];

  function lines(): string[] {
    if (latest === undefined) return [];
    const { step, epoch, learningRate } = latest.report;
    const { total, epochs, done } = run;
    const leftMs = ((performance.now() - startedMs) / (step - done)) * (total - step);
    const filled = Math.round((barWidth * step) / total);
    const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
    const shown = [
      `training   ${bar}  step ${step}/${total}  epoch ${epoch + 1}/${epochs}  ${duration(leftMs)} left`,
      `loss       ${sparkline(losses, chartWidth)}  ${latest.recentLoss.toPrecision(4)}  learning rate ${learningRate.toPrecision(3)}`,
    ];
    if (validated !== undefined && best !== undefined) {
      shown.push(
        `validation ${sparkline(dscs, chartWidth)}  DSC ${dscText(validated)} (mean of patients), best ${dscText(best)} in epoch ${best.epoch}`,
      );
    }
    return shown;
  }

  function draw(): void {
    shownMs = performance.now();
    const width = (stream.columns ?? 100) - 1;
    const text = lines().map((line) => `\x1b[2K${line.slice(0, width)}\n`);
    stream.write((drawnLines > 0 ? `\x1b[${drawnLines}A` : "") + text.join(""));
    drawnLines = text.length;
  }

  return {
    start: (begun) => {
      run = begun;
      startedMs = performance.now();
    },
    step: (report, recentLoss) => {
      latest = { report, recentLoss };
      losses.push(recentLoss);
      if (performance.now() - shownMs < (stream.isTTY ? redrawMs : plainLineMs)) return;
      if (stream.isTTY) return draw();
      shownMs = performance.now();
      // The bar and the charts are for a screen.
      const { step, epoch, learningRate } = report;
      const leftMs = ((performance.now() - startedMs) / (step - run.done)) * (run.total - step);
      stream.write(
        `training  step ${step}/${run.total}  epoch ${epoch + 1}/${run.epochs}  loss ${recentLoss.toPrecision(4)}  learning rate ${learningRate.toPrecision(3)}  ${duration(leftMs)} left\n`,
      );
    },
    epoch: (report) => {
      if (report.isBest) best = report;
      validated = report;
      if (report.meanDsc !== null) dscs.push(report.meanDsc);
      if (stream.isTTY) return draw();
      const mark = report.isBest ? "  best so far" : "";
      stream.write(
        `validation after epoch ${report.epoch}  loss ${report.loss.toPrecision(4)}  DSC ${dscText(report)} (mean of ${counted(measuredPatients(report), "patient")})${mark}\n`,
      );
    },
    end: () => {
      if (stream.isTTY && latest !== undefined) draw();
    },
  };
}

/** Undefined where no patient has one: no reference and no prediction has a voxel. */
function dscText({ meanDsc }: EpochReport): string {
  return meanDsc === null ? "undefined" : meanDsc.toFixed(3);
}
