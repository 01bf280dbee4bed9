/** Edits that take a while, because a network, the whole CT or its bones are asked first: the pen then draws what came of it. */
import type { Vector3 } from "#core/coordinates.ts";
import { unpackRegion } from "#editing/region-cut/region-codec.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { addRegion, replaceParts, replaceRegion } from "#editing/region-cut/smooth-region.ts";
import { patchToBox } from "#editing/tools/between-masks.ts";
import type { LevelContours } from "#editing/tools/level-contours.ts";
import { call, type RouteBody } from "../../../server/api.ts";
import { busyWork } from "../busy-work.ts";
import type { CtAnatomy } from "../ct/ct-anatomy.ts";
import type { CtStore } from "../ct/ct-store.ts";
import type { Drawing } from "../drawing.ts";
import { foundAtClick, foundInBox } from "../found/found-region.ts";
import type { MarginOptions } from "../margins/margin-operation.ts";
import { remakeOrder } from "../margins/remake-order.ts";
import { TargetMargins } from "../margins/target-margins.ts";
import type { MaskSources } from "../mask-sources.ts";
import { raiseProblem } from "../problems/raise-problem.ts";
import type { ReviewStore } from "../review-store.ts";
import type { MaskEdit } from "./mask-edit.ts";
import { ThresholdContours } from "./threshold-contours.ts";
import { thresholdEdit } from "./threshold-edit.ts";
import { workIn } from "./work-in.ts";

type ComputedEditsParts = {
  readonly store: ReviewStore;
  readonly ct: CtStore;
  readonly anatomy: CtAnatomy;
  readonly pen: Drawing;
  readonly sources: MaskSources;
};

export class ComputedEdits {
  readonly #store: ReviewStore;
  readonly #ct: CtStore;
  readonly #pen: Drawing;
  readonly #margins: TargetMargins;
  readonly #contours: ThresholdContours;

  constructor({ store, ct, anatomy, pen, sources }: ComputedEditsParts) {
    this.#store = store;
    this.#ct = ct;
    this.#pen = pen;
    this.#margins = new TargetMargins(ct, anatomy);
    this.#contours = new ThresholdContours(anatomy, sources);
  }

  /** What other thresholds need takes seconds to get: from when they are on offer. */
  prepareThresholds(): void {
    void this.#withContours(() => undefined);
  }

  /** Level 1 to 255 as in `confidence`: shows what `threshold` would give, unsaved; null takes it back. */
  previewThreshold(level: number | null): void {
    this.#store.change({ triedLevel: level });
    if (level === null) this.#pen.preview(null);
    else
      void this.#withContours((contourAt) => {
        if (this.#store.state.triedLevel === level) this.#pen.preview(this.#thresholdEdit(contourAt, level));
      });
  }

  /**
   * What the model made becomes its contour at that level; slices that a person edited stay as they are. The model's own level
   * is the contour as it was proposed.
   */
  threshold(level: number): void {
    this.previewThreshold(null);
    const { id } = this.#pen.active;
    const apply = (contourAt: LevelContours): void =>
      workIn(this.#pen, id, () => this.#pen.run(this.#thresholdEdit(contourAt, level)));
    void this.#work("Applying the threshold", () => this.#withContours(apply));
  }

  /** Corners are voxels, both inside. */
  segmentBox(box: { readonly from: Vector3; readonly to: Vector3 }): Promise<void> {
    const { id } = this.#pen.active;
    return this.#work("Segmenting the box", async () => {
      const to: Vector3 = [box.to[0] + 1, box.to[1] + 1, box.to[2] + 1];
      const region = await this.#findRegion({ box: { from: box.from, to } });
      const edit: MaskEdit = {
        kind: "segment-box",
        nothing: "Nothing new was found in the box",
        done: foundInBox(region, this.#ct.grid, { from: box.from, to }),
        change: ({ mask }) => replaceRegion(mask, region),
      };
      workIn(this.#pen, id, () => this.#pen.run(edit));
    });
  }

  /** Adds what is found at a click, or puts it in place of the part of the contour that it meets. */
  segmentClick(point: Vector3, how: "add" | "replace"): Promise<void> {
    const { id } = this.#pen.active;
    return this.#work("Segmenting from the click", async () => {
      const region = await this.#findRegion({ click: point });
      const adds = how === "add";
      const edit: MaskEdit = {
        kind: adds ? "segment-click" : "segment-anew",
        nothing: "Nothing new was found at this point",
        done: foundAtClick(region, this.#ct.grid, how),
        change: ({ mask }) => (adds ? addRegion(mask, region) : replaceParts(mask, region, point)),
      };
      workIn(this.#pen, id, () => this.#pen.run(edit));
    });
  }

  /** What margins need of the CT takes a second to find: from when they are on offer. The ids are of what would be expanded. */
  prepareMargins(ids: readonly string[]): void {
    const expanded = this.#pen.structures.filter(({ id }) => ids.includes(id));
    this.#margins.prepare(expanded.map(({ mask }) => mask));
  }

  /** Always from the structures it is made from, never from its own last result: repeated use does not drift. */
  expandMargin(options: MarginOptions): Promise<void> {
    return this.#work(`Expanding to ${options.into.name}`, () => this.#expand(options));
  }

  /** Makes derived structures anew as they were made, what they are made from first. */
  remake(ids: readonly string[]): Promise<void> {
    return this.#work("Making derived structures anew", async () => {
      for (const options of remakeOrder(this.#store.state.structures, ids)) await this.#expand(options);
    });
  }

  async #expand(options: MarginOptions): Promise<void> {
    const expanded = await this.#margins.expand(options, (id) => {
      // A threshold that is being tried is no contour yet.
      this.#pen.preview(null);
      const model = this.#pen.structure(id);
      const derived = this.#store.state.structures.find((structure) => structure.id === id)?.derived;
      const follows = derived && derived.outOfDate.length === 0 && !derived.edited;
      const { mask, fingerprint } = model;
      return { mask, box: () => model.box, fingerprint, derivation: follows ? derived.derivation : null };
    });
    await this.#pen.whenUp();
    this.#pen.requireTurn();
    this.#pen.workOn(options.into, () =>
      this.#pen.run({
        kind: "margin",
        nothing: `${options.into.name} is as it was`,
        derivation: expanded.derivation,
        change: ({ mask, box }) => patchToBox(mask, box(), expanded),
      }),
    );
  }

  dispose(): void {
    this.#margins.dispose();
  }

  #work(busy: string, work: () => Promise<void>): Promise<void> {
    return busyWork(this.#store, busy, work);
  }

  /** The server has the network that finds it. Comes when the pen is up. Throws `RequestError`. */
  async #findRegion(prompt: RouteBody<"findRegion">): Promise<Region> {
    const caseId = this.#store.state.detail.summary.id;
    const region = unpackRegion(await call("findRegion", { caseId }, prompt));
    await this.#pen.whenUp();
    return region;
  }

  #thresholdEdit(contourAt: LevelContours, level: number): MaskEdit {
    return thresholdEdit(contourAt, level, this.#pen.editedSlices.length);
  }

  /** At once if all is there: a slider that is dragged shows each of its positions. */
  async #withContours(use: (contourAt: LevelContours) => void): Promise<void> {
    const { automatic } = this.#store.state.detail;
    if (automatic === null) return;
    try {
      const contourAt = await this.#contours.of(automatic.id);
      await this.#pen.whenUp();
      use(contourAt);
      this.#store.endProblem("threshold");
    } catch (cause) {
      raiseProblem(this.#store, "threshold", cause);
    }
  }
}
