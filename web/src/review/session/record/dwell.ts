/** Tells of a slice once it has stayed on screen for a while without a break. */

export class Dwell {
  readonly #dwellMs: number;
  readonly #stayed: (k: number) => void;
  #k: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(dwellMs: number, stayed: (k: number) => void) {
    this.#dwellMs = dwellMs;
    this.#stayed = stayed;
  }

  /** What is on screen from now on, null for no slice. The same again goes on as it was. */
  show(k: number | null): void {
    if (k === this.#k) return;
    this.#k = k;
    clearTimeout(this.#timer);
    if (k !== null) this.#timer = setTimeout(() => this.#stayed(k), this.#dwellMs);
  }
}
