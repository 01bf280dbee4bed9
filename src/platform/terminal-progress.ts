/**
 * Progress on standard error: on a terminal a bar with an estimate of the time left, drawn in place; elsewhere a plain
 * line now and then, so that a log stays readable.
 */
import type { Progress } from "#core/progress.ts";
import { printable } from "./printable.ts";

const redrawMs = 100;
const plainLineMs = 10_000;
const barWidth = 24;

/** Where a bar stands on its line still. */
let openOn: NodeJS.WriteStream | undefined;

/** What is said next begins on a line of its own. */
export function leaveBar(): void {
  openOn?.write("\n");
  openOn = undefined;
}

export function createTerminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let stage = "";
  let startedMs = 0;
  let startedAt = 0;
  let shownMs = 0;

  function report(nextStage: string, done: number, total: number, note = ""): void {
    const nowMs = performance.now();
    if (nextStage !== stage) {
      stage = nextStage;
      startedMs = nowMs;
      startedAt = done;
      shownMs = Number.NEGATIVE_INFINITY;
    }
    const finished = done >= total;
    const due = nowMs - shownMs >= (stream.isTTY ? redrawMs : plainLineMs);
    if (!due && !finished) return;
    shownMs = nowMs;
    const rate = (nowMs - startedMs) / Math.max(1, done - startedAt);
    const left = finished
      ? `took ${duration(nowMs - startedMs)}`
      : done > startedAt
        ? `${duration(rate * (total - done))} left`
        : "";
    const parts = [stage, `${done}/${total}`, left, printable(note)].filter((part) => part !== "");
    if (!stream.isTTY) {
      stream.write(`${parts.join("  ")}\n`);
      return;
    }
    const filled = Math.round((barWidth * done) / Math.max(1, total));
    const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
    const line = [stage, bar, ...parts.slice(1)].join("  ").slice(0, (stream.columns ?? 100) - 1);
    stream.write(`\r\x1b[2K${line}${finished ? "\n" : ""}`);
    openOn = finished ? undefined : stream;
  }

  return { report };
}

/** "42 s", "3 min 20 s", "2 h 05 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}
