/**
 * Undo and redo without end, across reloads: the log's edits replayed into what was done and what was undone. Parts of one
 * stroke are one step.
 */

import type { Derivation } from "#contract/workspace/derivation.ts";
import { type EditKind, editKind } from "#contract/workspace/edit-kinds.ts";
import { combinePatches, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { insideFrom } from "#geometry/confidence.ts";
import type { ReviewState } from "./review-state.ts";

export type Step = {
  /** Of its first part: what "undo" and "redo" entries refer to. */
  readonly id: string;
  readonly structureId: string;
  readonly kind: EditKind;
  readonly stroke: string | undefined;
  readonly patch: MaskPatch;
  /** Of a "threshold": the level of the model's confidence that was applied. */
  readonly level?: number | undefined;
  /** Of a "margin": how it was made; null of an "unlink". */
  readonly derivation?: Derivation | null | undefined;
};

export class History {
  readonly #done: Step[] = [];
  readonly #undone: Step[] = [];
  #count = 0;

  /** All that was ever added, as src/editing/patch/count-edits.ts counts a log. */
  get editCount(): number {
    return this.#count;
  }

  /** The latest step that is not undone. */
  get last(): Step | undefined {
    return this.#done.at(-1);
  }

  /** The step that redo would make again. */
  get next(): Step | undefined {
    return this.#undone.at(-1);
  }

  /** Slices of a structure that a person drew in, ascending: what interpolation takes as given. */
  drawnSlices(structureId: string): number[] {
    return this.#slicesOf(structureId, (kind) => editKind(kind).draws);
  }

  /** Slices of a structure that are no longer as the model makes them at some threshold, ascending. */
  editedSlices(structureId: string): number[] {
    return this.#slicesOf(structureId, (kind) => kind !== "threshold");
  }

  /** The level of the model's confidence that was applied last; that of the model's own contour if none was. */
  levelOf(structureId: string): number {
    const applied = this.#done.findLast(
      (step) => step.structureId === structureId && step.level !== undefined,
    );
    return applied?.level ?? insideFrom;
  }

  /** How a structure was made from others; null where it was unlinked since, undefined where it never was. */
  derivationOf(structureId: string): Derivation | null | undefined {
    const derivedStep = this.#done.findLast(
      (step) => step.structureId === structureId && step.derivation !== undefined,
    );
    return derivedStep?.derivation;
  }

  #slicesOf(structureId: string, counts: (kind: EditKind) => boolean): number[] {
    const slices = new Set<number>();
    for (const step of this.#done) {
      if (step.structureId !== structureId || !counts(step.kind)) continue;
      for (const { k } of step.patch) slices.add(k);
    }
    return [...slices].sort((a, b) => a - b);
  }

  /** How often each kind of edit stands in a structure, the latest kind last. */
  countsOf(structureId: string): ReadonlyMap<EditKind, number> {
    const counts = new Map<EditKind, number>();
    for (const step of this.#done) {
      if (step.structureId !== structureId) continue;
      const before = counts.get(step.kind) ?? 0;
      counts.delete(step.kind);
      counts.set(step.kind, before + 1);
    }
    return counts;
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

  /** What the whole log comes to, in place of what was here. */
  replace(other: History): void {
    this.#done.splice(0, this.#done.length, ...other.#done);
    this.#undone.splice(0, this.#undone.length, ...other.#undone);
    this.#count = other.#count;
  }

  /** One entry of the saved log. */
  replay(step: Step): void {
    if (step.kind === "undo") this.undo();
    else if (step.kind === "redo") this.redo();
    else this.add(step);
  }
}

/** What the page shows of undo and redo. */
export function historyState({
  last,
  next,
  editCount,
}: History): Pick<ReviewState, "undoes" | "redoes" | "editCount"> {
  return {
    undoes: last === undefined ? null : editKind(last.kind).words,
    redoes: next === undefined ? null : editKind(next.kind).words,
    editCount,
  };
}
