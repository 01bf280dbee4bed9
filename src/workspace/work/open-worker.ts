/** A process that does nothing but work of the queue, beside the one service (http/open-server.ts). */
import { startPartLane } from "#workspace/experiments/part-lane.ts";
import { openPartQueue } from "#workspace/experiments/part-queue.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import type { JobFacts } from "./lane.ts";
import { openJobs, type QueueTimes } from "./open-jobs.ts";
import { startRunner } from "./runner.ts";

/** What a worker may be allowed: the work on a workspace's patients, and parts of experiments (experiments/). */
export type WorkerTask = "contours" | "trainings";

type WorkerOptions = {
  /** The data folder: shared with the service, unless the files are in an object store; not looked at without "contours". */
  readonly data: string;
  readonly database: string;
  /** `s3://bucket/prefix` of an object store, the service's. */
  readonly files?: string | undefined;
  readonly tasks?: readonly WorkerTask[] | undefined;
  /** So many patients are contoured at once. */
  readonly workers: number;
  readonly onFault: (error: unknown) => void;
  /** Told of each attempt at a job when it has ended. */
  readonly onJob?: ((facts: JobFacts) => void) | undefined;
  readonly times?: QueueTimes;
};

type Worker = { close(): Promise<void> };

/** Throws what opening the workspace or the database throws. `close` gives back what is going on. */
export function openWorker(options: WorkerOptions): Promise<Worker> {
  const { tasks = ["contours"] } = options;
  return tasks.includes("contours")
    ? openContouringWorker(options, tasks.includes("trainings"))
    : openTrainingWorker(options);
}

async function openContouringWorker(options: WorkerOptions, trains: boolean): Promise<Worker> {
  const { data, database, files, workers, onFault, onJob, times } = options;
  const workspace = await openWorkspace(data, onFault, { database, files, times, role: "worker" });
  const { jobs, parts } = workspace;
  const runner = startRunner(workspace, { contours: workers, onJob });
  const lane = trains ? startPartLane({ database: workspace, jobs, parts, onFault, onJob }) : undefined;
  runner.wake();
  runner.expectWork();
  return {
    close: async () => {
      await Promise.all([runner.close(), lane?.close()]);
      await workspace.close();
    },
  };
}

/** It needs no workspace: an experiment's folders are its own. */
async function openTrainingWorker({ database: url, onFault, onJob, times }: WorkerOptions): Promise<Worker> {
  const database = await openDatabase(url, "worker");
  const onError = (error: unknown): void => {
    if (!isConnectionLoss(error)) onFault(error);
  };
  const jobs = await openJobs(database, onError, times);
  const parts = await openPartQueue(database, jobs);
  const lane = startPartLane({ database, jobs, parts, onFault, onJob });
  return {
    close: async () => {
      await lane.close();
      await jobs.close();
      await database.close();
    },
  };
}
