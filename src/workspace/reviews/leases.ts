/**
 * Which page writes each review. In memory alone: after a restart nobody writes until a page says that it does, and the first
 * is the writer. What keeps strokes safe is not who is the writer but the lease: entries come with it, and one that ended is
 * taken no more.
 */
import { randomUUID } from "node:crypto";
import {
  type Attend,
  answerWithinMs,
  goneAfterMs,
  type ReviewingPage,
  type WhoWrites,
} from "#contract/workspace/lease.ts";
import { DelineateError } from "#core/errors.ts";

type Asking = { readonly page: ReviewingPage; readonly askedMs: number; heardMs: number };
type Writing = {
  readonly page: ReviewingPage;
  readonly lease: string;
  heardMs: number;
  asking: Asking | null;
};

export class Leases {
  readonly #writing = new Map<string, Writing>();
  readonly #nowMs: () => number;
  readonly #onChange: (reviewId: string) => void;

  /** `nowMs`: of a clock that never goes back. `onChange`: another page writes or asks. */
  constructor(nowMs: () => number, onChange: (reviewId: string) => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** Throws `not-the-writer` for what only the writer may do, and for taking over before that is due. */
  attend(reviewId: string, { act, ...page }: Attend): WhoWrites {
    const writing = this.#writing.get(reviewId);
    if (writing?.page.tab === page.tab) this.#attendAsWriter(reviewId, writing, act);
    else if (act === "hand-over" || act === "decline") throw notTheWriter(writing?.page);
    else if (writing === undefined) {
      if (act !== "look" && act !== "wait") this.#grant(reviewId, page);
    } else this.#attendAsReader(reviewId, writing, { act, ...page });
    return this.#whoWrites(reviewId, page.tab);
  }

  /** Whether entries with this lease may be taken; it is a sign of life, too. */
  holds(reviewId: string, lease: string): boolean {
    const writing = this.#writing.get(reviewId);
    if (writing?.lease !== lease) return false;
    writing.heardMs = this.#nowMs();
    return true;
  }

  /** Throws `not-the-writer`. */
  require(reviewId: string, lease: string): void {
    if (!this.holds(reviewId, lease)) throw notTheWriter(this.#writing.get(reviewId)?.page);
  }

  /** Throws `not-the-writer` where another page writes; nobody need write. */
  requireNoOther(reviewId: string, tab: string): void {
    const page = this.#writing.get(reviewId)?.page;
    if (page !== undefined && page.tab !== tab) throw notTheWriter(page);
  }

  /** Nobody writes, whoever did. */
  free(reviewId: string): void {
    this.#writing.delete(reviewId);
  }

  /** The page is closed: who asked writes, or nobody does. */
  leave(reviewId: string, tab: string): void {
    const writing = this.#writing.get(reviewId);
    if (writing?.page.tab === tab) this.#pass(reviewId, writing);
    else if (writing?.asking?.page.tab === tab) this.#ask(reviewId, writing, null);
  }

  #attendAsWriter(reviewId: string, writing: Writing, act: Attend["act"]): void {
    writing.heardMs = this.#nowMs();
    if (act === "hand-over") this.#pass(reviewId, writing);
    if (act === "decline") this.#ask(reviewId, writing, null);
  }

  #attendAsReader(reviewId: string, writing: Writing, { act, ...page }: Attend): void {
    const heardMs = this.#nowMs();
    const asking = this.#asking(writing);
    const own = asking?.page.tab === page.tab;
    if (own) asking.heardMs = heardMs;
    if (act === "look" && own) this.#ask(reviewId, writing, null);
    if (act === "ask" && asking === null) this.#ask(reviewId, writing, { page, askedMs: heardMs, heardMs });
    if (act === "take-over") {
      const { writer, request } = this.#whoWrites(reviewId, page.tab);
      const mayTake = writer?.gone || writer?.reviewer === page.reviewer || (own && request?.due);
      if (!mayTake) throw notTheWriter(writing.page);
      this.#grant(reviewId, page);
    }
  }

  #whoWrites(reviewId: string, tab: string): WhoWrites {
    const writing = this.#writing.get(reviewId);
    if (writing === undefined) return { writer: null, request: null, lease: null };
    const asking = this.#asking(writing);
    return {
      writer: { ...writing.page, gone: this.#isSilent(writing) },
      request: asking && { ...asking.page, due: this.#nowMs() - asking.askedMs > answerWithinMs },
      lease: writing.page.tab === tab ? writing.lease : null,
    };
  }

  /** A page that asked and is gone asks no longer. */
  #asking({ asking }: Writing): Asking | null {
    return asking !== null && !this.#isSilent(asking) ? asking : null;
  }

  #isSilent({ heardMs }: { readonly heardMs: number }): boolean {
    return this.#nowMs() - heardMs > goneAfterMs;
  }

  #ask(reviewId: string, writing: Writing, asking: Asking | null): void {
    writing.asking = asking;
    this.#onChange(reviewId);
  }

  #pass(reviewId: string, writing: Writing): void {
    const asking = this.#asking(writing);
    this.#writing.delete(reviewId);
    if (asking !== null) this.#grant(reviewId, asking.page);
    else this.#onChange(reviewId);
  }

  #grant(reviewId: string, page: ReviewingPage): void {
    this.#writing.set(reviewId, { page, lease: randomUUID(), heardMs: this.#nowMs(), asking: null });
    this.#onChange(reviewId);
  }
}

function notTheWriter(writer: ReviewingPage | undefined): DelineateError {
  return new DelineateError(
    "not-the-writer",
    writer === undefined
      ? "This page is not the one that writes this review: begin to write first."
      : `${writer.reviewer} writes this review now. Ask to take over.`,
  );
}
