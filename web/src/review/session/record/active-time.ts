/**
 * Active contouring time: the time between two inputs of the person (pointer, wheel, key) counts if it is at most
 * `idleGapMs`; a longer gap is a pause and counts nothing, as does the time while the page is hidden.
 */

export const idleGapMs = 15_000;

export class ActiveTime {
  #lastMs: number | null = null;
  #untakenMs = 0;

  /** An input at `nowMs` of a clock that never goes back. */
  touch(nowMs: number): void {
    if (this.#lastMs !== null && nowMs - this.#lastMs <= idleGapMs) this.#untakenMs += nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }

  /** The page was hidden or left: time until the next input is a pause. */
  pause(): void {
    this.#lastMs = null;
  }

  /** Whole milliseconds since the last call; fractions are kept for the next. */
  take(): number {
    const whole = Math.floor(this.#untakenMs);
    this.#untakenMs -= whole;
    return whole;
  }
}
