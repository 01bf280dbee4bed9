/**
 * The record of the work: the log on its way to the server, active time, slices seen, and the signature at its end. What is
 * drawn is the pen's (drawing.ts), which writes here.
 */
import type { Version } from "#contract/workspace/case.ts";
import type { NoTumour, SendBack } from "#contract/workspace/decision.ts";
import type { Approval, LogEntry } from "#contract/workspace/review.ts";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { call } from "../../../server/api.ts";
import { whenAnswering } from "../../../server/when-answering.ts";
import type { Drawing } from "../drawing.ts";
import type { ReviewStore } from "../review-store.ts";
import type { WritingTurn } from "../writing/writing-turn.ts";
import { ActiveTime } from "./active-time.ts";
import type { Autosave } from "./autosave.ts";
import { Dwell } from "./dwell.ts";
import type { SeenSlices } from "./seen-slices.ts";

/** How often active time and seen slices are sent. */
const reportMs = 1000;

type WorkParts = {
  readonly store: ReviewStore;
  readonly autosave: Autosave;
  readonly turn: WritingTurn;
  readonly seen: SeenSlices;
  /** What is half drawn belongs to the record. */
  readonly pen: Pick<Drawing, "endStroke" | "preview">;
};

export class WorkRecord {
  readonly #store: ReviewStore;
  readonly #seen: SeenSlices;
  readonly #pen: WorkParts["pen"];
  readonly #autosave: Autosave;
  readonly #turn: WritingTurn;
  readonly #activeTime = new ActiveTime();
  readonly #dwell: Dwell;
  #shown: number | null = null;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor({ store, autosave, turn, seen, pen }: WorkParts) {
    this.#store = store;
    this.#seen = seen;
    this.#pen = pen;
    this.#autosave = autosave;
    this.#turn = turn;
    this.#dwell = new Dwell(seenDwellMs, (k) => {
      if (seen.add(k)) store.change({ seen: seen.all });
    });
    this.#timer = setInterval(() => this.#report(), reportMs);
    let { editable } = store.state;
    store.subscribe(() => {
      if (store.state.editable === editable) return;
      editable = store.state.editable;
      this.sliceShown(this.#shown);
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
    addEventListener("pagehide", this.#onLeave);
    // Opening changed the case: it is under review from now on.
    void this.#reload();
  }

  add(...entries: readonly LogEntry[]): void {
    this.#autosave.add(...entries);
  }

  /** Any input of the person. Only the time of who writes counts. */
  touch(): void {
    if (this.#store.state.editable) this.#activeTime.touch(performance.now());
    else this.#activeTime.pause();
  }

  /**
   * The axial slice that is on screen so that it can be judged (viewer/slice-in-view.ts), from now on; null for none. Seen
   * is what the writer sees: who reads along has not judged what is signed.
   */
  sliceShown(k: number | null): void {
    this.#shown = k;
    const counts = document.visibilityState !== "hidden" && this.#store.state.editable;
    this.#dwell.show(counts ? k : null);
  }

  /** Resolves when everything is saved. Throws `RequestError` if this page does not write, or the server refused a part for good. */
  flush(): Promise<void> {
    this.#pen.endStroke();
    this.#report();
    return this.#autosave.flush();
  }

  /** Throws `RequestError`, among others where this page does not write, and while slices are unseen and no reason is given. */
  async approve(approval: Omit<Approval, "logLength">): Promise<Version> {
    const { reviewId } = this.#store.state;
    const version = await this.#sign((lease) => {
      const { entries: logLength } = this.#autosave.known;
      return call("approve", { reviewId }, { lease, logLength, ...approval });
    });
    await this.#reload();
    return version;
  }

  /** By name, for the log; empty where none was given. */
  async reopen(reviewer: string): Promise<void> {
    const { reviewId } = this.#store.state;
    const reopen = (lease: string) => call("reopen", { reviewId }, { lease, reviewer });
    const { decisions } = await this.#turn.decide(reopen);
    this.#store.change({ decisions });
    this.#turn.reviewIs(true);
    await this.#reload();
  }

  /** Closes the patient without a contour. Throws `RequestError`, as `approve` does. */
  async closeWithoutTumour(request: NoTumour): Promise<void> {
    const { reviewId } = this.#store.state;
    const { decisions } = await this.#sign((lease) =>
      call("closeWithoutTumour", { reviewId }, { lease, ...request }),
    );
    this.#store.change({ decisions });
    await this.#reload();
  }

  /** The contour is open for more work. Throws `RequestError`. */
  async sendBack(request: SendBack): Promise<void> {
    await this.flush();
    const { reviewId } = this.#store.state;
    const send = (lease: string) => call("sendBack", { reviewId }, { lease, ...request });
    const { decisions } = await this.#turn.decide(send);
    this.#store.change({ decisions });
    this.#turn.reviewIs(true);
    await this.#reload();
  }

  close(): void {
    this.sliceShown(null);
    this.#pen.endStroke();
    this.#report();
    // Until all is saved: the tab may close before.
    void this.#turn.close().finally(() => removeEventListener("pagehide", this.#onLeave));
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
  }

  /** Of everything that this page drew, saved. The review is closed then. */
  #sign<T>(close: (lease: string) => Promise<T>): Promise<T> {
    const save = (): Promise<void> => {
      // A threshold that is only tried is no part of what is signed.
      this.#pen.preview(null);
      // Also without new work: the answer says how long the log is, and whether somebody else changed it.
      this.#log({ type: "activity", activeMs: 0 });
      return this.flush();
    };
    return this.#turn.sign(save, async (lease) => {
      const answer = await close(lease);
      this.#turn.reviewIs(false);
      return answer;
    });
  }

  #report(): void {
    const { editable, activeMs } = this.#store.state;
    if (!editable) return;
    const newMs = this.#activeTime.take();
    if (newMs > 0) {
      this.#log({ type: "activity", activeMs: newMs });
      this.#store.change({ activeMs: activeMs + newMs });
    }
    const slices = this.#seen.take();
    if (slices.length > 0) this.#log({ type: "seen", slices, dwellMs: seenDwellMs });
  }

  #log(
    part: { type: "activity"; activeMs: number } | { type: "seen"; slices: number[]; dwellMs: number },
  ): void {
    this.add({ id: crypto.randomUUID(), at: new Date().toISOString(), ...part });
  }

  /** What was signed or decided is so, also where the line breaks now: the case is shown once the server answers. */
  async #reload(): Promise<void> {
    const caseId = this.#store.state.detail.summary.id;
    const show = async (): Promise<void> =>
      this.#store.showCase(await call("showCase", { caseId }, undefined));
    await show().catch(
      () =>
        void whenAnswering()
          .then(show)
          .catch(() => undefined),
    );
  }

  #onVisibility = (): void => {
    if (document.visibilityState === "hidden") this.#activeTime.pause();
    this.sliceShown(this.#shown);
  };

  #onLeave = (): void => {
    this.#pen.endStroke();
    this.#report();
    this.#turn.leaveAtOnce();
  };
}
