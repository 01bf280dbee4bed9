/**
 * The pen: every change of a mask, as strokes, edits done at once, undo and redo. A change is applied in place, kept as a step
 * of the history and handed to the log in the same breath. Not here: how an edit changes a mask (src/editing), which edits
 * the page offers (../tools.ts).
 */

import { editKind } from "#contract/workspace/edit-kinds.ts";
import type { LogEntry, StructureType } from "#contract/workspace/review.ts";
import { templateEntry } from "#contract/workspace/structure-template.ts";
import type { VoxelPoint } from "#core/coordinates.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { pushFrom } from "#editing/tools/nudge.ts";
import type { Plane } from "#editing/tools/plane.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask } from "#geometry/mask.ts";
import type { EditContext, MaskEdit } from "./edits/mask-edit.ts";
import { Stroke, type StrokeKind } from "./edits/stroke.ts";
import { type History, historyState, type Step } from "./history.ts";
import { colourFor } from "./open-review.ts";
import { RemovedStructures } from "./other-structures/removed-structures.ts";
import { editEntry, repeatEntry, structureEntry } from "./record/log-entries.ts";
import { requiredNow } from "./record/seen-slices.ts";
import type { ReviewStore } from "./review-store.ts";
import { StructureModel } from "./structure-model.ts";
import { structureViews } from "./structure-views.ts";

type DrawingParts = {
  readonly structures: StructureModel[];
  /** Undo brings them back. */
  readonly removed: readonly StructureModel[];
  readonly history: History;
  readonly ct: CtImage;
  readonly store: ReviewStore;
  /** Entries that are one change. */
  readonly log: (...entries: readonly LogEntry[]) => void;
};

/** What there is by the log so far; it changes in place. */
export type Drawn = {
  readonly structures: StructureModel[];
  readonly removed: RemovedStructures;
  readonly history: History;
};

export class Drawing {
  readonly structures: StructureModel[];
  readonly #removed: RemovedStructures;
  readonly #history: History;
  readonly #ct: CtImage;
  readonly #store: ReviewStore;
  readonly #log: DrawingParts["log"];
  #activeId: string;
  #stroke: Stroke | null = null;
  #waiting: (() => void)[] = [];
  /** Shown, not in the log: a threshold that is being tried; null while none is. */
  #preview: MaskPatch | null = null;

  constructor({ structures, removed, history, ct, store, log }: DrawingParts) {
    this.structures = structures;
    this.#removed = new RemovedStructures(structures, removed);
    this.#history = history;
    this.#ct = ct;
    this.#store = store;
    this.#log = log;
    this.#activeId = structures[0].id;
  }

