/** The worker's side of part-process.worker.ts: a process for each part, so that all memory is free again after it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import type { PartData, PartProgress } from "./part-queue.ts";

/** "stop": at the next checkpoint. */
export type ToProcess = "stop" | (PartData & { readonly attempt: string });

export type ToParent =
  | { readonly progress: PartProgress }
  | { readonly done: true }
  | {
      readonly error: {
        readonly code?: ErrorCode | undefined;
        readonly message: string;
        readonly stack?: string | undefined;
      };
    };

/** A step and a checkpoint of the largest network take less; what takes longer hangs. */
const longestStopMs = 120_000;

type PartProcess = {
  /** Throws `cancelled` if it was stopped, and what the part throws. */
  run(data: PartData, attempt: string, onProgress: (progress: PartProgress) => void): Promise<void>;
  /** Lets the part save what it did, and is done when its process has ended. */
  stop(): Promise<void>;
};

/** One part at a time. */
export function createPartProcess(): PartProcess {
  let child: ChildProcess | undefined;
  return {
    run: async (data, attempt, onProgress) => {
      const module = new URL("./part-process.worker.ts", import.meta.url);
      const running = fork(module, [], { execArgv: [] });
      child = running;
      try {
        await ended(running, onProgress, { ...data, attempt });
      } finally {
        child = undefined;
        running.kill("SIGKILL");
      }
    },
    stop: async () => {
      const running = child;
      if (running === undefined) return;
      const end = once(running, "exit");
      // One that is ending just now cannot be told, and need not.
      if (running.connected) running.send("stop" satisfies ToProcess, () => undefined);
      const late = setTimeout(() => running.kill("SIGKILL"), longestStopMs);
      await end;
      clearTimeout(late);
    },
  };
}

function ended(
  child: ChildProcess,
  onProgress: (progress: PartProgress) => void,
  task: Exclude<ToProcess, "stop">,
): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: ToParent) => {
      if ("progress" in message) return onProgress(message.progress);
      if ("done" in message) return resolve();
      const { code, message: text, stack } = message.error;
      reject(code === undefined ? new Error(stack ?? text) : new DelineateError(code, text));
    });
    child.on("exit", (code, signal) => reject(new Error(`the process of a part ended (${signal ?? code})`)));
    child.on("error", reject);
    child.send(task);
  });
}
