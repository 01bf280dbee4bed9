/**
 * The process that computes for the server, one task after another, and tells how far it is: a program of its own, so that
 * the server answers while a network runs, and lives on if it dies of memory. It ends with the server, whatever ends that.
 * Not here: the other side (task-runner.ts).
 */
import { flushCompileCache } from "node:module";
import { getPriority, setPriority } from "node:os";
import { DelineateError } from "#core/errors.ts";
import { type CaseTask, importMasks, prepareCase, segmentCase, warmUp } from "./case-tasks.ts";
import { Gate } from "./gate.ts";
import { type RegionTask, regionOfCase } from "./region-task.ts";
import { type HoldMessage, inBackground, type TaskMessage, type WarmMessage } from "./task-runner.ts";

/** About a quarter of the processor where others want it: less would be a standstill on a machine that always has work. */
const backgroundNice = 5;

// Before the first model: a thread has the priority of the one that begins it, and ONNX Runtime's are begun then.
if (process.argv.includes(inBackground)) setPriority(Math.min(19, getPriority() + backgroundNice));

/** Each report is a look into the records and a change of every open page, on the processors that the work itself needs. */
const progressEveryMs = 200;

const gate = new Gate();
let isKept = false;

process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole group of processes: the server decides what ends.
process.on("SIGINT", () => undefined);

process.on("message", (message: CaseTask | RegionTask | HoldMessage | WarmMessage) => {
  if (message.kind === "hold") gate.closed = message.held;
  else if (message.kind === "warm") warmUp();
  else answer(message);
});

function answer(task: CaseTask | RegionTask): void {
  let shown: { readonly stage: string; readonly atMs: number } | undefined;
  const progress = {
    report: (stage: string, done: number, total: number) => {
      const atMs = performance.now();
      if (stage === shown?.stage && done < total && atMs - shown.atMs < progressEveryMs) return;
      shown = { stage, atMs };
      tell({ progress: { stage, done, total } });
    },
  };
  perform().then(
    (result) => {
      tell({ result });
      keepCompiled();
    },
    (cause: unknown) => {
      const code = cause instanceof DelineateError ? cause.code : undefined;
      const { message, stack } = cause instanceof Error ? cause : new Error(String(cause));
      tell({ error: { code, message, stack } });
    },
  );

  function perform() {
    if (task.kind === "region") return regionOfCase(task);
    if (task.kind === "prepare") return prepareCase(task, progress);
    return task.kind === "masks" ? importMasks(task) : segmentCase(task, progress, gate);
  }
}

/** For the next one to start with: Node.js writes that when a process ends by itself, and this one is killed in the end. */
function keepCompiled(): void {
  if (!isKept) flushCompileCache();
  isKept = true;
}

function tell(message: TaskMessage): void {
  // A server that was killed hears nothing: that it cannot be told is no fault, and this process ends with it.
  process.send?.(message, () => undefined);
}
