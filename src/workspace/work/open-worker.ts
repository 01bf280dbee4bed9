/** A process that does nothing but work of the queue, beside the one service (http/open-server.ts). */
import { startPartLane } from "#workspace/experiments/part-lane.ts";
import { openPartQueue } from "#workspace/experiments/part-queue.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openWorkspace } from "#workspace/workspace.ts";
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
  const { data, database, files, workers, onFault, times } = options;
  const workspace = await openWorkspace(data, onFault, { database, files, times, role: "worker" });
  const { jobs, parts } = workspace;
  const runner = startRunner(workspace, workers);
  const lane = trains ? startPartLane({ database: workspace, jobs, parts, onFault }) : undefined;
  runner.wake();
  return {
    close: async () => {
      await Promise.all([runner.close(), lane?.close()]);
      await workspace.close();
    },
  };
}

/** It needs no workspace: an experiment's folders are its own. */
async function openTrainingWorker({ database: url, onFault, times }: WorkerOptions): Promise<Worker> {
  const database = await openDatabase(url, "worker");
  const onError = (error: unknown): void => {
    if (!isConnectionLoss(error)) onFault(error);
  };
  const jobs = await openJobs(database, onError, times);
  const lane = startPartLane({ database, jobs, parts: await openPartQueue(database, jobs), onFault });
  return {
    close: async () => {
      await lane.close();
      await jobs.close();
      await database.close();
    },
  };
}
