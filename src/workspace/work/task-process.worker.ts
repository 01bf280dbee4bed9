/**
 * The process that computes for the server, one task after another, and tells how far it is: a program of its own, so that
 * the server answers while a network runs, and lives on if it dies of memory. It ends with the server, whatever ends that.
 * Not here: the other side (task-runner.ts).
 */
import { constants, setPriority } from "node:os";
import { DelineateError } from "#core/errors.ts";
import { type CaseTask, importMasks, prepareCase, segmentCase } from "./case-tasks.ts";
import { type RegionTask, regionOfCase } from "./region-task.ts";
import { inBackground, type TaskMessage } from "./task-runner.ts";

// Before the first model: a thread has the priority of the one that begins it, and ONNX Runtime's are begun then.
if (process.argv.includes(inBackground)) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole group of processes: the server decides what ends.
process.on("SIGINT", () => undefined);

process.on("message", (task: CaseTask | RegionTask) => {
  const progress = {
    report: (stage: string, done: number, total: number) => tell({ progress: { stage, done, total } }),
  };
  perform().then(
    (result) => tell({ result }),
    (cause: unknown) => {
      const code = cause instanceof DelineateError ? cause.code : undefined;
      const { message, stack } = cause instanceof Error ? cause : new Error(String(cause));
      tell({ error: { code, message, stack } });
    },
  );

  function perform() {
    if (task.kind === "region") return regionOfCase(task);
    if (task.kind === "prepare") return prepareCase(task, progress);
    return task.kind === "masks" ? importMasks(task) : segmentCase(task, progress);
  }
});

function tell(message: TaskMessage): void {
  process.send?.(message);
}
