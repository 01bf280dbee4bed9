/**
 * Log entries on their way to the server: sent at once, one request at a time, again until they are acknowledged. An entry
 * may be sent twice (its id makes that harmless) and is never sent out of order, nor dropped in silence. Only the page that
 * writes sends (../writing/writing-turn.ts); what it could not save by then is taken care of there. Sending outlives the
 * review's page: as long as the tab is there, what was drawn goes out.
 */
import type { Late, LogEntry } from "#contract/workspace/review.ts";
import { countEdits } from "#editing/patch/count-edits.ts";
import { call, RequestError } from "../../../server/api.ts";
import { explain } from "../../../server/explain.ts";
import type { SaveState } from "../review-state.ts";
import { unsavedWork } from "./unsaved-work.ts";

const entriesPerRequest = 200;
/** Below the 64 KiB that browsers allow to all requests that outlive a page. */
const keepaliveBytes = 60_000;
const firstRetryMs = 300;
const longestRetryMs = 5000;

/** How much of the server's log this page has: entries of all types, and edits. */
type KnownLog = { readonly entries: number; readonly edits: number };

type AutosaveParts = {
  readonly reviewId: string;
  readonly reviewer: string;
  /** Whose review it is, for sentences that are read elsewhere. */
  readonly patient: string;
  /** The server's log when the review was opened. */
  readonly known: KnownLog;
  /** Is told why nothing more is saved, should it come to that. */
  readonly onChange: (state: SaveState, stopped: string | null) => void;
  /** The server takes nothing with this lease: the page does not write any more. */
  readonly onRefused: () => void;
  /** Nothing more is taken from now on: what is half drawn is part of what was drawn. */
  readonly onStop: () => void;
};

export class Autosave {
  readonly #parts: AutosaveParts;
  readonly #queue: LogEntry[] = [];
  #known: KnownLog;
  #lease: string | null = null;
  #sending: Promise<void> | null = null;
  #retryMs = firstRetryMs;
  #waiting: { readonly done: () => void; readonly refuse: ((cause: RequestError) => void) | null }[] = [];
  #refused: RequestError | null = null;
  #isLeft = false;
  /** Of what is not saved, should it come too late: sent twice it is kept once. */
  #lateId: string = crypto.randomUUID();

  constructor(parts: AutosaveParts) {
    this.#parts = parts;
    this.#known = parts.known;
  }

