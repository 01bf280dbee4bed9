/** A process that does nothing but the work of a workspace's queue, beside the one service (http/open-server.ts). */
import { openWorkspace } from "#workspace/workspace.ts";
import type { QueueTimes } from "./queue.ts";
import { startRunner } from "./runner.ts";

type WorkerOptions = {
  /** The data folder: shared with the service, unless the files are in an object store. */
  readonly data: string;
  readonly database: string;
  /** `s3://bucket/prefix` of an object store, the service's. */
  readonly files?: string | undefined;
  /** So many patients are contoured at once. */
  readonly workers: number;
  readonly onFault: (error: unknown) => void;
  readonly times?: QueueTimes;
};

/** Throws what opening the workspace throws. `close` gives back what is going on. */
export async function openWorker(options: WorkerOptions): Promise<{ close(): Promise<void> }> {
  const { data, database, files, workers, onFault, times } = options;
  const workspace = await openWorkspace(data, onFault, { database, files, times, role: "worker" });
  const runner = startRunner(workspace, workers);
  runner.wake();
  return {
    close: async () => {
      await runner.close();
      await workspace.close();
    },
  };
}
