/**
 * Which page writes each review. In memory alone: after a restart nobody writes until a page says that it does, and the first
 * is the writer. What keeps strokes safe is not who is the writer but the lease: entries come with it, and one that ended is
 * taken no more. It is the account's to which it was given: another one in the same tab is another page.
 */
import { randomUUID } from "node:crypto";
import type { Account } from "#contract/workspace/account.ts";
import {
  type Attend,
  anotherTab,
  answerWithinMs,
  goneAfterMs,
  type ReviewingPage,
  type WhoWrites,
} from "#contract/workspace/lease.ts";
import { DelineateError } from "#core/errors.ts";

/** `account`: null where there are no accounts. */
type Page = ReviewingPage & { readonly account: Account | null };
type Asking = { readonly page: Page; readonly askedMs: number; heardMs: number };
type Writing = {
  readonly page: Page;
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
  attend(reviewId: string, { act, ...sender }: Attend, account: Account | null): WhoWrites {
    const page = { ...sender, account };
    const writing = this.#writing.get(reviewId);
    if (writing !== undefined && isSame(writing.page, page)) this.#attendAsWriter(reviewId, writing, act);
    else if (act === "hand-over" || act === "decline") throw notTheWriter(writing?.page);
    else if (writing === undefined) {
      if (act !== "look" && act !== "wait") this.#grant(reviewId, page);
    } else this.#attendAsReader(reviewId, writing, { act, page });
    return this.#whoWrites(reviewId, page);
  }

  /** Whether entries with this lease may be taken; it is a sign of life, too. */
  holds(reviewId: string, lease: string, account: Account | null): boolean {
    const writing = this.#writing.get(reviewId);
    if (writing?.lease !== lease || writing.page.account?.id !== account?.id) return false;
    writing.heardMs = this.#nowMs();
    return true;
  }

  /** Throws `not-the-writer`. */
  require(reviewId: string, lease: string, account: Account | null): void {
    if (!this.holds(reviewId, lease, account)) throw notTheWriter(this.#writing.get(reviewId)?.page);
  }

  /** Throws `not-the-writer` where another page writes; nobody need write. */
  requireNoOther(reviewId: string, ownPage: Pick<Page, "tab" | "account">): void {
    const page = this.#writing.get(reviewId)?.page;
    if (page !== undefined && !isSame(page, ownPage)) throw notTheWriter(page);
  }

  /** Nobody writes, whoever did. */
  free(reviewId: string): void {
    this.#writing.delete(reviewId);
  }

  /** As after a restart. */
  freeAll(): void {
    this.#writing.clear();
  }

  /** The page is closed: who asked writes, or nobody does. */
  leave(reviewId: string, page: Pick<Page, "tab" | "account">): void {
    const writing = this.#writing.get(reviewId);
    if (writing === undefined) return;
    if (isSame(writing.page, page)) this.#pass(reviewId, writing);
    else if (isSame(writing.asking?.page, page)) this.#ask(reviewId, writing, null);
  }

  #attendAsWriter(reviewId: string, writing: Writing, act: Attend["act"]): void {
    writing.heardMs = this.#nowMs();
    if (act === "hand-over") this.#pass(reviewId, writing);
    if (act === "decline") this.#ask(reviewId, writing, null);
  }

  #attendAsReader(
    reviewId: string,
    writing: Writing,
    { act, page }: Pick<Attend, "act"> & { readonly page: Page },
  ): void {
    const heardMs = this.#nowMs();
    const asking = this.#asking(writing);
    const isAsker = asking !== null && isSame(asking.page, page);
    if (isAsker) asking.heardMs = heardMs;
    if (act === "look" && isAsker) this.#ask(reviewId, writing, null);
    if (act === "ask" && asking === null) this.#ask(reviewId, writing, { page, askedMs: heardMs, heardMs });
    if (act === "take-over") {
      const { writer, request } = this.#whoWrites(reviewId, page);
      const mayTake = writer?.gone || writer?.reviewer === page.reviewer || (isAsker && request?.due);
      if (!mayTake) throw notTheWriter(writing.page);
      this.#grant(reviewId, page);
    }
  }

  #whoWrites(reviewId: string, to: Page): WhoWrites {
    const writing = this.#writing.get(reviewId);
    if (writing === undefined) return { writer: null, request: null, lease: null };
    const asking = this.#asking(writing);
    return {
      writer: { ...pageFor(writing.page, to), gone: this.#isSilent(writing) },
      request: asking && {
        ...pageFor(asking.page, to),
        due: this.#nowMs() - asking.askedMs > answerWithinMs,
      },
      lease: isSame(writing.page, to) ? writing.lease : null,
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

  #grant(reviewId: string, page: Page): void {
    this.#writing.set(reviewId, { page, lease: randomUUID(), heardMs: this.#nowMs(), asking: null });
    this.#onChange(reviewId);
  }
}

function isSame(page: Page | undefined, other: Pick<Page, "tab" | "account">): boolean {
  return page?.tab === other.tab && page.account?.id === other.account?.id;
}

function pageFor(page: Page, to: Page): ReviewingPage {
  return { tab: isSame(page, to) ? page.tab : anotherTab, reviewer: page.reviewer };
}

function notTheWriter(writer: ReviewingPage | undefined): DelineateError {
  return new DelineateError(
    "not-the-writer",
    writer === undefined
      ? "This page is not the one that writes this review: begin to write first."
      : `${writer.reviewer} writes this review now. Ask to take over.`,
  );
}
