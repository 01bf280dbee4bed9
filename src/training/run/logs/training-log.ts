/** The loss of every step as CSV, for spreadsheets and plots; a resumed training cuts it back to its checkpoint first. */
import { formatCsv } from "#formats/csv.ts";
import type { StepReport } from "#training/loop.ts";
import { appendLines, keptLines } from "./kept-lines.ts";

const header = ["step", "epoch", "loss", "learning_rate"];

type TrainingLog = {
  add(report: StepReport): void;
  flush(): Promise<void>;
  /** Mean loss of the last 100 steps (fewer at the beginning), those before a resume included. */
  recentLoss(): number;
};

const recentSteps = 100;

/** Keeps the lines up to step `doneSteps`. */
export async function openTrainingLog(path: string, doneSteps: number): Promise<TrainingLog> {
  const done = await keptLines(path, header, doneSteps);
  let waiting = "";
  const recent = done.slice(-recentSteps).map(([, , loss]) => Number(loss));
  return {
    add: ({ step, epoch, loss, learningRate }) => {
      recent.push(loss);
      if (recent.length > recentSteps) recent.shift();
      waiting += formatCsv([[step, epoch + 1, loss, learningRate]]);
    },
    flush: async () => {
      const lines = waiting;
      waiting = "";
      if (lines !== "") await appendLines(path, lines);
    },
    recentLoss: () => recent.reduce((sum, loss) => sum + loss, 0) / recent.length,
  };
}
