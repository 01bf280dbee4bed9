/** Work that takes a while: the page says what it does meanwhile, and what went wrong. */
import { explain } from "../../server/explain.ts";
import type { ReviewStore } from "./review-store.ts";

export async function busyWork(store: ReviewStore, busy: string, work: () => Promise<void>): Promise<void> {
  store.change({ busy });
  try {
    // The page shows that it works before the thread is taken.
    await new Promise((shown) => setTimeout(shown, 30));
    await work();
  } catch (cause) {
    store.change({ problem: explain(cause) });
  } finally {
    store.change({ busy: null });
  }
}
