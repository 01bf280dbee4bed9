/** Work that takes a while: the page says what it does meanwhile, and what went wrong. */
import { raiseProblem } from "./problems/raise-problem.ts";
import type { ReviewStore } from "./review-store.ts";

/** The next work is a new try, whatever it is. */
const cause = "operation";

/** Comes when the page has shown that it works: work that takes its thread waits for that. */
export function shownBusy(): Promise<void> {
  return new Promise((shown) => setTimeout(shown, 30));
}

export async function busyWork(store: ReviewStore, busy: string, work: () => Promise<void>): Promise<void> {
  store.change({ busy });
  store.endProblem(cause);
  try {
    await work();
  } catch (reason) {
    raiseProblem(store, cause, reason);
  } finally {
    store.change({ busy: null });
  }
}
