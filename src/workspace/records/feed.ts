/** What changes on the worklist and in reviews, told to whoever listens, and how far the work on a case is, which is not stored. */
import type { CaseSummary } from "#contract/workspace/case.ts";
import type { ReviewEvent } from "#contract/workspace/routes.ts";

type FeedEvent =
  | { readonly type: "case"; readonly data: CaseSummary }
  | { readonly type: "removed"; readonly data: { readonly id: string } }
  | { readonly type: "review"; readonly data: ReviewEvent };

export type Feed = {
  publish(event: FeedEvent): void;
  /** Gives the function that ends it. */
  subscribe(listener: (event: FeedEvent) => void): () => void;
  readonly progress: Map<string, NonNullable<CaseSummary["progress"]>>;
};

export function createFeed(): Feed {
  const listeners = new Set<(event: FeedEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    progress: new Map(),
  };
}
