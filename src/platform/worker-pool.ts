/** Independent tasks on worker threads: one module, one message a task, one answer. Errors of a task end the whole. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { begunAhead } from "#core/begun-ahead.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";

/** What a worker answers; an error travels as plain data, since its class would be lost between threads. */
type Answer<Result> =
  | { readonly result: Result }
  | {
      readonly error: {
        readonly code?: ErrorCode;
        readonly message: string;
        readonly stack?: string;
        readonly slices?: readonly number[];
      };
    };

/**
 * Runs `tasks` on up to `workers` threads (one per core by default) of `module`, which must call `answerTasks`. Results
 * come in the order of the tasks; `onDone` is called as they finish. When `signal` aborts, no further task is begun
 * and the error is `cancelled`; when a task fails, its error. Either is thrown once the tasks in work have ended: nothing is
 * written behind the caller's back.
 */
export async function runInWorkers<Task, Result>(
  module: URL,
  tasks: readonly Task[],
  options: {
    readonly workers?: number;
    readonly signal?: AbortSignal;
    readonly onDone?: (finished: number, result: Result) => void;
  } = {},
): Promise<Result[]> {
  const results: Result[] = new Array(tasks.length);
  let next = 0;
  let finished = 0;
  let failure: { readonly error: unknown } | undefined;

  async function runOne(): Promise<void> {
    const worker = new Worker(module);
    try {
      while (next < tasks.length && failure === undefined) {
        if (options.signal?.aborted)
          throw new DelineateError("cancelled", "Interrupted; what was finished is kept.");
        const index = next++;
        results[index] = await askWorker<Task, Result>(worker, tasks[index]);
        options.onDone?.(++finished, results[index]);
      }
    } catch (error) {
      failure ??= { error };
    } finally {
      await worker.terminate();
    }
  }

  const count = Math.min(tasks.length, options.workers ?? availableParallelism());
  await Promise.all(Array.from({ length: count }, runOne));
  if (failure !== undefined) throw failure.error;
  return results;
}

/** Threads that wait for tasks: who knows that there will be some starts them before, and loses no time when they come. */
export type Threads = {
  readonly workers: readonly Worker[];
  end(): Promise<void>;
};

/** `data` is what the module finds as its `workerData`. */
export function startThreads(
  module: URL,
  { count = availableParallelism(), data }: { readonly count?: number; readonly data?: unknown } = {},
): Threads {
  const workers = Array.from({ length: count }, () => new Worker(module, { workerData: data }));
  return {
    workers,
    end: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Results that `streamFromThreads` has in work: two a thread. */
export function aheadOf({ workers }: Pick<Threads, "workers">): number {
  return 2 * workers.length;
}

/**
 * As `runInWorkers` for results that are used one after another and are large (core/begun-ahead.ts), `aheadOf` at a time. The threads
 * are ended with the last one.
 */
export async function* streamFromThreads<Task, Result>(
  { workers, end }: Threads,
  tasks: readonly Task[],
): AsyncGenerator<Result, void, undefined> {
  const turns: Promise<unknown>[] = workers.map(() => Promise.resolve());
  const ask = (task: Task, index: number): Promise<Result> => {
    const at = index % workers.length;
    const answer = turns[at].then(() => askWorker<Task, Result>(workers[at], task));
    turns[at] = answer;
    return answer;
  };
  try {
    yield* begunAhead(tasks, aheadOf({ workers }), ask);
  } finally {
    await end();
  }
}

function askWorker<Task, Result>(worker: Worker, task: Task): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`a worker thread ended with code ${code}`)));
    const onMessage = (answer: Answer<Result>): void =>
      settle(() => {
        if ("result" in answer) return resolve(answer.result);
        const { code, message, stack, slices } = answer.error;
        const about = slices === undefined ? {} : { slices };
        reject(code === undefined ? new Error(stack ?? message) : new DelineateError(code, message, about));
      });
    // One by one: removeAllListeners would also take away the thread's own.
    const settle = (act: () => void): void => {
      worker.off("error", onError).off("exit", onExit).off("message", onMessage);
      act();
    };
    worker.on("error", onError).on("exit", onExit).on("message", onMessage);
    worker.postMessage(task);
  });
}
