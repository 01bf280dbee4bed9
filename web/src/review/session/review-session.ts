/**
 * The open review: the one place where the page's state changes. Every change of a mask becomes an entry of the log that is
 * sent at once (autosave.ts); masks change in place and are the replay of that log. No React and no drawing here. What an
 * operation does to a mask is src/contouring's business.
 */

import { bytesToBase64 } from "../../../../src/contouring/base64.ts";
import { brushStroke } from "../../../../src/contouring/brush.ts";
import { fillOutline } from "../../../../src/contouring/freehand.ts";
import { combinePatches, encodePatch, type MaskPatch } from "../../../../src/contouring/mask-patch.ts";
import type { Version } from "../../../../src/contract/workspace/case.ts";
import type {
  Approval,
  EditKind,
  LogEntry,
  StructureType,
} from "../../../../src/contract/workspace/review.ts";
import type { Vector3, VoxelPoint } from "../../../../src/core/coordinates.ts";
import type { Mask } from "../../../../src/geometry/mask.ts";
import { emptyMask } from "../../../../src/geometry/mask.ts";
import { call } from "../../server/api.ts";
import { ActiveTime } from "./active-time.ts";
import { Autosave } from "./autosave.ts";
import { CtStore } from "./ct-store.ts";
import type { History, Step } from "./history.ts";
import type { MaskSources } from "./mask-sources.ts";
import { freeColour, openReviewParts } from "./open-review.ts";
import { type MarginOptions, marginMask, type Operation, operationPatch } from "./operations.ts";
import type { BrushSettings, Comparison, HuWindow, Plane, ReviewState, Tool } from "./review-state.ts";
import { requiredSlices, SeenSlices } from "./seen-slices.ts";
import { StructureModel } from "./structure-model.ts";

/** A stroke that lasts longer is saved in parts. */
const strokePartMs = 500;
/** How often active time and seen slices are sent. */
const reportMs = 1000;

type Stroke = {
  readonly kind: EditKind;
  readonly value: 0 | 1;
  readonly id: string;
  /** Not yet in the log. */
  pending: MaskPatch[];
  partBeganMs: number;
};

export type OpenOptions = {
  readonly start: "assisted" | "manual";
  readonly reviewer: string;
  readonly fresh: boolean;
};

export class ReviewSession {
  readonly ct: CtStore;
  readonly #caseId: string;
  readonly #structures: StructureModel[];
  readonly #sources: MaskSources;
  readonly #history: History;
  readonly #autosave: Autosave;
  readonly #seen: SeenSlices;
  readonly #activeTime = new ActiveTime();
  readonly #listeners = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #stroke: Stroke | null = null;
  /** Shown, not in the log: a threshold that is being tried. */
  #preview: MaskPatch = [];
  #state: ReviewState;

  /** Loads the case and its review; the CT goes on loading. Throws `RequestError`. */
  static async open(caseId: string, options: OpenOptions): Promise<ReviewSession> {
    return new ReviewSession(caseId, await openReviewParts(caseId, options));
  }

