/** Which axial slices were on screen, and which must have been: nobody signs what nobody saw. */
import type { Automatic } from "../../../../src/contract/workspace/case.ts";
import type { StructureModel } from "./structure-model.ts";

export class SeenSlices {
  #all: Set<number>;
  readonly #untaken = new Set<number>();

  constructor(before: readonly number[]) {
    this.#all = new Set(before);
  }

  get all(): ReadonlySet<number> {
    return this.#all;
  }

  /** Slice k was painted; true if it was the first time. */
  present(k: number): boolean {
    if (this.#all.has(k)) return false;
    // A new set: what was handed out must not change.
    this.#all = new Set(this.#all).add(k);
    this.#untaken.add(k);
    return true;
  }

  /** First seen since the last call. */
  take(): number[] {
    const slices = [...this.#untaken];
    this.#untaken.clear();
    return slices;
  }
}

/** Slices with an automatic or drawn GTV, or where the model is unsure. */
export function requiredSlices(
  automatic: Automatic | null,
  structures: readonly StructureModel[],
): ReadonlySet<number> {
  const required = new Set<number>();
  automatic?.gtvVoxels.forEach((count, k) => {
    if (count > 0 || automatic.uncertainVoxels[k] > 0) required.add(k);
  });
  for (const { type, sliceVoxels } of structures) {
    if (type !== "GTV") continue;
    sliceVoxels.forEach((count, k) => {
      if (count > 0) required.add(k);
    });
  }
  return required;
}
