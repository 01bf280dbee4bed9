/** Which axial slices were seen (#contract/workspace/seen.ts), and which must be: nobody signs what nobody saw. */

import type { CaseDetail } from "#contract/workspace/case.ts";
import { requiredSlices } from "#editing/tools/required-slices.ts";
import type { ReviewState } from "../review-state.ts";
import type { StructureModel } from "../structure-model.ts";

export class SeenSlices {
  #all: Set<number>;
  readonly #untaken = new Set<number>();

  constructor(before: readonly number[]) {
    this.#all = new Set(before);
  }

  get all(): ReadonlySet<number> {
    return this.#all;
  }

  /** Slice k was seen; true if it was the first time. */
  add(k: number): boolean {
    if (this.#all.has(k)) return false;
    // A new set: what was handed out must not change.
    this.#all = new Set(this.#all).add(k);
    this.#untaken.add(k);
    return true;
  }

  /** By the log, whoever saw them. */
  addSaved(slices: readonly number[]): void {
    this.#all = new Set([...this.#all, ...slices]);
  }

  /** They did not get into the log: they are to be seen by who signs. */
  forget(slices: readonly number[]): void {
    const all = new Set(this.#all);
    for (const k of slices) all.delete(k);
    this.#all = all;
  }

  /** First seen since the last call. */
  take(): number[] {
    const slices = [...this.#untaken];
    this.#untaken.clear();
    return slices;
  }
}

/** Those that must have been on screen, as the structures are now. */
export function requiredNow(
  { automatic, grid }: CaseDetail,
  structures: readonly StructureModel[],
): ReadonlySet<number> {
  const gtvs = structures.filter(({ type }) => type === "GTV");
  const hasGtv = (k: number): boolean => gtvs.some(({ sliceVoxels }) => sliceVoxels[k] > 0);
  return new Set(requiredSlices(grid.size[2], automatic ?? undefined, hasGtv));
}

/** Before a patient is closed without tumour: where no model says where to look, all slices. */
export function requiredToClose({ detail, required }: ReviewState): ReadonlySet<number> {
  return detail.automatic === null ? new Set(Array(detail.grid.size[2]).keys()) : required;
}
