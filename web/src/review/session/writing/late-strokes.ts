/**
 * Late strokes into the log (#contract/workspace/review.ts): each change is made again where the masks are now, as what it drew
 * and what it took away, with its own kind and id. What another drew elsewhere meanwhile stays.
 */
import type { Late, LogEntry } from "#contract/workspace/review.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import { rebasePatch } from "#editing/patch/rebase-patch.ts";
import type { Mask } from "#geometry/mask.ts";
import { call } from "../../../server/api.ts";
import { freeName } from "../../panels/structures/structure-name.ts";
import { busyWork } from "../busy-work.ts";
import type { Drawing } from "../drawing.ts";
import type { MaskSources } from "../mask-sources.ts";
import { firstMask } from "../open-review.ts";
import type { WorkRecord } from "../record/work-record.ts";
import type { ReviewStore } from "../review-store.ts";
import { standingEdits } from "./standing-edits.ts";
import type { WritingTurn } from "./writing-turn.ts";

type EditEntry = Extract<LogEntry, { type: "edit" }>;

type LateParts = {
  readonly store: ReviewStore;
  readonly pen: Drawing;
  readonly sources: MaskSources;
  readonly record: WorkRecord;
  readonly turn: WritingTurn;
};

export class LateStrokes {
  readonly #parts: LateParts;

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  /** Into the log, as far as they are not there yet. */
  add(late: Late): Promise<void> {
    return busyWork(this.#parts.store, `Adding the strokes of ${late.reviewer}`, async () => {
      const { pen, record, store } = this.#parts;
      await record.flush();
      const { edits } = await call("showReview", { reviewId: store.state.reviewId }, undefined);
      const namedSince = await this.#namedSince(late);
      await this.#mayAdd();
      this.#nameStructures(late, namedSince);
      const orphan = late.entries.find(
        (entry) => entry.type === "edit" && !pen.structures.some(({ id }) => id === entry.structureId),
      );
      if (orphan !== undefined)
        throw new Error("A structure that these strokes were drawn in was removed. Undo its removal first.");
      await this.#addEdits(late, edits);
      await record.flush();
      await this.#settle(late, "added");
    });
  }

  /** They stay in the records and are offered no more. */
  leaveOut(late: Late): Promise<void> {
    return busyWork(this.#parts.store, "Leaving strokes out", () => this.#settle(late, "left-out"));
  }

  /** Comes when the pen is up and nothing is being tried. Throws where this page writes no more: the strokes wait on. */
  async #mayAdd(): Promise<void> {
    const { pen, store } = this.#parts;
    await pen.whenUp();
    pen.preview(null);
    if (!store.state.editable)
      throw new Error("This page stopped writing before the strokes were added. They are still on offer.");
  }

  /** Structures that the log names after the last edit before these strokes. */
  async #namedSince({ entries, after }: Late): Promise<ReadonlySet<string>> {
    if (!entries.some(({ type }) => type === "structure")) return new Set();
    const { reviewId } = this.#parts.store.state;
    const log = await call("showLog", { reviewId, from: "0" }, undefined);
    const lastBefore = log.filter(({ type }) => type === "edit")[after - 1];
    const since = log.slice(log.indexOf(lastBefore) + 1).filter((entry) => entry.type === "structure");
    return new Set(since.map(({ structureId }) => structureId));
  }

  /** New ones are added, others renamed, by the last name of each; what the writer called a structure meanwhile stays. */
  #nameStructures({ entries }: Late, namedSince: ReadonlySet<string>): void {
    const { pen } = this.#parts;
    const named = entries.filter((entry) => entry.type === "structure").filter(({ removed }) => !removed);
    for (const [id, { name, structureType }] of new Map(named.map((entry) => [entry.structureId, entry]))) {
      const others = pen.structures.filter((structure) => structure.id !== id);
      const free = freeName(
        name,
        others.map((structure) => structure.name),
      );
      if (!pen.knows(id)) pen.add(free, structureType, id);
      else if (others.length < pen.structures.length && !namedSince.has(id)) pen.rename(id, free);
    }
  }

  /** `edits`: all of the log. */
  async #addEdits({ entries, after }: Late, edits: readonly EditEntry[]): Promise<void> {
    const { pen } = this.#parts;
    const inLog = new Set(edits.map(({ id }) => id));
    const lateEdits = entries.filter((entry) => entry.type === "edit");
    const standing = standingEdits(lateEdits, edits);
    const before = edits.slice(0, after);
    const drawnOn = new Map<string, Mask>();
    for (const { structureId } of lateEdits)
      if (!drawnOn.has(structureId)) drawnOn.set(structureId, await this.#maskAfter(before, structureId));
    await this.#mayAdd();
    for (const entry of lateEdits) {
      const drawn = drawnOn.get(entry.structureId);
      if (drawn === undefined) continue;
      const patch = this.#patchOf(entry);
      applyPatch(drawn, patch);
      const kind = standing.get(entry.id);
      // The removal of a structure is not made again: another may have drawn in it.
      if (kind === undefined || kind === "remove-structure" || inLog.has(entry.id)) continue;
      const { id, structureId, stroke } = entry;
      // What was taken back or made again says itself nothing of a margin, without which the log takes none.
      const { level, derivation } = edits.find((edit) => edit.id === entry.of) ?? entry;
      const rebased = rebasePatch(patch, drawn, pen.structure(structureId).mask);
      pen.make({ id, structureId, kind, patch: rebased, stroke, level, derivation });
    }
  }

  /** The mask that the log made when they were drawn. */
  async #maskAfter(edits: readonly EditEntry[], structureId: string): Promise<Mask> {
    const structure = this.#parts.pen.structure(structureId);
    const mask = await firstMask(structure, structure.mask.grid, this.#parts.sources);
    for (const edit of edits) if (edit.structureId === structureId) applyPatch(mask, this.#patchOf(edit));
    return mask;
  }

  #patchOf({ patch }: EditEntry): MaskPatch {
    return decodePatch(base64ToBytes(patch), this.#parts.pen.active.mask.grid);
  }

  async #settle({ id: lateId }: Late, how: "added" | "left-out"): Promise<void> {
    const { store, turn } = this.#parts;
    const settling = { reviewId: store.state.reviewId, lateId };
    await turn.decide((lease) => call("settleLate", settling, { lease, how }));
    store.change({ late: store.state.late.filter(({ id }) => id !== lateId) });
  }
}
