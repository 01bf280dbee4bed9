/**
 * The pen: every change of a mask, as strokes, outlines, operations, undo and redo. A change is applied in place, kept as a
 * step of the history and handed to the log in the same breath. Not here: what is shown (review-session.ts), what an
 * operation does (operations.ts and src/editing).
 */

import type { EditKind, LogEntry, StructureType } from "#contract/workspace/review.ts";
import type { VoxelPoint } from "#core/coordinates.ts";
import { bytesToBase64 } from "#editing/patch/base64.ts";
import { combinePatches, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";
import { brushStroke } from "#editing/tools/brush.ts";
import { fillOutline } from "#editing/tools/freehand.ts";
import type { Plane } from "#editing/tools/plane.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import type { CtStore } from "./ct-store.ts";
import type { History, Step } from "./history.ts";
import { freeColour } from "./open-review.ts";
import { type Operation, operationPatch } from "./operations.ts";
import type { BrushSettings } from "./review-state.ts";
import { StructureModel } from "./structure-model.ts";

/** A stroke that lasts longer is saved in parts: a killed page or server costs less than a second of it. */
const strokePartMs = 500;

type Stroke = {
  readonly kind: EditKind;
  readonly id: string;
  /** Not yet in the log. */
  pending: MaskPatch[];
  partBeganMs: number;
};

type Pen = {
  readonly log: (entry: LogEntry) => void;
  /** Masks or structures changed. */
  readonly changed: () => void;
  readonly mayEdit: () => boolean;
};

export class Drawing {
  readonly structures: StructureModel[];
  readonly history: History;
  activeId: string;
  readonly #ct: CtStore;
  readonly #pen: Pen;
  #stroke: Stroke | null = null;
  /** Shown, not in the log: a threshold that is being tried; null while none is. */
  #preview: MaskPatch | null = null;

  constructor(structures: StructureModel[], history: History, ct: CtStore, pen: Pen) {
    this.structures = structures;
    this.history = history;
    this.activeId = structures[0].id;
    this.#ct = ct;
    this.#pen = pen;
  }

  get active(): StructureModel {
    return this.structure(this.activeId);
  }

  structure(id: string): StructureModel {
    const found = this.structures.find((structure) => structure.id === id);
    if (found === undefined) throw new Error(`no structure ${id} in this review`);
    return found;
  }

  activate(id: string): void {
    this.preview(null);
    this.endStroke();
    this.activeId = id;
    this.#pen.changed();
  }

  beginStroke(kind: "brush" | "eraser"): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    this.#stroke = { kind, id: crypto.randomUUID(), pending: [], partBeganMs: performance.now() };
  }

  extendStroke(plane: Plane, from: VoxelPoint, to: VoxelPoint, brush: BrushSettings): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    const { radiusMm, shape, gate } = brush;
    const patch = brushStroke(this.active.mask, {
      plane,
      from,
      to,
      radiusMm,
      shape,
      value: stroke.kind === "brush" ? 1 : 0,
      ...(gate === null ? {} : { gate: { hu: this.#ct.hu, ...gate } }),
    });
    if (patch.length === 0) return;
    this.active.apply(patch);
    stroke.pending.push(patch);
    if (performance.now() - stroke.partBeganMs > strokePartMs) this.#savePart(stroke);
    this.#pen.changed();
  }

  endStroke(): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    this.#stroke = null;
    this.#savePart(stroke);
    this.#pen.changed();
  }

  cancelStroke(): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    this.endStroke();
    if (this.history.last?.stroke === stroke.id) this.undo();
  }

  applyOutline(plane: Plane, index: number, outline: Float64Array, value: 0 | 1): void {
    this.preview(null);
    if (!this.#mayEdit()) return;
    const patch = fillOutline(this.active.mask, { plane, index, outline, value });
    this.#commit(value === 1 ? "freehand-add" : "freehand-subtract", patch);
  }

  /** False if there was nothing to change. */
  run(operation: Operation): boolean {
    this.preview(null);
    if (!this.#mayEdit()) return true;
    const patch = operationPatch(this.active.mask, operation, this.#ct);
    this.#commit(operation.kind, patch);
    return patch.length > 0;
  }

  /** A threshold is being tried; whatever else is done ends that. */
  get trying(): boolean {
    return this.#preview !== null;
  }

  /** Shows the contour at a threshold, unsaved; null takes it back. */
  preview(contour: Mask | null): void {
    if (this.#preview === null && contour === null) return;
    if (this.#preview !== null) this.active.apply(this.#preview);
    this.#preview = contour === null ? null : this.#thresholdPatch(contour);
    if (this.#preview !== null) this.active.apply(this.#preview);
    this.#pen.changed();
  }

  #thresholdPatch(contour: Mask): MaskPatch {
    if (!this.#mayEdit()) return [];
    return operationPatch(this.active.mask, { kind: "threshold", contour }, this.#ct);
  }

  undo(): void {
    this.preview(null);
    if (this.#mayEdit()) this.#repeat("undo", this.history.undo());
  }

  redo(): void {
    this.preview(null);
    if (this.#mayEdit()) this.#repeat("redo", this.history.redo());
  }

  /** The new structure's id; it becomes the active one. */
  add(name: string, type: StructureType): string {
    const colour = freeColour(type, this.structures);
    const mask = emptyMask(this.#ct.grid);
    const model = new StructureModel({ id: crypto.randomUUID(), name, type, colour }, mask);
    this.structures.push(model);
    this.#logStructure(model, false);
    this.activate(model.id);
    return model.id;
  }

  /** Works on the first structure of that name, made if there is none; then the one before is active again. Gives its id. */
  workOn({ name, type }: { name: string; type: StructureType }, work: () => void): string {
    const { activeId } = this;
    const there = this.structures.find((structure) => structure.name === name);
    this.activate(there?.id ?? this.add(name, type));
    const id = this.activeId;
    work();
    this.activate(activeId);
    return id;
  }

  rename(id: string, name: string): void {
    if (!this.#mayEdit()) return;
    const structure = this.structure(id);
    structure.name = name;
    this.#logStructure(structure, false);
    this.#pen.changed();
  }

  /** The last one stays: there is always something to draw in. */
  remove(id: string): void {
    this.preview(null);
    if (this.structures.length < 2 || !this.#mayEdit()) return;
    const structure = this.structure(id);
    this.structures.splice(this.structures.indexOf(structure), 1);
    this.history.forget(id);
    this.#logStructure(structure, true);
    if (this.activeId === id) this.activeId = this.structures[0].id;
    this.#pen.changed();
  }

  #mayEdit(): boolean {
    return this.#pen.mayEdit() && this.#stroke === null;
  }

  #commit(kind: EditKind, patch: MaskPatch): void {
    if (patch.length === 0) return;
    this.active.apply(patch);
    this.#save({ id: crypto.randomUUID(), structureId: this.activeId, kind, patch, stroke: undefined });
    this.#pen.changed();
  }

  #savePart(stroke: Stroke): void {
    const patch = stroke.pending.reduce(combinePatches, []);
    stroke.pending = [];
    stroke.partBeganMs = performance.now();
    if (patch.length === 0) return;
    const { id, kind } = stroke;
    this.#save({ id: crypto.randomUUID(), structureId: this.activeId, kind, patch, stroke: id });
  }

  #save(step: Step): void {
    this.history.add(step);
    this.#logEdit(step.id, step.kind, step, step.stroke === undefined ? {} : { stroke: step.stroke });
  }

  #repeat(kind: "undo" | "redo", step: Step | undefined): void {
    if (step === undefined) return;
    this.structure(step.structureId).apply(step.patch);
    this.#logEdit(crypto.randomUUID(), kind, step, { of: step.id });
    this.#pen.changed();
  }

  #logEdit(id: string, kind: EditKind, step: Step, more: { stroke?: string; of?: string }): void {
    const patch = bytesToBase64(encodePatch(step.patch));
    this.#pen.log({
      id,
      at: new Date().toISOString(),
      type: "edit",
      structureId: step.structureId,
      kind,
      patch,
      ...more,
    });
  }

  #logStructure({ id: structureId, name, type, colour }: StructureModel, removed: boolean): void {
    const entry = { id: crypto.randomUUID(), at: new Date().toISOString(), type: "structure" } as const;
    this.#pen.log({ ...entry, structureId, name, structureType: type, colour: [...colour], removed });
  }
}
