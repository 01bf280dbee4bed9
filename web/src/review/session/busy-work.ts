/** Work that takes a while: the page says what it does meanwhile, and what went wrong. */
import { raiseProblem } from "./problems/raise-problem.ts";
import type { ReviewStore } from "./review-store.ts";

/** The next work is a new try, whatever it is. */
const cause = "operation";

/** What is going on, the latest last: two clicks may be contoured at once, and nobody signs before the second. */
const going = new WeakMap<ReviewStore, string[]>();

/** Comes when the page has shown that it works: work that takes its thread waits for that. */
export function shownBusy(): Promise<void> {
  return new Promise((shown) => setTimeout(shown, 30));
}

export async function busyWork(store: ReviewStore, busy: string, work: () => Promise<void>): Promise<void> {
  const works = going.get(store) ?? [];
  going.set(store, works);
  works.push(busy);
  store.change({ busy });
  store.endProblem(cause);
  try {
    await work();
  } catch (reason) {
    raiseProblem(store, cause, reason);
  } finally {
    works.splice(works.indexOf(busy), 1);
    store.change({ busy: works.at(-1) ?? null });
  }
}
