/**
 * Log entries on their way to the server: sent at once, one request at a time, again until they are acknowledged. An entry
 * may be sent twice (its id makes that harmless) and is never sent out of order, nor dropped.
 */
import type { LogEntry } from "../../../../src/contract/workspace/review.ts";
import { call, RequestError } from "../../server/api.ts";
import type { SaveState } from "./review-state.ts";

const entriesPerRequest = 200;
/** Below the 64 KiB that browsers allow to all requests that outlive a page. */
const keepaliveBytes = 60_000;
const firstRetryMs = 300;
const longestRetryMs = 5000;

export class Autosave {
  readonly #reviewId: string;
  readonly #onChange: (state: SaveState, refused: string | null) => void;
  readonly #queue: LogEntry[] = [];
  #sending = false;
  #retryMs = firstRetryMs;
  #idle: (() => void)[] = [];
  #refused: RequestError | null = null;

  constructor(reviewId: string, onChange: (state: SaveState, refused: string | null) => void) {
    this.#reviewId = reviewId;
    this.#onChange = onChange;
  }

  add(entry: LogEntry): void {
    this.#queue.push(entry);
    if (!this.#sending) void this.#send();
  }

  /** Resolves when everything is acknowledged. Throws `RequestError` once the server refused an entry for good. */
  async flush(): Promise<void> {
    if (this.#queue.length > 0 && this.#refused === null)
      await new Promise<void>((done) => this.#idle.push(done));
    if (this.#refused !== null) throw this.#refused;
  }

  /** The page is closing: what is left goes out in a request that outlives it. */
  leave(): void {
    if (this.#queue.length === 0) return;
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
    while (this.#queue.length > 0) {
      const entries = this.#queue.slice(0, entriesPerRequest);
      try {
        await call("appendLog", { reviewId: this.#reviewId }, { entries });
        this.#queue.splice(0, entries.length);
        this.#retryMs = firstRetryMs;
        this.#onChange("saving", null);
      } catch (cause) {
        if (cause instanceof RequestError && cause.code !== "unreachable" && cause.code !== "unexpected") {
          this.#refused = cause;
          this.#onChange("offline", cause.message);
          break;
        }
        this.#onChange("offline", null);
        await new Promise((done) => setTimeout(done, this.#retryMs));
        this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
      }
    }
    this.#sending = false;
    if (this.#refused === null) this.#onChange("saved", null);
    for (const done of this.#idle.splice(0)) done();
  }
}
