/** Work that takes a while: the page says what it does meanwhile, and what went wrong. */
import { raiseProblem } from "./problems/raise-problem.ts";
import type { ReviewStore } from "./review-store.ts";

/** The next work is a new try, whatever it is. */
const cause = "operation";

export async function busyWork(store: ReviewStore, busy: string, work: () => Promise<void>): Promise<void> {
  store.change({ busy });
  store.endProblem(cause);
  try {
    // The page shows that it works before the thread is taken.
    await new Promise((shown) => setTimeout(shown, 30));
    await work();
  } catch (reason) {
    raiseProblem(store, cause, reason);
  } finally {
    store.change({ busy: null });
  }
}
