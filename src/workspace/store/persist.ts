/** What a result waits for the database; after that the job is another's. */
import { setTimeout } from "node:timers/promises";
import { isConnectionLoss } from "./connection-loss.ts";

const longestWaitMs = 60_000;
const betweenTriesMs = 1_000;

/** Tries again while the database cannot be reached. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error) || performance.now() > until) throw error;
      await setTimeout(betweenTriesMs);
    }
  }
}
