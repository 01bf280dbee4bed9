/** The other side of worker-pool.ts: a worker's module calls `answerTasks` once with what it does, one task after another. */
import { parentPort } from "node:worker_threads";
import { DelineateError } from "#core/errors.ts";

export function answerTasks<Task, Result>(work: (task: Task) => Promise<Result>): void {
  const port = parentPort;
  if (port === null) throw new Error("this module runs on a worker thread only");
  let turn = Promise.resolve();
  port.on("message", (task: Task) => {
    turn = turn
      .then(() => work(task))
      .then(
        (result) => port.postMessage({ result }),
        (cause: unknown) => port.postMessage({ error: describe(cause) }),
      );
  });
}

function describe(cause: unknown) {
  if (cause instanceof DelineateError)
    return { code: cause.code, message: cause.message, slices: cause.slices };
  if (cause instanceof Error) return { message: cause.message, stack: cause.stack ?? cause.message };
  return { message: String(cause) };
}