  get active(): StructureModel {
    return this.structure(this.#activeId);
  }

  structure(id: string): StructureModel {
    const model = this.structures.find((structure) => structure.id === id);
    if (model === undefined) throw new Error(`no structure ${id} in this review`);
    return model;
  }

  /** There, or removed. */
  knows(id: string): boolean {
    return this.#removed.find(id) !== undefined || this.structures.some((structure) => structure.id === id);
  }

  activate(id: string): void {
    this.preview(null);
    this.endStroke();
    this.#activeId = id;
    this.#changed();
  }

  show(id: string, visible: boolean): void {
    this.structure(id).visible = visible;
    this.#changed();
  }

  /** Voxels inside of each slice of a structure; changes in place. */
  sliceVoxels(id: string): Int32Array {
    return this.structure(id).sliceVoxels;
  }

  /** How often each kind of edit stands in the active structure, in the log's words: "brush stroke × 3". */
  get doneInWords(): string[] {
    const counts = [...this.#history.countsOf(this.#activeId)];
    return counts.map(([kind, count]) => `${editKind(kind).words}${count > 1 ? ` × ${count}` : ""}`);
  }

  /** Slices of the active structure that are no longer as the model makes them, ascending. */
  get editedSlices(): number[] {
    return this.#history.editedSlices(this.#activeId);
  }

  beginStroke(kind: StrokeKind): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    this.#stroke = new Stroke(kind);
    // The pen must not draw unseen.
    this.show(this.#activeId, true);
  }

  /** Points are continuous voxel coordinates; the brush is that of the state. */
  extendStroke(plane: Plane, from: VoxelPoint, to: VoxelPoint): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    const { brush } = this.#store.state;
    const patch = stroke.extend(this.active.mask, { plane, from, to }, brush, this.#ct.hu);
    if (patch.length === 0) return;
    this.active.apply(patch);
    if (stroke.partIsLong) this.#savePart(stroke);
    this.#changed();
  }

  /** Which way a nudging ball at a place pushes, or the one that is down does: true outwards. */
  pushesOutwards(centre: VoxelPoint): boolean {
    return (this.#stroke?.push ?? pushFrom(this.active.mask, centre)) === 1;
  }

  endStroke(): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    this.#stroke = null;
    this.#savePart(stroke);
    this.#changed();
    for (const up of this.#waiting.splice(0)) up();
  }

  /** Resolves when no stroke is being drawn: what took a while to compute neither cuts one short nor is lost to it. */
  whenUp(): Promise<void> {
    return new Promise((up) => {
      if (this.#stroke === null) up();
      else this.#waiting.push(up);
    });
  }

  /** Throws where nothing may be drawn: what took a while to compute is not lost in silence. */
  requireTurn(): void {
    if (!this.#mayEdit())
      throw new Error("This page stopped writing before this was computed. Nothing was changed.");
  }

  cancelStroke(): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    this.endStroke();
    if (this.#history.last?.stroke === stroke.id) this.undo();
  }

  run({ kind, nothing, done, level, derivation: of, change }: MaskEdit): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    const patch = change(this.#context());
    if (patch.length > 0 || of !== undefined) {
      this.active.apply(patch);
      if (editKind(kind).pointer) this.active.visible = true;
      const stamp = { made: this.active.fingerprint, madeAt: new Date().toISOString() };
      const derivation = of && { ...of, ...stamp };
      const id = crypto.randomUUID();
      this.#save({ id, structureId: this.#activeId, kind, patch, stroke: undefined, level, derivation });
      this.#changed();
    }
    this.#store.change({ notice: patch.length > 0 ? (done ?? null) : nothing });
  }

  /** Changes that are in the log and were not made by this page. */
  follow(make: (drawn: Drawn) => void): void {
    this.preview(null);
    this.endStroke();
    make({ structures: this.structures, removed: this.#removed, history: this.#history });
    if (!this.structures.some(({ id }) => id === this.#activeId)) this.#activeId = this.structures[0].id;
    this.#changed();
  }

  /** A change that was drawn before, with its id, of whichever structure. Throws where nothing may be drawn: it is not lost. */
  make(step: Step): void {
    this.preview(null);
    if (!this.#mayEdit()) throw new Error("Nothing may be drawn now: these changes still wait.");
    this.structure(step.structureId).apply(step.patch);
    this.#save(step);
    this.#changed();
  }

  /** A derived structure follows its sources no longer: as it stands it is the person's own. */
  unlink(id: string): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    this.#save({
      id: crypto.randomUUID(),
      structureId: id,
      kind: "unlink",
      patch: [],
      stroke: undefined,
      derivation: null,
    });
    this.#changed();
  }

  /** Shows what an edit would give, unsaved, until anything else is done; null takes it back. */
  preview(edit: Pick<MaskEdit, "change"> | null): void {
    if (this.#preview === null && edit === null) return;
    if (this.#preview !== null) this.active.apply(this.#preview);
    this.#preview = edit === null ? null : this.#mayEdit() ? edit.change(this.#context()) : [];
    if (this.#preview !== null) this.active.apply(this.#preview);
    this.#changed();
  }

  undo(): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    const { last } = this.#history;
    const back = last?.kind === "remove-structure" ? this.#bringBack(last.structureId) : [];
    if (back !== undefined) this.#repeat("undo", this.#history.undo(), back);
  }

  redo(): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    const { next } = this.#history;
    const taken = next?.kind === "remove-structure" ? this.#take(next.structureId) : [];
    this.#repeat("redo", this.#history.redo(), taken);
  }

  /** The new structure's id; it becomes the active one. Of the active one where nothing may be drawn: none is made then. */
  add(name: string, type: StructureType, id: string = crypto.randomUUID()): string {
    if (!this.#store.state.editable) return this.#activeId;
    const colour = colourFor(this.#store.state.template, { name, type }, this.structures);
    const mask = emptyMask(this.#ct.grid);
    const model = new StructureModel({ id, name, type, colour, beganWith: null }, mask);
    this.structures.push(model);
    this.#log(structureEntry(model, false));
    this.activate(model.id);
    return model.id;
  }

  /**
   * Works on the structure of that name, made if there is none; then the one before is active again. Gives its id. Throws where
   * one of another type has the name: it would lose what was drawn, and be exported as what it is not.
   */
  workOn({ name, type }: { name: string; type: StructureType }, work: () => void): string {
    const activeId = this.#activeId;
    const namesake = this.structures.find((other) => other.name.toLowerCase() === name.toLowerCase());
    if (namesake !== undefined && namesake.type !== type)
      throw new Error(
        `${namesake.name} is of type ${namesake.type} and was not replaced by a ${type}: rename it first.`,
      );
    this.activate(namesake?.id ?? this.add(name, type));
    const id = this.#activeId;
    work();
    this.activate(activeId);
    return id;
  }

  /** A name of the template brings its colour; the type stays, the page offers no name of another one. */
  rename(id: string, name: string): void {
    if (!this.#mayEdit()) return;
    const structure = this.structure(id);
    structure.name = name;
    const entry = templateEntry(this.#store.state.template, name);
    if (entry?.type === structure.type) structure.colour = entry.colour;
    this.#log(structureEntry(structure, false));
    this.#changed();
  }

  /** The last one stays: there is always something to draw in. */
  remove(id: string): void {
    this.preview(null);
    if (this.structures.length < 2 || !this.#mayEdit()) return;
    const step = { id: crypto.randomUUID(), structureId: id, stroke: undefined };
    this.#save({ ...step, kind: "remove-structure", patch: [] }, this.#take(id));
    this.#changed();
  }

  /** What the log is to say of it. */
  #take(id: string): readonly LogEntry[] {
    if (this.#removed.find(id) !== undefined) return [];
    const entry = structureEntry(this.#removed.take(id), true);
    if (this.#activeId === id) this.#activeId = this.structures[0].id;
    return [entry];
  }

  /** What the log is to say of it. Undefined, and the person is told why, where another structure has its name now. */
  #bringBack(id: string): readonly LogEntry[] | undefined {
    // A log that was cut off between the two entries of its undo has it back already.
    if (this.#removed.find(id) === undefined) return [];
    const namesake = this.#removed.nameTaken(id);
    if (namesake === undefined) return [structureEntry(this.#removed.bringBack(id), false)];
    this.#store.raiseProblem(
      "name taken",
      `Rename ${namesake} first: the structure that was removed has this name.`,
    );
    return undefined;
  }

  #context(): EditContext {
    return {
      mask: this.active.mask,
      box: () => this.active.box,
      ct: this.#ct,
      cursor: this.#store.state.cursor,
      drawn: this.#history.drawnSlices(this.#activeId),
      edited: this.editedSlices,
    };
  }

  #changed(): void {
    const { last } = this.#history;
    const blocked = last?.kind === "remove-structure" && this.#removed.nameTaken(last.structureId);
    if (!blocked) this.#store.endProblem("name taken");
    const { comparison, comparisonRevision, detail, triedLevel } = this.#store.state;
    this.#store.change({
      triedLevel: this.#preview === null ? null : triedLevel,
      structures: structureViews(this.structures, this.#history),
      activeId: this.#activeId,
      appliedLevel: this.#history.levelOf(this.#activeId),
      required: requiredNow(detail, this.structures),
      ...historyState(this.#history),
      comparisonRevision: comparison === null ? comparisonRevision : comparisonRevision + 1,
    });
  }

  #mayEdit(): boolean {
    return this.#store.state.editable && this.#stroke === null;
  }

  #savePart(stroke: Stroke): void {
    const patch = stroke.takePart();
    if (patch.length === 0) return;
    const { id, kind } = stroke;
    this.#save({ id: crypto.randomUUID(), structureId: this.#activeId, kind, patch, stroke: id });
  }

  /** `before`: what the log says first, of the same change. */
  #save(step: Step, before: readonly LogEntry[] = []): void {
    this.#history.add(step);
    this.#log(...before, editEntry(step));
  }

  #repeat(kind: "undo" | "redo", step: Step | undefined, before: readonly LogEntry[]): void {
    if (step === undefined) return;
    const { kind: repeated, structureId, patch } = step;
    if (repeated !== "remove-structure")
      (this.#removed.find(structureId) ?? this.structure(structureId)).apply(patch);
    this.#log(...before, repeatEntry(kind, step));
    this.#changed();
  }
}
