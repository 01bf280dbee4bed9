/** Edits made with another structure's mask, which may have to be fetched first: combinations, and copies of what was imported. */
import type { StructureType } from "#contract/workspace/review.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import type { Mask } from "#geometry/mask.ts";
import { freeName } from "../../panels/structures/structure-name.ts";
import { busyWork, shownBusy } from "../busy-work.ts";
import type { Drawing } from "../drawing.ts";
import type { MaskEdit } from "../edits/mask-edit.ts";
import { workIn } from "../edits/work-in.ts";
import type { MaskSources } from "../mask-sources.ts";
import type { ReviewStore } from "../review-store.ts";
import { type Combination, combinationEntry } from "./combinations.ts";
import { copyInWords, type ImportedRoi } from "./imported-rois.ts";

type NewStructure = {
  readonly name: string;
  readonly type: StructureType;
  /** What is said when it is made, by the name that it has then. */
  readonly done?: (name: string) => string;
};

type CombineOptions = {
  readonly how: Combination;
  /** A mask source; `structure:ID` is one of the review. */
  readonly otherId: string;
  readonly distancesMm: readonly number[];
  /** Null: the active structure becomes the result. */
  readonly into: NewStructure | null;
};

export class CombinedEdits {
  readonly #store: ReviewStore;
  readonly #pen: Drawing;
  readonly #sources: MaskSources;

  constructor(store: ReviewStore, pen: Drawing, sources: MaskSources) {
    this.#store = store;
    this.#pen = pen;
    this.#sources = sources;
  }

  /** Of the structure that is active when it is asked for, whatever is chosen while the other one is on its way. */
  combine({ how, otherId, distancesMm, into }: CombineOptions): Promise<void> {
    const { label, nothing, change } = combinationEntry(how);
    const activeId = this.#pen.active.id;
    return busyWork(this.#store, label, async () => {
      await shownBusy();
      const other = await this.#mask(otherId);
      // A threshold that is being tried is no contour yet.
      this.#pen.preview(null);
      if (into === null) {
        const edit: MaskEdit = { kind: how, nothing, change: ({ mask }) => change(mask, other, distancesMm) };
        workIn(this.#pen, activeId, () => this.#pen.run(edit));
        return;
      }
      const result = copyOf(this.#pen.structure(activeId).mask);
      applyPatch(result, change(result, other, distancesMm));
      this.#make(into, how, result);
    });
  }

  /** A structure of one's own that begins as the imported one, which stays as it is. `name`: with a number where it is taken by then. */
  copy(roi: ImportedRoi, name: string): Promise<void> {
    return busyWork(this.#store, `Copying ${roi.name}`, async () => {
      await shownBusy();
      const done = (copyName: string) => copyInWords(roi, copyName);
      this.#make({ name, type: roi.type, done }, "copy-structure", await this.#mask(roi.id));
    });
  }

  #make(structure: NewStructure, kind: Combination | "copy-structure", result: Mask): void {
    this.#pen.requireTurn();
    if (!result.data.includes(1)) {
      this.#store.change({ notice: "Nothing would be in it: no structure was made" });
      return;
    }
    const { type, done = (newName: string) => `${newName} was made, of type ${type}` } = structure;
    // Another one may have got the name meanwhile: the log takes no two of one name.
    const takenNames = this.#pen.structures.map(({ name }) => name);
    const name = freeName(structure.name, takenNames);
    this.#pen.add(name, type);
    this.#pen.run({
      kind,
      nothing: "Nothing would be in it",
      done: done(name),
      change: ({ mask }) => patchBetween(mask.data, result.data, mask.grid),
    });
  }

  /** Comes when the pen is up. Throws `RequestError`. */
  async #mask(sourceId: string): Promise<Mask> {
    const live = this.#pen.structures.find(({ id }) => sourceId === `structure:${id}`);
    const mask = live?.mask ?? (await this.#sources.load(sourceId));
    await this.#pen.whenUp();
    return mask;
  }
}

function copyOf({ grid, data }: Mask): Mask {
  return { grid, data: data.slice() };
}
