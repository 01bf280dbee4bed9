/**
 * The CT's voxels in the browser. Slices arrive compact and in the order in which they are wanted: what is on screen
 * first, then outward from the cursor. Decoding is a worker's (slice.worker.ts), so that scrolling stays smooth meanwhile.
 */

import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { Grid } from "#geometry/grid.ts";
import { voxelCount } from "#geometry/grid.ts";
import { fillPath } from "../../../server/api.ts";

/** What a voxel reads before its slice is there: air outside the patient. */
const notLoadedHu = -1024;
const requestsInFlight = 2;
const slicesPerRequest = 6;

export type SliceRequest = {
  readonly url: string;
  readonly slices: readonly number[];
  readonly columns: number;
};
export type SliceAnswer =
  | { readonly k: number; readonly hu: Int16Array }
  | { readonly finished: readonly number[]; readonly problem: string | null };

export class CtStore {
  readonly grid: Grid;
  /** Length ni * nj * nk, i fastest. */
  readonly hu: Int16Array;
  onProblem: (problem: string) => void = () => undefined;
  readonly #loaded: Uint8Array;
  readonly #wanted = new Map<number, { promise: Promise<void>; resolve: () => void }>();
  readonly #listeners = new Set<(slices: readonly number[]) => void>();
  readonly #worker: Worker;
  readonly #path: string;
  readonly #pending = new Set<number>();
  #inFlight = 0;
  #centre: number;
  #loadedCount = 0;

  /** Loading begins at once, with slice `first`. */
  constructor(caseId: string, grid: Grid, first: number) {
    this.grid = grid;
    const bytes = voxelCount(grid) * Int16Array.BYTES_PER_ELEMENT;
    // Where browsers allow it, workers read these voxels: no copy of the CT for each of them, no wait while it is made.
    this.hu = new Int16Array(
      crossOriginIsolated ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
    ).fill(notLoadedHu);
    this.#loaded = new Uint8Array(grid.size[2]);
    this.#centre = first;
    this.#path = fillPath(byteRoutes.ct, { caseId });
    this.#worker = new Worker(new URL("./slice.worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<SliceAnswer>) => this.#receive(data);
    // The slice that is shown first travels alone.
    this.#request([first]);
    this.#fill();
  }

  get loadedCount(): number {
    return this.#loadedCount;
  }

  isLoaded(k: number): boolean {
    return this.#loaded[k] === 1;
  }

  /** Resolves once slice k is there; until then it is fetched before others. */
  whenLoaded(k: number): Promise<void> {
    if (this.isLoaded(k)) return Promise.resolve();
    const awaitedSlice = this.#wanted.get(k);
    if (awaitedSlice !== undefined) return awaitedSlice.promise;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted.set(k, { promise, resolve });
    this.#fill();
    return promise;
  }

  /** Resolves once every slice is there. */
  async whenWhole(): Promise<void> {
    await Promise.all(Array.from({ length: this.grid.size[2] }, (_, k) => this.whenLoaded(k)));
  }

  /** Slices from here outward are fetched next. */
  centreOn(k: number): void {
    this.#centre = k;
  }

  onSlices(listener: (slices: readonly number[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#worker.terminate();
    this.#listeners.clear();
  }

  #fill(): void {
    while (this.#inFlight < requestsInFlight) {
      const next = this.#next();
      if (next.length === 0) return;
      this.#request(next);
    }
  }

  #next(): number[] {
    const missing: number[] = [];
    for (let k = 0; k < this.#loaded.length; k++) {
      if (this.#loaded[k] === 0 && !this.#pending.has(k)) missing.push(k);
    }
    const urgency = (k: number): number => Math.abs(k - this.#centre) - (this.#wanted.has(k) ? 1e6 : 0);
    return missing.sort((a, b) => urgency(a) - urgency(b)).slice(0, slicesPerRequest);
  }

  #request(slices: readonly number[]): void {
    this.#inFlight++;
    for (const k of slices) this.#pending.add(k);
    const url = new URL(`${this.#path}?slices=${slices.join(",")}`, location.href).href;
    this.#worker.postMessage({ url, slices, columns: this.grid.size[0] } satisfies SliceRequest);
  }

  #receive(answer: SliceAnswer): void {
    if ("k" in answer) {
      const area = this.grid.size[0] * this.grid.size[1];
      this.hu.set(answer.hu, answer.k * area);
      this.#loaded[answer.k] = 1;
      this.#loadedCount++;
      this.#wanted.get(answer.k)?.resolve();
      this.#wanted.delete(answer.k);
      for (const listener of this.#listeners) listener([answer.k]);
      return;
    }
    this.#inFlight--;
    for (const k of answer.finished) this.#pending.delete(k);
    if (answer.problem === null) {
      this.#fill();
      return;
    }
    this.onProblem(answer.problem);
    // The server may be on its way back: slices that are still missing are asked for again.
    setTimeout(() => this.#fill(), 2000);
  }
}
