/** What changes on the worklist and in reviews, told to whoever listens, and how far the work on a case is, which is not stored. */
import type { CaseSummary } from "#contract/workspace/case.ts";
import type { ReviewEvent } from "#contract/workspace/routes.ts";

type FeedEvent =
  | { readonly type: "case"; readonly data: CaseSummary }
  | { readonly type: "removed"; readonly data: { readonly id: string } }
  | { readonly type: "review"; readonly data: ReviewEvent };

export type Feed = {
  publish(event: FeedEvent): void;
  /** Gives the function that ends it. `onEnd`: the feed ended it itself. */
  subscribe(listener: (event: FeedEvent) => void, onEnd: () => void): () => void;
  /** Ends all that listen: they missed something, or the server closes. */
  endStreams(): void;
  readonly progress: Map<string, NonNullable<CaseSummary["progress"]>>;
};

export function createFeed(): Feed {
  const listeners = new Map<(event: FeedEvent) => void, () => void>();
  return {
    publish: (event) => {
      for (const listener of listeners.keys()) listener(event);
    },
    subscribe: (listener, onEnd) => {
      listeners.set(listener, onEnd);
      return () => listeners.delete(listener);
    },
    endStreams: () => {
      for (const end of [...listeners.values()]) end();
    },
    progress: new Map(),
  };
}
