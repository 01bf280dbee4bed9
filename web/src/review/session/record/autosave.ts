/**
 * Log entries on their way to the server: sent at once, one request at a time, again until they are acknowledged. An entry
 * may be sent twice (its id makes that harmless) and is never sent out of order, nor dropped. Sending outlives the review's
 * page: as long as the tab is there, what was drawn goes out.
 */
import type { LogEntry } from "#contract/workspace/review.ts";
import { call, RequestError } from "../../../server/api.ts";
import type { SaveState } from "../review-state.ts";
import { unsavedWork } from "./unsaved-work.ts";

const entriesPerRequest = 200;
/** Below the 64 KiB that browsers allow to all requests that outlive a page. */
const keepaliveBytes = 60_000;
const firstRetryMs = 300;
const longestRetryMs = 5000;

export class Autosave {
  readonly #reviewId: string;
  readonly #onChange: (state: SaveState, stopped: string | null) => void;
  readonly #queue: LogEntry[] = [];
  /** Edits in the log that this page knows of. */
  #knownEdits: number;
  #sending = false;
  #retryMs = firstRetryMs;
  #idle: (() => void)[] = [];
  #refused: RequestError | null = null;

  /** `editsInLog`: when the review was opened. `onChange` is told why nothing more is saved, should it come to that. */
  constructor(
    reviewId: string,
    editsInLog: number,
    onChange: (state: SaveState, stopped: string | null) => void,
  ) {
    this.#reviewId = reviewId;
    this.#knownEdits = editsInLog;
    this.#onChange = onChange;
  }

  add(entry: LogEntry): void {
    // Masks that the server has are no longer those of this page.
    if (this.#refused !== null) return;
    this.#queue.push(entry);
    unsavedWork.begin(this);
    if (!this.#sending) void this.#send();
  }

  /** Resolves when everything is acknowledged. Throws `RequestError` once the server takes no more from this page. */
  async flush(): Promise<void> {
    if (this.#queue.length > 0 && this.#refused === null)
      await new Promise<void>((done) => this.#idle.push(done));
    if (this.#refused !== null) throw this.#refused;
  }

  /** The page is closing: what is left goes out in a request that outlives it. */
  leave(): void {
    if (this.#queue.length === 0 || this.#refused !== null) return;
    let bytes = 0;
    const entries = this.#queue.filter((entry) => {
      bytes += JSON.stringify(entry).length + 1;
      return bytes < keepaliveBytes;
    });
    if (entries.length === 0) return;
    call("appendLog", { reviewId: this.#reviewId }, { entries }, { keepalive: true }).catch(() => undefined);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    this.#onChange("saving", null);
    while (this.#queue.length > 0 && this.#refused === null) {
      const entries = this.#queue.slice(0, entriesPerRequest);
      try {
        const { edits } = await call("appendLog", { reviewId: this.#reviewId }, { entries });
        this.#queue.splice(0, entries.length);
        this.#retryMs = firstRetryMs;
        this.#knownEdits += entries.filter(({ type }) => type === "edit").length;
        if (edits > this.#knownEdits) this.#stop(changedElsewhere());
        else this.#onChange("saving", null);
      } catch (cause) {
        if (cause instanceof RequestError && cause.code !== "unreachable" && cause.code !== "unexpected") {
          this.#stop(cause);
          break;
        }
        unsavedWork.fail(this);
        this.#onChange("offline", null);
        await new Promise((done) => setTimeout(done, this.#retryMs));
        this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
      }
    }
    this.#sending = false;
    unsavedWork.end(this);
    if (this.#refused === null) this.#onChange("saved", null);
    for (const done of this.#idle.splice(0)) done();
  }

  #stop(cause: RequestError): void {
    const deleted = "This patient was deleted while the page was open. What was drawn since is not saved.";
    this.#refused = cause.code === "not-found" ? new RequestError(cause.code, deleted) : cause;
    this.#onChange("stopped", this.#refused.message);
  }
}

/** Both pages' changes are in the log; only this page's picture of them is out of date. */
function changedElsewhere(): RequestError {
  return new RequestError(
    "changed-elsewhere",
    "This review was changed in another tab or by another person. Nothing is lost: reload to see all changes.",
  );
}
