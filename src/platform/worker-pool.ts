/** Independent tasks on worker threads: one module, one message a task, one answer. Errors of a task end the whole. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { begunAhead } from "#core/begun-ahead.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";

/** What a worker answers; an error travels as plain data, since its class would be lost between threads. */
type Answer<Result> = { readonly result: Result } | { readonly error: AnswerError };

type AnswerError = {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly stack?: string;
  readonly slices?: readonly number[];
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
    const ask = lineTo<Task, Result>(worker);
    try {
      while (next < tasks.length && failure === undefined) {
        if (options.signal?.aborted)
          throw new DelineateError("cancelled", "Interrupted; what was finished is kept.");
        const index = next++;
        results[index] = await ask(tasks[index]);
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
  /** Each asks one thread, which answers in the order in which it was asked; what it ended with, where it ended. */
  readonly lines: readonly ((task: unknown) => Promise<unknown>)[];
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
    lines: workers.map((worker) => lineTo(worker)),
    end: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** In work at a time for each thread: so many that none stands still where the one who takes the results is busy for tenths of a second. */
const aheadPerThread = 16;

/**
 * As `runInWorkers` for results that are used one after another (core/begun-ahead.ts), at most `most` at a time where they are large. The threads
 * are ended with the last one.
 */
export async function* streamFromThreads<Task, Result>(
  { lines, end }: Threads,
  tasks: Iterable<Task>,
  most = aheadPerThread * lines.length,
): AsyncGenerator<Result, void, undefined> {
  const ask = (task: Task, index: number) => lines[index % lines.length](task) as Promise<Result>;
  try {
    yield* begunAhead(tasks, most, ask);
  } finally {
    await end();
  }
}

/**
 * Asks a worker, which answers in the order in which it was asked (worker-task.ts): several tasks may wait with it. It is listened to from
 * now on: one that fails before it is asked ends no process, and is not waited for.
 */
function lineTo<Task, Result>(worker: Worker): (task: Task) => Promise<Result> {
  const waiting: PromiseWithResolvers<Result>[] = [];
  let lost: unknown;
  const lose = (error: unknown): void => {
    lost ??= error;
    for (const { reject } of waiting.splice(0)) reject(lost);
  };
  worker
    .on("error", lose)
    .on("exit", (code) => lose(new Error(`a worker thread ended with code ${code}`)))
    .on("message", (answer: Answer<Result>) => {
      const first = waiting.shift();
      if ("result" in answer) first?.resolve(answer.result);
      else first?.reject(errorOf(answer.error));
    });
  return (task) => {
    const asked = Promise.withResolvers<Result>();
    if (lost === undefined) {
      waiting.push(asked);
      worker.postMessage(task);
    } else asked.reject(lost);
    return asked.promise;
  };
}

function errorOf({ code, message, stack, slices }: AnswerError): Error {
  if (code === undefined) return new Error(stack ?? message);
  return new DelineateError(code, message, slices === undefined ? {} : { slices });
}
