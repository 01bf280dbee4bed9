/**
 * Whether this page writes the review: it says every few seconds what it wants (#contract/workspace/lease.ts), hears who
 * writes, asks, hands over. A page that stops writing ends its stroke first, and one that begins has caught up with the log.
 */

import {
  type Attend,
  type Attendance,
  attendEveryMs,
  type ReviewingPage,
} from "#contract/workspace/lease.ts";
import { call, RequestError } from "../../../server/api.ts";
import { listenToEvents } from "../../../server/events.ts";
import { otherVersion, otherVersionText } from "../../../server/other-version.ts";
import type { Drawing } from "../drawing.ts";
import { raiseProblem } from "../problems/raise-problem.ts";
import { type Autosave, isPassing } from "../record/autosave.ts";
import { unsavedWork } from "../record/unsaved-work.ts";
import type { WritingState } from "../review-state.ts";
import type { ReviewStore } from "../review-store.ts";
import type { CatchUp } from "./catch-up.ts";

type TurnParts = {
  readonly reviewId: string;
  readonly page: ReviewingPage;
  readonly store: ReviewStore;
  readonly pen: Pick<Drawing, "endStroke">;
  readonly autosave: Autosave;
  readonly catchUp: CatchUp;
};

export class WritingTurn {
  readonly #parts: TurnParts;
  #lease: string | null = null;
  #handsOver = false;
  /** A signature is on its way: nothing else may get into what is signed, nor come after it. */
  #signs = false;
  /** What was computed for the patient that was left is drawn nowhere. */
  #closed = false;
  /** What was asked of the server, one after another: answers are taken in the order in which they were true. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Something changed while the server was asked. */
  #again = false;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #endEvents: () => void;
  readonly #endVersions: () => void;

  /** `first`: what the server said when the review was opened. */
  constructor(parts: TurnParts, first: Attendance) {
    this.#parts = parts;
    void this.#inTurn(() => this.#take(first)).catch(this.#fail);
    this.#timer = setInterval(() => this.#beat(), attendEveryMs);
    this.#endVersions = otherVersion.subscribe(this.#lookAtVersion);
    this.#lookAtVersion();
    const { reviewId, store } = parts;
    this.#endEvents = listenToEvents({
      onOpen: () => this.#beat(),
      onLost: () => undefined,
      onCase: (summary) => {
        if (summary.id === store.state.detail.summary.id && this.#lease === null) store.showSummary(summary);
      },
      onRemoved: () => undefined,
      onReview: ({ id, what }) => {
        if (id === reviewId && (what !== "log" || this.#lease === null)) this.#beat();
      },
    });
  }

  ask(): Promise<void> {
    return this.#attend("ask");
  }

  /** Asks no longer. */
  withdraw(): Promise<void> {
    return this.#attend("look");
  }

  /** Where nobody writes. */
  begin(): Promise<void> {
    return this.#attend("write");
  }

  /** Without an answer; the server refuses it before that is due. */
  takeOver(): Promise<void> {
    return this.#attend("take-over");
  }

  decline(): Promise<void> {
    return this.#attend("decline");
  }

  /** `save` ends the stroke and resolves when everything is acknowledged. */
  async handOver(save: () => Promise<void>): Promise<void> {
    const saved = save();
    this.#handsOver = true;
    this.#show();
    try {
      await saved;
      await this.#attend("hand-over");
    } catch (cause) {
      this.#fail(cause);
    } finally {
      this.#handsOver = false;
      this.#show();
    }
  }

  /**
   * What is signed is what this page showed: only while it writes, and by the lease that it has when it is asked. Whoever else
   * writes ends that. `save` resolves when everything is acknowledged; nothing is drawn or logged until the end. Throws
   * `RequestError`, `not-the-writer` among others.
   */
  async sign<T>(save: () => Promise<void>, work: (lease: string) => Promise<T>): Promise<T> {
    const { store } = this.#parts;
    const lease = this.#lease;
    if (lease === null || !store.state.editable) throw notTheWriter(store.state.writing);
    const saved = save();
    this.#signs = true;
    this.#show();
    try {
      await saved;
      return await this.#inTurn(() => {
        if (this.#lease !== lease) throw notTheWriter(store.state.writing);
        return work(lease);
      });
    } finally {
      this.#signs = false;
      this.#show();
    }
  }

