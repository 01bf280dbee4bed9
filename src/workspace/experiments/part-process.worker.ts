/**
 * The process that computes one part of an experiment, and tells how far it is. It stops at a checkpoint when it is told to, and
 * ends with the process that began it, whatever ends that. Not here: the other side (part-process.ts).
 */
import { getPriority, setPriority } from "node:os";
import { DelineateError } from "#core/errors.ts";
import { runPart } from "#experiment/run-part.ts";
import type { ToParent, ToProcess } from "./part-process.ts";

/** A quarter of the processor beside contouring (work/task-process.worker.ts), nearly none beside people's requests. */
const trainingNice = 10;
// Before ONNX Runtime's threads are begun, which have the priority of the one that begins them.
setPriority(Math.min(19, getPriority() + trainingNice));

/** Often enough for a person who watches. */
const tellEveryMs = 500;

const stopping = new AbortController();
process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole group of processes: the worker decides what ends.
process.on("SIGINT", () => undefined);
process.on("message", (message: ToProcess) => {
  if (message === "stop") stopping.abort();
  else perform(message);
});

function perform({ request, part, attempt }: Exclude<ToProcess, "stop">): void {
  let toldMs = Number.NEGATIVE_INFINITY;
  const progress = {
    report: (stage: string, done: number, total: number) => {
      if (performance.now() - toldMs < tellEveryMs) return;
      toldMs = performance.now();
      tell({ progress: { stage, done, total } });
    },
  };
  runPart(request, part, attempt, { progress, signal: stopping.signal }).then(
    () => tell({ done: true }),
    (cause: unknown) => {
      const code = cause instanceof DelineateError ? cause.code : undefined;
      const { message, stack } = cause instanceof Error ? cause : new Error(String(cause));
      tell({ error: { code, message, stack } });
    },
  );
}

function tell(message: ToParent): void {
  // Who began it may have been killed: this process ends with it.
  process.send?.(message, () => undefined);
}
