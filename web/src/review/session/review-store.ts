/** The page's state and who hears of its changes: the one place where it is replaced. */
import type { ReviewState } from "./review-state.ts";

export class ReviewStore {
  #state: ReviewState;
  readonly #listeners = new Set<() => void>();

  constructor(first: ReviewState) {
    this.#state = first;
  }

  get state(): ReviewState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(part: Partial<ReviewState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  /** Nobody hears of a change from now on. */
  close(): void {
    this.#listeners.clear();
  }
}