  /** Why nothing more is taken, for the person. */
  get #stopped(): string | null {
    return this.#refused?.message ?? null;
  }

  get known(): KnownLog {
    return this.#known;
  }

  /** Sent together where they fit: of entries that are one change a reader, or a killed server, seldom has the half (follow-log.ts takes it). */
  add(...entries: readonly LogEntry[]): void {
    // Masks that the server has are no longer those of this page.
    if (this.#refused !== null) return;
    this.#queue.push(...entries);
    unsavedWork.begin(this);
    if (this.lateOfClosing()?.entries.length !== this.#queue.length) unsavedWork.outgrow(this);
    this.#begin();
  }

  /** The page writes: what waits is sent. */
  resume(lease: string): void {
    this.#lease = lease;
    this.#begin();
  }

  /** Sends nothing until `resume`. Resolves when no request is on its way, with what is not acknowledged; it stays here. */
  async pause(): Promise<readonly LogEntry[]> {
    this.#loseLease();
    await this.#sending;
    return [...this.#queue];
  }

  /** Between `pause` and `resume`: the log is as far as `known`, and of what waited, `unsaved` waits on. */
  restart(known: KnownLog, unsaved: readonly LogEntry[]): void {
    this.#known = known;
    this.#queue.splice(0, this.#queue.length, ...unsaved);
    this.#lateId = crypto.randomUUID();
    if (this.#queue.length === 0) this.#rest();
  }

  /**
   * Resolves when everything is acknowledged. Throws `RequestError`: `not-the-writer` as soon as the page does not write, for what
   * waits for this must not happen after another wrote; and once the server takes no more from this page.
   */
  async flush(): Promise<void> {
    if (this.#queue.length > 0 && this.#refused === null) {
      if (this.#lease === null) throw stoppedWriting();
      await new Promise<void>((done, refuse) => this.#waiting.push({ done, refuse }));
    }
    if (this.#refused !== null) throw this.#refused;
  }

  /** Resolves when everything is acknowledged or kept as late, whoever writes meanwhile, or the server takes no more. */
  async settled(): Promise<void> {
    if (this.#queue.length > 0 && this.#refused === null)
      await new Promise<void>((done) => this.#waiting.push({ done, refuse: null }));
  }

  /** What is not acknowledged, as late strokes; null for nothing. */
  late(): Late | null {
    if (this.#queue.length === 0) return null;
    const { reviewer } = this.#parts;
    return { id: this.#lateId, reviewer, after: this.#known.edits, entries: [...this.#queue] };
  }

  /** As much of it, from its beginning, as a request that outlives the page may hold. */
  lateOfClosing(): Late | null {
    const late = this.late();
    if (late === null) return null;
    let bytes = 0;
    // The first that does not fit ends it: this is asked at every stroke, and an hour offline is not to be written out each time.
    const end = late.entries.findIndex((entry) => {
      bytes += JSON.stringify(entry).length + 1;
      return bytes >= keepaliveBytes;
    });
    return { ...late, entries: end < 0 ? late.entries : late.entries.slice(0, end) };
  }

  /** Keeps what is not acknowledged beside the log, however long the server is away. Throws `RequestError` for a refusal. */
  async keepLate(): Promise<void> {
    const late = this.late();
    while (late !== null) {
      try {
        await call("keepLate", { reviewId: this.#parts.reviewId }, late);
        return;
      } catch (cause) {
        if (!isPassing(cause)) throw cause;
        await this.#waitOffline();
      }
    }
  }

  /** The server takes nothing more, or is not understood. What is not saved is kept as late strokes, or told as lost. */
  stop(cause: unknown): void {
    if (this.#refused !== null) return;
    this.#parts.onStop();
    const { code, message } =
      cause instanceof RequestError ? cause : { code: "usage", message: explain(cause) };
    this.#refused = new RequestError(code, code === "not-found" ? deletedText : message);
    this.#parts.onChange("saving", this.#refused.message);
    this.#sending ??= this.#keepRest(this.#refused).finally(() => {
      this.#sending = null;
    });
  }

  /** The review's page is there no longer: what is lost from now on is told elsewhere. */
  leave(): void {
    this.#isLeft = true;
  }

  /** Left, and nothing more to send. */
  close(): void {
    unsavedWork.end(this);
  }

  #begin(): void {
    if (this.#sending !== null || this.#lease === null) return;
    if (this.#queue.length === 0 || this.#refused !== null) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = null;
      // Added between the last look at the queue and now.
      this.#begin();
    });
  }

  async #send(): Promise<void> {
    const { reviewId, onChange, onRefused } = this.#parts;
    onChange("saving", null);
    while (this.#queue.length > 0 && this.#refused === null && this.#lease !== null) {
      const entries = this.#queue.slice(0, entriesPerRequest);
      try {
        const { edits, logLength } = await call("appendLog", { reviewId }, { lease: this.#lease, entries });
        this.#queue.splice(0, entries.length);
        this.#retryMs = firstRetryMs;
        const expected = this.#known.edits + entries.filter(({ type }) => type === "edit").length;
        this.#known = { entries: logLength, edits };
        if (edits !== expected) this.stop(changedElsewhere());
        else onChange("saving", this.#stopped);
      } catch (cause) {
        if (cause instanceof RequestError && cause.code === "not-the-writer") {
          this.#loseLease();
          onRefused();
        } else if (!isPassing(cause)) this.stop(cause);
        else await this.#waitOffline();
      }
    }
    if (this.#refused !== null) await this.#keepRest(this.#refused);
    else if (this.#queue.length === 0) this.#rest();
  }

  async #waitOffline(): Promise<void> {
    unsavedWork.fail(this);
    this.#parts.onChange("offline", this.#stopped);
    await new Promise((done) => setTimeout(done, this.#retryMs));
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  async #keepRest({ code, message }: RequestError): Promise<void> {
    const late = this.late();
    const changes = late === null ? 0 : changesIn(late);
    // A patient that was deleted keeps nothing, and the text says so.
    const keeps = late !== null && changes > 0 && code !== "not-found";
    // What other edits came between is not known: they would be made again from another mask than they were drawn on.
    const mayKeep = keeps && code !== changedElsewhereCode;
    const isKept =
      mayKeep &&
      (await this.keepLate().then(
        () => true,
        () => false,
      ));
    this.#queue.length = 0;
    this.#rest();
    const last = changes === 1 ? "your last change" : `your last ${changes} changes`;
    const { patient, onChange } = this.#parts;
    if (this.#isLeft && changes > 0 && !isKept)
      unsavedWork.loseLeft(`${message} Lost: ${last} to ${patient}.`);
    else if (!keeps) onChange("stopped", message);
    else if (isKept)
      onChange("stopped", `${message} Kept beside the log, for whoever writes to add: ${last}.`);
    else {
      onChange("lost", `${message} Not saved, and gone when this page is left: ${last}.`);
      unsavedWork.lose(this);
    }
  }

  #rest(): void {
    unsavedWork.end(this);
    if (this.#refused === null) this.#parts.onChange("saved", null);
    for (const { done } of this.#waiting.splice(0)) done();
  }

  /** Nothing is sent from now on until `resume`. */
  #loseLease(): void {
    this.#lease = null;
    const waiting = this.#waiting.splice(0);
    for (const { refuse } of waiting) refuse?.(stoppedWriting());
    this.#waiting.push(...waiting.filter(({ refuse }) => refuse === null));
  }
}

export const deletedText =
  "This patient was deleted while the page was open. What was drawn since is not saved.";

/** The server, its database or its files are away, its disk is full, it is busy, or it waits for the person to sign in again. */
const passing: ReadonlySet<string> = new Set([
  "unreachable",
  "database-unavailable",
  "files-unavailable",
  "disk-full",
  "unexpected",
  "signed-out",
  "too-many-requests",
]);

/** It is worth asking again. An answer that is not understood is not: the next one would not be either. */
export function isPassing(cause: unknown): boolean {
  return cause instanceof RequestError && passing.has(cause.code);
}

/** As a person counts them: a structure that is added or named is one, its removal is an edit. */
export function changesIn({ entries }: Pick<Late, "entries">): number {
  const named = entries.filter((entry) => entry.type === "structure").filter(({ removed }) => !removed);
  return countEdits(entries.filter((entry) => entry.type === "edit")) + named.length;
}

function stoppedWriting(): RequestError {
  return new RequestError(
    "not-the-writer",
    "This page stopped writing the review before everything was saved. Look at the contour as it is now, and try again.",
  );
}

const changedElsewhereCode = "changed-elsewhere";

/** Both pages' changes are in the log; only this page's picture of them is out of date. */
function changedElsewhere(): RequestError {
  return new RequestError(
    changedElsewhereCode,
    "The log of this review is not as this page knows it. All that was saved is in it: reload to see it.",
  );
}