  /**
   * What only the writer may do and signs nothing, by its lease; where nobody writes this page becomes the writer. Throws
   * `RequestError`, `not-the-writer` among others.
   */
  decide<T>(work: (lease: string) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (this.#lease === null) await this.#enter(await this.#call("write"));
      if (this.#lease === null) throw notTheWriter(this.#parts.store.state.writing);
      return work(this.#lease);
    });
  }

  /** It was signed, closed or opened again by this page. */
  reviewIs(reviewOpen: boolean): void {
    this.#parts.store.change({ reviewOpen });
    this.#show();
  }

  /** The server refused the lease. */
  refused(): void {
    void this.#attend("write");
  }

  /** Resolves when everything is saved or kept as late, and the server knows that this page is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.autosave.leave();
    this.#show();
    this.#endEvents();
    this.#endVersions();
    unsavedWork.begin(this);
    await this.#parts.autosave.settled();
    clearInterval(this.#timer);
    await this.#last.catch(() => undefined);
    await this.#leave(false).catch(() => undefined);
    this.#parts.autosave.close();
    unsavedWork.end(this);
  }

  /** The tab closes: one request, which outlives it, has the last strokes and says that the page is gone. */
  leaveAtOnce(): void {
    this.#leave(true).catch(() => undefined);
  }

  #leave(keepalive: boolean): Promise<unknown> {
    const { reviewId, page, autosave } = this.#parts;
    const unsaved = autosave.lateOfClosing();
    return call("leave", { reviewId }, { tab: page.tab, lease: this.#lease, unsaved }, { keepalive });
  }

  #beat(): void {
    this.#again = this.#waiting > 0;
    if (this.#again) return;
    const asks = this.#parts.store.state.writing.role === "asks";
    void this.#attend(this.#lease !== null ? "write" : asks ? "wait" : "look");
  }

  #attend(act: Attend["act"]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#take(await this.#call(act));
      this.#parts.store.endProblem("writing");
    }).catch(this.#fail);
  }

  #call(act: Attend["act"]): Promise<Attendance> {
    const { reviewId, page } = this.#parts;
    return call("attend", { reviewId }, { ...page, act });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const mine = this.#last.then(work);
    this.#last = mine
      .catch(() => undefined)
      .then(() => {
        this.#waiting--;
        if (this.#again) this.#beat();
      });
    return mine;
  }

  async #take(answer: Attendance): Promise<void> {
    await this.#enter(answer);
    // A review that is signed or closed is nobody's: who opens it again writes it.
    if (answer.lease !== null && answer.state !== "open") await this.#enter(await this.#call("hand-over"));
  }

  async #enter({ writer, request, lease, state, logLength, late }: Attendance): Promise<void> {
    const { store, pen, autosave, catchUp } = this.#parts;
    const before = store.state;
    if (lease !== this.#lease) {
      // What is half drawn is part of what was drawn.
      pen.endStroke();
      this.#lease = null;
      this.#show();
    }
    const behind = logLength > autosave.known.entries;
    if (lease !== this.#lease) {
      const unsaved = await autosave.pause();
      if (behind || unsaved.length > 0) await catchUp.run(lease !== null);
    } else if (lease === null && behind) await catchUp.run(false);
    this.#lease = lease;
    const reviewOpen = state === "open";
    store.change({ writing: { ...before.writing, writer, request }, reviewOpen });
    this.#show();
    if (lease !== null) autosave.resume(lease);
    if (late !== store.state.late.length) await catchUp.loadLate();
    if (before.reviewOpen !== reviewOpen) await this.#reloadCase();
    const declined = before.writing.role === "asks" && lease === null && request === null && writer !== null;
    if (declined) store.change({ notice: `${writer.reviewer} goes on writing` });
  }

  /** What the state says follows from the lease and from what the server said last. */
  #show(): void {
    const { store, page } = this.#parts;
    const { writing, reviewOpen, stopped, saving } = store.state;
    const mine = this.#lease !== null;
    const asks = writing.request?.tab === page.tab;
    const role = mine ? (this.#handsOver ? "hands-over" : "writes") : asks ? "asks" : "reads";
    store.change({
      writing: { ...writing, role },
      editable: reviewOpen && role === "writes" && stopped === null && !this.#signs && !this.#closed,
      saving: mine ? (saving === "reading" ? "saved" : saving) : saving === "saved" ? "reading" : saving,
    });
  }

  async #reloadCase(): Promise<void> {
    const { store } = this.#parts;
    const caseId = store.state.detail.summary.id;
    store.showCase(await call("showCase", { caseId }, undefined));
  }

  /** A page of another version than the server's draws no more; what it drew is saved on. */
  #lookAtVersion = (): void => {
    const { store, pen } = this.#parts;
    if (!otherVersion.isSo() || store.state.stopped !== null) return;
    pen.endStroke();
    store.change({ stopped: `${otherVersionText} Reload it to go on; what you drew is saved first.` });
    this.#show();
  };

  /** A server that does not answer is asked again by the next beat. Who writes cannot be known from one that is not understood. */
  #fail = (cause: unknown): void => {
    const { store, autosave } = this.#parts;
    if (isPassing(cause)) return;
    if (cause instanceof RequestError && final.has(cause.code)) autosave.stop(cause);
    else if (store.state.stopped === null) raiseProblem(store, "writing", cause);
  };
}

/** Nothing that this page asks will be answered otherwise. */
const final: ReadonlySet<string> = new Set(["not-understood", "usage", "not-found"]);

function notTheWriter({ writer, role }: WritingState): RequestError {
  const other = role === "reads" || role === "asks" ? writer : null;
  return new RequestError(
    "not-the-writer",
    other === null
      ? "This page does not write the review now. Begin to write, and look at the contour as it is then."
      : `${other.reviewer} writes this review now. Ask to take over.`,
  );
}
