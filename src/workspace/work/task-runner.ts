/** The server's side of task-process.worker.ts: starts the process when there is work, gives it a task, ends it to cancel. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import type { PackedRegion } from "#editing/region-cut/region-codec.ts";
import type {
  CaseTask,
  ImportedMasks,
  MasksTask,
  Prepared,
  PrepareTask,
  Segmented,
  SegmentTask,
} from "./case-tasks.ts";
import { keptMs } from "./kept-ct.ts";
import type { RegionTask } from "./region-task.ts";

/** The process's argument for work that nobody waits for at the screen. */
export const inBackground = "--in-background";

/** A network pauses before its next batch, until it is let go on. */
export type HoldMessage = { readonly kind: "hold"; readonly held: boolean };
/** There will be a CT to read in a moment, here. */
export type WarmMessage = { readonly kind: "warm" };

const interrupted = "The work was interrupted.";

export type TaskProgress = { readonly stage: string; readonly done: number; readonly total: number };

export type TaskMessage =
  | { readonly progress: TaskProgress }
  | { readonly result: Prepared | ImportedMasks | Segmented | PackedRegion | null }
  | {
      readonly error: {
        readonly code?: ErrorCode | undefined;
        readonly message: string;
        readonly stack?: string | undefined;
      };
    };

export type TaskRunner = {
  prepare(task: PrepareTask, onProgress: (progress: TaskProgress) => void): Promise<Prepared>;
  masks(task: MasksTask, onProgress: (progress: TaskProgress) => void): Promise<ImportedMasks>;
  segment(task: SegmentTask, onProgress: (progress: TaskProgress) => void): Promise<Segmented>;
  region(task: RegionTask): Promise<PackedRegion | null>;
  /** Starts the process before there is work, and what it reads a CT with if it will read one: it need not wait for that then. */
  warm(reads: boolean): void;
  /** A task would begin at once, and no CT is kept here for its contouring (kept-ct.ts), which comes next. */
  isFree(): boolean;
  /** What contours pauses while it is held; what somebody waits for does not. */
  hold(held: boolean): void;
  /** Ends the process, and is done when it has ended; tasks that run or wait fail with `cancelled`. */
  stop(): Promise<void>;
};

/** One task at a time, the others wait for it. `background`: it yields the processor to all that somebody waits for, the server and the browser. */
export function createTaskRunner({ background = false } = {}): TaskRunner {
  let child: ChildProcess | undefined;
  /** Ended from here. */
  const stopped = new WeakSet<ChildProcess>();
  let held = false;
  const turns = createTurns();
  let keptUntilMs = 0;

  function tellHeld(): void {
    // One that is ending just now has nothing to hold: that it cannot be told is no fault.
    if (child?.connected) child.send({ kind: "hold", held } satisfies HoldMessage, () => undefined);
  }

  function ready(): ChildProcess {
    child ??= start();
    return child;
  }

  function start(): ChildProcess {
    const module = new URL("./task-process.worker.ts", import.meta.url);
    const started = fork(module, background ? [inBackground] : [], { execArgv: [] });
    started.on("exit", () => {
      if (child === started) child = undefined;
    });
    return started;
  }

  function run<Result>(
    task: CaseTask | RegionTask,
    onProgress: (progress: TaskProgress) => void = () => undefined,
  ): Promise<Result> {
    return turns.take(() => perform<Result>(task, onProgress));
  }

  function perform<Result>(
    task: CaseTask | RegionTask,
    onProgress: (progress: TaskProgress) => void,
  ): Promise<Result> {
    const running = ready();
    tellHeld();
    return askProcess<Result>(running, task, { onProgress, isStopped: () => stopped.has(running) });
  }

  return {
    prepare: async (task, onProgress) => {
      const prepared = await run<Prepared>(task, onProgress);
      if (task.model !== undefined) keptUntilMs = performance.now() + keptMs;
      return prepared;
    },
    masks: run,
    segment: (task, onProgress) => {
      keptUntilMs = 0;
      return run(task, onProgress);
    },
    region: run,
    isFree: () => turns.waiting() === 0 && performance.now() > keptUntilMs,
    warm: (reads) => {
      const running = ready();
      if (reads && running.connected) running.send({ kind: "warm" } satisfies WarmMessage, () => undefined);
    },
    hold: (now) => {
      held = now;
      tellHeld();
    },
    stop: async () => {
      turns.end();
      const ending = child;
      if (ending === undefined) return;
      // The next task gets a new one, and does not die with this.
      child = undefined;
      stopped.add(ending);
      const ended = once(ending, "exit");
      // Nothing is lost: it writes whole files or none.
      ending.kill("SIGKILL");
      await ended;
    },
  };
}

type Asking = {
  readonly onProgress: (progress: TaskProgress) => void;
  /** Whether it was ended from here. */
  readonly isStopped: () => boolean;
};

function askProcess<Result>(
  running: ChildProcess,
  task: CaseTask | RegionTask,
  { onProgress, isStopped }: Asking,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      running.off("message", onMessage).off("exit", onExit).off("error", onError);
      act();
    };
    const onMessage = (message: TaskMessage): void => {
      if ("progress" in message) {
        onProgress(message.progress);
        return;
      }
      settle(() => {
        // The kinds of task and result belong together: this is the one place that both pass.
        if ("result" in message) return resolve(message.result as Result);
        const { code, message: text, stack } = message.error;
        reject(code === undefined ? new Error(stack ?? text) : new DelineateError(code, text));
      });
    };
    const onExit = (code: number | null, signal: string | null): void =>
      settle(() =>
        reject(
          isStopped()
            ? new DelineateError("cancelled", interrupted)
            : new Error(`the task process ended (${signal ?? code})`),
        ),
      );
    const onError = (cause: Error): void => settle(() => reject(cause));
    running.on("message", onMessage).on("exit", onExit).on("error", onError);
    running.send(task);
  });
}

/** Work that is done one after another. */
function createTurns() {
  /** Done when the last one is. */
  let last: Promise<unknown> = Promise.resolve();
  let ends = 0;
  let waiting = 0;
  return {
    /** With the one that is being done. */
    waiting: () => waiting,
    take<Result>(work: () => Promise<Result>): Promise<Result> {
      const before = ends;
      waiting++;
      const turn = last.then(() => {
        if (ends === before) return work();
        throw new DelineateError("cancelled", interrupted);
      });
      last = turn
        .catch(() => undefined)
        .finally(() => {
          waiting--;
        });
      return turn;
    },
    /** What waits now fails with `cancelled` when its turn comes. */
    end: (): void => {
      ends++;
    },
  };
}
