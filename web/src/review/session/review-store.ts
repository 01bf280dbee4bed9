/** The page's state and who hears of its changes: the one place where it is replaced. */
import type { CaseDetail, CaseSummary } from "#contract/workspace/case.ts";
import { detailForArm } from "../arm/arm-detail.ts";
import type { ReviewState } from "./review-state.ts";

export class ReviewStore {
  #state: ReviewState;
  readonly #listeners = new Set<() => void>();
  /** By cause, the latest last. */
  readonly #problems = new Map<string, string>();

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

  /** The case as the server has it; the state has what this review's arm is shown of it. */
  showCase(detail: CaseDetail): void {
    const { start } = this.#state;
    this.change({ detail: detailForArm(detail, start), hasAutomatic: detail.automatic !== null });
  }

  showSummary(summary: CaseSummary): void {
    const { detail, start } = this.#state;
    this.change({ detail: detailForArm({ ...detail, summary }, start) });
  }

  /** Shown until its cause ends, or a person dismisses it: the latest one of those that hold. Said once more it is not news. */
  raiseProblem(cause: string, text: string): void {
    if (this.#problems.get(cause) === text) return;
    this.#problems.delete(cause);
    this.#problems.set(cause, text);
    this.change({ problem: text });
  }

  /** What the cause came to holds no longer; with `text`, only if that is what it came to. */
  endProblem(cause: string, text = this.#problems.get(cause)): void {
    if (text === undefined || this.#problems.get(cause) !== text) return;
    this.#problems.delete(cause);
    this.change({ problem: [...this.#problems.values()].at(-1) ?? null });
  }

  dismissProblems(): void {
    this.#problems.clear();
    this.change({ problem: null });
  }

  /** Nobody hears of a change from now on. */
  close(): void {
    this.#listeners.clear();
  }
}
