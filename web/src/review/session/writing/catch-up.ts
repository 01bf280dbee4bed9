/**
 * Brings this page to where the log is, before it writes and while it reads. What it drew and could not save before another
 * page wrote is kept beside the log, and its masks become the log's again: nothing is drawn on a mask that the log does not
 * have.
 */
import type { Decision } from "#contract/workspace/decision.ts";
import type { LogEntry } from "#contract/workspace/review.ts";
import { call } from "../../../server/api.ts";
import type { Drawing } from "../drawing.ts";
import type { MaskSources } from "../mask-sources.ts";
import { replayLog } from "../open-review.ts";
import { type Autosave, isPassing } from "../record/autosave.ts";
import type { SeenSlices } from "../record/seen-slices.ts";
import { unsavedWork } from "../record/unsaved-work.ts";
import type { ReviewStore } from "../review-store.ts";
import { makeAnew, makeEntries } from "./follow-log.ts";

const retryMs = 1000;

type CatchUpParts = {
  readonly reviewId: string;
  readonly store: ReviewStore;
  readonly pen: Drawing;
  readonly sources: MaskSources;
  readonly seen: SeenSlices;
  readonly autosave: Autosave;
};

export class CatchUp {
  readonly #parts: CatchUpParts;

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  /** `writes`: this page is the writer from now on; `Autosave.resume` is the caller's. Throws `RequestError`. */
  async run(writes: boolean): Promise<void> {
    const { reviewId, autosave } = this.#parts;
    const unsaved = await autosave.pause();
    const { known } = autosave;
    const tail = await this.#untilAnswered(() =>
      call("showLog", { reviewId, from: String(known.entries) }, undefined),
    );
    const [savedIds, unsavedIds] = [idsOf(tail), idsOf(unsaved)];
    const rest = unsaved.filter(({ id }) => !savedIds.has(id));
    const others = tail.filter(({ id }) => !unsavedIds.has(id));
    const late = rest.some(changesMasks) && (!writes || others.some(changesMasks));
    // Time and slices seen of a page that does not write count for nothing.
    if (late || !writes) this.#parts.seen.forget(slicesOf(rest));
    if (late) {
      await this.#keep();
      await this.#beginAnew();
      return;
    }
    this.#follow(others);
    const edits = known.edits + tail.filter(({ type }) => type === "edit").length;
    autosave.restart({ entries: known.entries + tail.length, edits }, writes ? rest : []);
  }

  async loadLate(): Promise<void> {
    const { reviewId, store } = this.#parts;
    store.change({ late: (await call("showReview", { reviewId }, undefined)).late });
  }

  async #keep(): Promise<void> {
    const { autosave } = this.#parts;
    try {
      await autosave.keepLate();
    } catch (cause) {
      // It tells what is lost, and waits for nothing more.
      autosave.stop(cause);
      throw cause;
    }
  }

  async #beginAnew(): Promise<void> {
    const { reviewId, store, pen, sources, seen, autosave } = this.#parts;
    const review = await this.#untilAnswered(() => call("showReview", { reviewId }, undefined));
    const log = await replayLog(review, pen.active.mask.grid, sources);
    pen.follow((drawn) => makeAnew(drawn, log));
    seen.addSaved(review.seenSlices);
    const { activeMs, decisions, late } = review;
    store.change({ activeMs, decisions, late, seen: seen.all });
    autosave.restart({ entries: review.logLength, edits: review.edits.length }, []);
  }

  #follow(entries: readonly (LogEntry | Decision)[]): void {
    const { store, pen, seen } = this.#parts;
    const drawn = entries.filter((entry) => entry.type !== "decision");
    if (drawn.some(changesMasks)) pen.follow((drawing) => makeEntries(drawing, drawn, pen.active.mask.grid));
    seen.addSaved(slicesOf(drawn));
    const workedMs = drawn.reduce((sum, entry) => sum + (entry.type === "activity" ? entry.activeMs : 0), 0);
    const { activeMs, decisions } = store.state;
    const known = idsOf(decisions);
    const decided = entries.filter((entry) => entry.type === "decision").filter(({ id }) => !known.has(id));
    store.change({
      activeMs: activeMs + workedMs,
      decisions: [...decisions, ...decided],
      seen: seen.all,
    });
  }

  /** Unsaved strokes are in this tab alone meanwhile: it asks before it is closed. Throws `RequestError` for a refusal. */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    const token = {};
    try {
      for (;;) {
        try {
          return await ask();
        } catch (cause) {
          if (!isPassing(cause)) throw cause;
          if (this.#parts.autosave.late() !== null) unsavedWork.fail(token);
          await new Promise((done) => setTimeout(done, retryMs));
        }
      }
    } finally {
      unsavedWork.end(token);
    }
  }
}

function idsOf(entries: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(entries.map(({ id }) => id));
}

function slicesOf(entries: readonly (LogEntry | Decision)[]): number[] {
  return entries.flatMap((entry) => (entry.type === "seen" ? entry.slices : []));
}

function changesMasks({ type }: { readonly type: string }): boolean {
  return type === "edit" || type === "structure";
}
