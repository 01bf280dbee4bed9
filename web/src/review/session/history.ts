/**
 * Undo and redo without end, across reloads: the log's edits replayed into what was done and what was undone. Parts of one
 * stroke are one step.
 */

import type { EditKind } from "#contract/workspace/review.ts";
import { combinePatches, type MaskPatch } from "#editing/patch/mask-patch.ts";

const drawnByHand: ReadonlySet<EditKind> = new Set([
  "brush",
  "eraser",
  "freehand-add",
  "freehand-subtract",
  "copy-slice",
]);

export type Step = {
  /** Of its first part: what "undo" and "redo" entries refer to. */
  readonly id: string;
  readonly structureId: string;
  readonly kind: EditKind;
  readonly stroke: string | undefined;
  readonly patch: MaskPatch;
};

export class History {
  readonly #done: Step[] = [];
  readonly #undone: Step[] = [];
  #count = 0;

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** All that was ever added, as src/editing/patch/count-edits.ts counts a log. */
  get editCount(): number {
    return this.#count;
  }

  /** The latest step that is not undone. */
  get last(): Step | undefined {
    return this.#done.at(-1);
  }

  /** Slices of a structure that a person drew in, ascending: what interpolation takes as given. */
  drawnSlices(structureId: string): number[] {
    const slices = new Set<number>();
    for (const step of this.#done) {
      if (step.structureId !== structureId || !drawnByHand.has(step.kind)) continue;
      for (const { k } of step.patch) slices.add(k);
    }
    return [...slices].sort((a, b) => a - b);
  }

  /** A new change: what was undone before is no longer to be redone. A further part of the last stroke joins it. */
  add(step: Step): void {
    this.#undone.length = 0;
    const last = this.#done.at(-1);
    if (last?.stroke !== undefined && last.stroke === step.stroke) {
      this.#done[this.#done.length - 1] = { ...last, patch: combinePatches(last.patch, step.patch) };
    } else {
      this.#done.push(step);
      this.#count++;
    }
  }

  undo(): Step | undefined {
    const step = this.#done.pop();
    if (step !== undefined) this.#undone.push(step);
    return step;
  }

  redo(): Step | undefined {
    const step = this.#undone.pop();
    if (step !== undefined) this.#done.push(step);
    return step;
  }

  /** Steps of a structure that was removed can no longer be undone. */
  forget(structureId: string): void {
    for (const steps of [this.#done, this.#undone]) {
      steps.splice(0, steps.length, ...steps.filter((step) => step.structureId !== structureId));
    }
  }

  /** One entry of the saved log. */
  replay(step: Step): void {
    if (step.kind === "undo") this.undo();
    else if (step.kind === "redo") this.redo();
    else this.add(step);
  }
}
