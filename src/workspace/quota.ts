/**
 * The most that a workspace may hold: beyond it nothing more is taken in, and all that is there can be worked on. It is measured
 * now and then, and what is taken in between is added; contours and records are seen at the next measurement.
 */
import { DelineateError } from "#core/errors.ts";

/** A million files take minutes on a file server. */
const measureEveryMs = 600_000;
/** Somebody may have made room: a refusal follows a measurement of this age at most. */
const freshMs = 10_000;

export type Usage = { readonly usedBytes: number; readonly limitBytes: number };

export class Quota {
  readonly #sum: () => Promise<number>;
  readonly #limitBytes: number | undefined;
  readonly #onFault: (error: unknown) => void;
  #usedBytes = 0;
  #measuredMs: number | undefined;
  #measuring: Promise<void> | undefined;

  /** `sum`: bytes that there are. Without `limitBytes` nothing is measured, and all is taken. */
  constructor(sum: () => Promise<number>, limitBytes: number | undefined, onFault: (error: unknown) => void) {
    this.#sum = sum;
    this.#limitBytes = limitBytes;
    this.#onFault = onFault;
    if (limitBytes !== undefined) this.#measure().catch(onFault);
  }

  /** As it is known now; null without a limit. The first measurement is waited for. */
  async usage(): Promise<Usage | null> {
    if (this.#limitBytes === undefined) return null;
    if (this.#measuredMs === undefined) await this.#measure();
    else if (this.#ageMs() > measureEveryMs) this.#measure().catch(this.#onFault);
    return { usedBytes: this.#usedBytes, limitBytes: this.#limitBytes };
  }

  /**
   * Before `bytes` are taken in, which count from then on; 0 where nobody says how many there will be (`add`). Until the first
   * measurement is done all is admitted: the disk's own room is looked at besides (platform/zip/limits.ts). Throws `quota-reached`.
   */
  async admit(bytes: number): Promise<void> {
    if (this.#limitBytes === undefined || this.#measuredMs === undefined) return;
    if (this.#isBeyond(bytes) && this.#ageMs() > freshMs) await this.#measure();
    else if (this.#ageMs() > measureEveryMs) this.#measure().catch(this.#onFault);
    if (this.#isBeyond(bytes)) throw reached(this.#limitBytes);
    this.#usedBytes += bytes;
  }

  /** What came without being announced. */
  add(bytes: number): void {
    this.#usedBytes += bytes;
  }

  #isBeyond(bytes: number): boolean {
    const limit = this.#limitBytes ?? Number.POSITIVE_INFINITY;
    return this.#usedBytes >= limit || this.#usedBytes + bytes > limit;
  }

  #ageMs(): number {
    return performance.now() - (this.#measuredMs ?? Number.NEGATIVE_INFINITY);
  }

  /** One at a time. */
  #measure(): Promise<void> {
    this.#measuring ??= this.#sum()
      .then((bytes) => {
        this.#usedBytes = bytes;
        this.#measuredMs = performance.now();
      })
      .finally(() => {
        this.#measuring = undefined;
      });
    return this.#measuring;
  }
}

function reached(limitBytes: number): DelineateError {
  return new DelineateError(
    "quota-reached",
    `The workspace's quota of ${(limitBytes / 1e9).toFixed(1)} GB is used up, and nothing more is taken in. An admin can remove patients (delineate retention), or start the service with a larger --quota; what is here can be worked on.`,
  );
}