  private constructor(caseId: string, parts: Awaited<ReturnType<typeof openReviewParts>>) {
    const { detail, review, structures, history, sources, cursor } = parts;
    this.#caseId = caseId;
    this.#structures = structures;
    this.#history = history;
    this.#sources = sources;
    sources.onLoaded = () => this.#change({ comparisonRevision: this.#state.comparisonRevision + 1 });
    sources.onProblem = (problem) => this.#change({ problem });
    this.#autosave = new Autosave(review.id, (saving, refused) =>
      this.#change(refused === null ? { saving } : { saving, problem: refused }),
    );
    this.#seen = new SeenSlices(review.seenSlices);
    const { grid } = structures[0].mask;
    this.#state = {
      detail,
      reviewId: review.id,
      start: review.start,
      editable: review.state === "open",
      loadedSlices: 0,
      cursor,
      window: { lower: -160, upper: 240 },
      tool: "navigate",
      brush: { radiusMm: 8, shape: "disc", gate: null },
      structures: structures.map((structure) => structure.view()),
      activeId: structures[0].id,
      fillOpacity: 0.2,
      contourVisible: true,
      crosshairVisible: true,
      comparison: null,
      comparisonRevision: 0,
      canUndo: history.canUndo,
      canRedo: history.canRedo,
      saving: "saved",
      seen: this.#seen.all,
      required: requiredSlices(detail.automatic, structures),
      activeMs: review.activeMs,
      busy: null,
      problem: null,
    };
    this.ct = new CtStore(caseId, grid, cursor[2], (problem) => this.#change({ problem }));
    this.ct.onSlices(() => this.#change({ loadedSlices: this.ct.loadedCount }));
    this.#timer = setInterval(() => this.#report(), reportMs);
    document.addEventListener("visibilitychange", this.#onVisibility);
    addEventListener("pagehide", this.#onLeave);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): ReviewState => this.#state;

  maskOf(sourceId: string): Mask | undefined {
    const live = this.#structures.find(({ id }) => sourceId === `structure:${id}`);
    return live?.mask ?? this.#sources.mask(sourceId);
  }

  confidence(): Mask | undefined {
    const { automatic } = this.#state.detail;
    return automatic === null ? undefined : this.#sources.confidence(automatic.id);
  }

  /** Voxels inside of each slice of a structure. */
  sliceVoxels(structureId: string): Int32Array {
    return this.#structure(structureId).sliceVoxels;
  }

  setCursor(point: Vector3): void {
    const { size } = this.ct.grid;
    const inside = (axis: 0 | 1 | 2): number =>
      Math.max(0, Math.min(size[axis] - 1, Math.round(point[axis])));
    const cursor: Vector3 = [inside(0), inside(1), inside(2)];
    const before = this.#state.cursor;
    if (cursor.every((value, axis) => value === before[axis])) return;
    if (cursor[2] !== before[2]) this.ct.centreOn(cursor[2]);
    this.#change({ cursor });
  }

  moveSlice(plane: Plane, delta: number): void {
    const [i, j, k] = this.#state.cursor;
    if (plane === "axial") this.setCursor([i, j, k + delta]);
    else if (plane === "coronal") this.setCursor([i, j + delta, k]);
    else this.setCursor([i + delta, j, k]);
  }

  setWindow(window: HuWindow): void {
    this.#change({ window: { lower: window.lower, upper: Math.max(window.lower + 1, window.upper) } });
  }

  setTool(tool: Tool): void {
    this.cancelStroke();
    this.#change({ tool });
  }

  setBrush(part: Partial<BrushSettings>): void {
    const brush = { ...this.#state.brush, ...part };
    this.#change({ brush: { ...brush, radiusMm: Math.max(0.5, Math.min(60, brush.radiusMm)) } });
  }

  setActive(activeId: string): void {
    this.previewThreshold(null);
    this.#change({ activeId });
  }

  setVisible(id: string, visible: boolean): void {
    this.#structure(id).visible = visible;
    this.#masksChanged();
  }

  setDisplay(part: Partial<Pick<ReviewState, "fillOpacity" | "contourVisible" | "crosshairVisible">>): void {
    this.#change(part);
  }

  setComparison(comparison: Comparison | null): void {
    this.#change({ comparison });
  }

  beginStroke(kind: "brush" | "eraser"): void {
    if (!this.#mayEdit()) return;
    const value = kind === "brush" ? 1 : 0;
    this.#stroke = { kind, value, id: crypto.randomUUID(), pending: [], partBeganMs: performance.now() };
  }

  /** Points are continuous voxel coordinates; the brush's settings are those of the state. */
  extendStroke(plane: Plane, from: VoxelPoint, to: VoxelPoint): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    const { brush } = this.#state;
    const structure = this.#active();
    const patch = brushStroke(structure.mask, {
      plane,
      from,
      to,
      radiusMm: brush.radiusMm,
      shape: brush.shape,
      value: stroke.value,
      ...(brush.gate === null ? {} : { gate: { hu: this.ct.hu, ...brush.gate } }),
    });
    if (patch.length === 0) return;
    structure.apply(patch);
    stroke.pending.push(patch);
    if (performance.now() - stroke.partBeganMs > strokePartMs) this.#savePart(stroke);
    this.#masksChanged();
  }

  endStroke(): void {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke !== null) this.#savePart(stroke);
    this.#masksChanged();
  }

  /** Takes back what of the stroke is not saved yet; saved parts are undone as a step. */
  cancelStroke(): void {
    const stroke = this.#stroke;
    if (stroke === null) return;
    this.endStroke();
    if (this.#history.last?.stroke === stroke.id) this.undo();
  }

  applyOutline(plane: Plane, index: number, outline: Float64Array, value: 0 | 1): void {
    if (!this.#mayEdit()) return;
    const patch = fillOutline(this.#active().mask, { plane, index, outline, value });
    this.#commit(value === 1 ? "freehand-add" : "freehand-subtract", patch);
  }

  interpolate(): void {
    this.#run({ kind: "interpolate", drawn: this.#history.drawnSlices(this.#state.activeId) });
  }

  copySlice(to: "above" | "below"): void {
    const from = this.#state.cursor[2];
    const target = from + (to === "above" ? 1 : -1);
    if (target < 0 || target >= this.ct.grid.size[2]) return;
    this.#run({ kind: "copy-slice", from, to: target });
    this.moveSlice("axial", target - from);
  }

  smooth(mode: "slice" | "volume"): void {
    this.#run({ kind: "smooth", k: mode === "slice" ? this.#state.cursor[2] : null });
  }

  fillHoles(): void {
    this.#run({ kind: "fill-holes" });
  }

  keepLargest(): void {
    this.#run({ kind: "keep-largest" });
  }

  clearSlice(): void {
    this.#run({ kind: "clear-slice", k: this.#state.cursor[2] });
  }

  /** Shows what `threshold(level)` would give, unsaved; null takes it back. */
  previewThreshold(level: number | null): void {
    if (this.#preview.length > 0) {
      this.#active().apply(this.#preview);
      this.#preview = [];
    }
    const confidence = level === null ? undefined : this.confidence();
    if (level !== null && confidence !== undefined && this.#state.editable) {
      this.#preview = operationPatch(this.#active().mask, { kind: "threshold", level, confidence }, this.ct);
      this.#active().apply(this.#preview);
    }
    this.#masksChanged();
  }

  threshold(level: number): void {
    this.previewThreshold(null);
    const confidence = this.confidence();
    if (confidence !== undefined) this.#run({ kind: "threshold", level, confidence });
  }

  segmentBox(box: { readonly from: Vector3; readonly to: Vector3 }): Promise<void> {
    return this.#work("Segmenting the box", async () => {
      await this.#loadAll(box.from[2], box.to[2]);
      this.#run({ kind: "segment-box", box, confidence: await this.#confidenceIfAny() });
    });
  }

  segmentClick(point: Vector3): Promise<void> {
    return this.#work("Segmenting from the click", async () => {
      await this.#loadAll(0, this.ct.grid.size[2] - 1);
      this.#run({ kind: "segment-click", point, confidence: await this.#confidenceIfAny() });
    });
  }

  expandMargin(options: MarginOptions): Promise<void> {
    return this.#work(`Expanding to ${options.into.name}`, async () => {
      if (!this.#mayEdit()) return;
      await this.#loadAll(0, this.ct.grid.size[2] - 1);
      const from = this.#structure(options.from);
      const expanded = marginMask(from.mask, options, this.ct);
      const there = this.#structures.find(({ name }) => name === options.into.name);
      const id = there?.id ?? this.addStructure(options.into.name, options.into.type);
      const active = this.#state.activeId;
      this.setActive(id);
      this.#run({ kind: "margin", expanded });
      this.setActive(there === undefined ? options.from : active);
    });
  }

  undo(): void {
    this.#step("undo", this.#mayEdit() ? this.#history.undo() : undefined);
  }

  redo(): void {
    this.#step("redo", this.#mayEdit() ? this.#history.redo() : undefined);
  }

  /** The new structure's id; it becomes the active one. */
  addStructure(name: string, type: StructureType): string {
    const id = crypto.randomUUID();
    const colour = freeColour(type, this.#structures);
    const model = new StructureModel({ id, name, type, colour }, emptyMask(this.ct.grid));
    this.#structures.push(model);
    this.#logStructure(model, false);
    this.#masksChanged();
    this.setActive(id);
    return id;
  }

  renameStructure(id: string, name: string): void {
    const structure = this.#structure(id);
    structure.name = name;
    this.#logStructure(structure, false);
    this.#masksChanged();
  }

  /** The last one stays: there is always something to draw in. */
  removeStructure(id: string): void {
    if (this.#structures.length < 2 || !this.#mayEdit()) return;
    const structure = this.#structure(id);
    this.#structures.splice(this.#structures.indexOf(structure), 1);
    this.#history.forget(id);
    this.#logStructure(structure, true);
    this.#change({ activeId: this.#state.activeId === id ? this.#structures[0].id : this.#state.activeId });
    this.#masksChanged();
  }

  slicePresented(k: number): void {
    if (this.#seen.present(k)) this.#change({ seen: this.#seen.all });
  }

  touch(): void {
    this.#activeTime.touch(performance.now());
  }

  dismissProblem(): void {
    this.#change({ problem: null });
  }

  flush(): Promise<void> {
    this.#report();
    return this.#autosave.flush();
  }

  /** Throws `RequestError`, among others while slices are unseen and no reason is given. */
  async approve(approval: Approval): Promise<Version> {
    this.previewThreshold(null);
    await this.flush();
    const version = await call("approve", { reviewId: this.#state.reviewId }, approval);
    await this.#reload(false);
    return version;
  }

  async reopen(): Promise<void> {
    await call("reopen", { reviewId: this.#state.reviewId }, {});
    await this.#reload(true);
  }

  dispose(): void {
    this.#report();
    this.#autosave.leave();
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    removeEventListener("pagehide", this.#onLeave);
    this.ct.dispose();
    this.#listeners.clear();
  }

  #run(operation: Operation): void {
    if (!this.#mayEdit()) return;
    this.previewThreshold(null);
    this.#commit(operation.kind, operationPatch(this.#active().mask, operation, this.ct));
  }

  #commit(kind: EditKind, patch: MaskPatch): void {
    if (patch.length > 0) {
      this.#active().apply(patch);
      this.#save({
        id: crypto.randomUUID(),
        structureId: this.#state.activeId,
        kind,
        patch,
        stroke: undefined,
      });
    }
    this.#masksChanged();
  }

  #savePart(stroke: Stroke): void {
    const patch = stroke.pending.reduce(combinePatches, []);
    stroke.pending = [];
    stroke.partBeganMs = performance.now();
    if (patch.length === 0) return;
    const { id: strokeId, kind } = stroke;
    this.#save({ id: crypto.randomUUID(), structureId: this.#state.activeId, kind, patch, stroke: strokeId });
  }

  #save(step: Step): void {
    this.#history.add(step);
    this.#logEdit(step, step.id, step.kind);
  }

  #step(kind: "undo" | "redo", step: Step | undefined): void {
    if (step === undefined) return;
    this.previewThreshold(null);
    this.#structure(step.structureId).apply(step.patch);
    this.#logEdit(step, crypto.randomUUID(), kind);
    this.#masksChanged();
  }

  #logEdit({ structureId, patch, stroke, id: of }: Step, id: string, kind: EditKind): void {
    const undoing = kind === "undo" || kind === "redo";
    this.#log({
      ...entryBase(id),
      type: "edit",
      structureId,
      kind,
      patch: bytesToBase64(encodePatch(patch)),
      ...(undoing ? { of } : stroke === undefined ? {} : { stroke }),
    });
  }

  #logStructure({ id, name, type, colour }: StructureModel, removed: boolean): void {
    const entry = { ...entryBase(), type: "structure", structureId: id, structureType: type } as const;
    this.#log({ ...entry, name, colour: [...colour], removed });
  }

  #log(entry: LogEntry): void {
    this.#autosave.add(entry);
  }

  #report(): void {
    if (!this.#state.editable) return;
    const activeMs = this.#activeTime.take();
    if (activeMs > 0) {
      this.#log({ ...entryBase(), type: "activity", activeMs });
      this.#change({ activeMs: this.#state.activeMs + activeMs });
    }
    const slices = this.#seen.take();
    if (slices.length > 0) this.#log({ ...entryBase(), type: "seen", slices });
  }

  async #work(busy: string, work: () => Promise<void>): Promise<void> {
    this.#change({ busy });
    try {
      // The page shows that it works before the thread is taken.
      await new Promise((shown) => setTimeout(shown, 30));
      await work();
    } catch (cause) {
      this.#change({ problem: cause instanceof Error ? cause.message : String(cause) });
    } finally {
      this.#change({ busy: null });
    }
  }

  async #loadAll(from: number, to: number): Promise<void> {
    const slices = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    await Promise.all(slices.map((k) => this.ct.whenLoaded(k)));
  }

  async #confidenceIfAny(): Promise<Mask | null> {
    const { automatic } = this.#state.detail;
    return automatic === null ? null : this.#sources.loadConfidence(automatic.id);
  }

  async #reload(editable: boolean): Promise<void> {
    this.#change({ detail: await call("showCase", { caseId: this.#caseId }, undefined), editable });
  }

  #mayEdit(): boolean {
    return this.#state.editable && this.#stroke === null;
  }

  #active(): StructureModel {
    return this.#structure(this.#state.activeId);
  }

  #structure(id: string): StructureModel {
    const found = this.#structures.find((structure) => structure.id === id);
    if (found === undefined) throw new Error(`no structure ${id} in this review`);
    return found;
  }

  #masksChanged(): void {
    const { comparison, comparisonRevision, detail } = this.#state;
    this.#change({
      structures: this.#structures.map((structure) => structure.view()),
      required: requiredSlices(detail.automatic, this.#structures),
      canUndo: this.#history.canUndo,
      canRedo: this.#history.canRedo,
      comparisonRevision: comparison === null ? comparisonRevision : comparisonRevision + 1,
    });
  }

  #change(part: Partial<ReviewState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #onVisibility = (): void => {
    if (document.visibilityState === "hidden") this.#activeTime.pause();
  };

  #onLeave = (): void => {
    if (this.#stroke !== null) this.endStroke();
    this.#report();
    this.#autosave.leave();
  };
}

function entryBase(id: string = crypto.randomUUID()): { readonly id: string; readonly at: string } {
  return { id, at: new Date().toISOString() };
}
