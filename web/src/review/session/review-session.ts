/**
 * The open review: the one place where the page's state changes. What was drawn goes to the log at once (autosave.ts); the
 * pen itself is drawing.ts. No React and no drawing on the screen here.
 */

import type { CaseDetail, Version } from "#contract/workspace/case.ts";
import type { Approval, LogEntry, StructureType } from "#contract/workspace/review.ts";
import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import { unpackRegion } from "#editing/region-cut/region-codec.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import type { LevelContours } from "#editing/tools/level-contours.ts";
import { type Plane, planeToVoxel, voxelToPlane } from "#editing/tools/plane.ts";
import { nearestVoxel } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { call, type RouteBody } from "../../server/api.ts";
import { explain } from "../../server/explain.ts";
import { ActiveTime } from "./active-time.ts";
import { Autosave } from "./autosave.ts";
import type { CtStore } from "./ct-store.ts";
import { Drawing } from "./drawing.ts";
import { brushRadiusMm, firstState } from "./first-state.ts";
import { MarginLimits, type MarginOptions } from "./margin-operation.ts";
import type { MaskSources } from "./mask-sources.ts";
import { type OpenOptions, openReviewParts, type ReviewParts } from "./open-review.ts";
import { nothingChanged, type Operation } from "./operations.ts";
import type { BrushSettings, Comparison, HuWindow, ReviewState, Tool } from "./review-state.ts";
import { requiredNow, SeenSlices } from "./seen-slices.ts";
import { ThresholdContours } from "./threshold-contours.ts";

/** How often active time and seen slices are sent. */
const reportMs = 1000;

export class ReviewSession {
  readonly ct: CtStore;
  readonly #drawing: Drawing;
  readonly #sources: MaskSources;
  readonly #autosave: Autosave;
  readonly #seen: SeenSlices;
  readonly #limits: MarginLimits;
  readonly #activeTime = new ActiveTime();
  readonly #listeners = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #contours: ThresholdContours;
  #state: ReviewState;

  /** Opens the review of a case; the CT goes on loading. Throws `RequestError`. */
  static async open(detail: CaseDetail, options: OpenOptions): Promise<ReviewSession> {
    return new ReviewSession(await openReviewParts(detail, options));
  }

  private constructor(parts: ReviewParts) {
    const { review, ct, structures, history, sources } = parts;
    this.#sources = sources;
    this.#seen = new SeenSlices(review.seenSlices);
    this.ct = ct;
    this.#contours = new ThresholdContours(ct, sources);
    this.#limits = new MarginLimits(ct);
    this.#drawing = new Drawing(structures, history, this.ct, {
      log: (entry) => this.#autosave.add(entry),
      changed: () => this.#change(this.#drawn()),
      mayEdit: () => this.#state.editable,
    });
    this.#autosave = new Autosave(review.id, review.edits.length, (saving, stopped) =>
      this.#change(stopped === null ? { saving } : { saving, stopped, editable: false }),
    );
    this.#state = firstState(parts, this.#seen.all);
    sources.onLoaded = () => this.#change({ comparisonRevision: this.#state.comparisonRevision + 1 });
    sources.onProblem = (problem) => this.#change({ problem });
    ct.onProblem = (problem) => this.#change({ problem });
    ct.onSlices(() => this.#change({ loadedSlices: this.ct.loadedCount }));
    this.#timer = setInterval(() => this.#report(), reportMs);
    document.addEventListener("visibilitychange", this.#onVisibility);
    addEventListener("pagehide", this.#onLeave);
    // Opening changed the case: it is under review from now on.
    void this.#reload().catch(() => undefined);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): ReviewState => this.#state;

  /** `structure:ID` is live and changes in place; other sources are undefined until they are loaded. */
  maskOf(sourceId: string): Mask | undefined {
    const live = this.#drawing.structures.find(({ id }) => sourceId === `structure:${id}`);
    return live?.mask ?? this.#sources.mask(sourceId);
  }

  /** Voxels inside of each slice of a structure. */
  sliceVoxels(structureId: string): Int32Array {
    return this.#drawing.structure(structureId).sliceVoxels;
  }

  /** The crosshair goes to the voxel nearest to a place, within the CT. */
  setCursor(point: Vector3): void {
    const cursor = nearestVoxel(this.ct.grid, point);
    const before = this.#state.cursor;
    if (cursor.every((value, axis) => value === before[axis])) return;
    this.ct.centreOn(cursor[2]);
    this.#change({ cursor });
  }

  moveSlice(plane: Plane, delta: number): void {
    const { u, v, index } = voxelToPlane(plane, this.#state.cursor);
    this.setCursor(planeToVoxel(plane, u, v, index + delta));
  }

  setWindow({ lower, upper }: HuWindow): void {
    this.#change({ window: { lower, upper: Math.max(lower + 1, upper) } });
  }

  setTool(tool: Tool): void {
    this.#drawing.endStroke();
    this.#change({ tool });
  }

  setBrush(part: Partial<BrushSettings>): void {
    const brush = { ...this.#state.brush, ...part };
    const radiusMm = Math.max(brushRadiusMm.least, Math.min(brushRadiusMm.most, brush.radiusMm));
    this.#change({ brush: { ...brush, radiusMm } });
  }

  setActive(id: string): void {
    this.#drawing.activate(id);
  }

  setVisible(id: string, visible: boolean): void {
    this.#drawing.structure(id).visible = visible;
    this.#change(this.#drawn());
  }

  setDisplay(part: Partial<Pick<ReviewState, "fillOpacity" | "contourVisible" | "crosshairVisible">>): void {
    this.#change(part);
  }

  setComparison(comparison: Comparison | null): void {
    this.#change({ comparison });
  }

  beginStroke(kind: "brush" | "eraser"): void {
    this.#drawing.beginStroke(kind);
  }

  /** Points are continuous voxel coordinates; the brush is that of the state. */
  extendStroke(plane: Plane, from: VoxelPoint, to: VoxelPoint): void {
    this.#drawing.extendStroke(plane, from, to, this.#state.brush);
  }

  endStroke(): void {
    this.#drawing.endStroke();
  }

  cancelStroke(): void {
    this.#drawing.cancelStroke();
  }

  /** `outline` holds u, v in continuous voxel coordinates of the plane (src/editing/tools/plane.ts). */
  applyOutline(plane: Plane, index: number, outline: Float64Array, value: 0 | 1): void {
    this.#drawing.applyOutline(plane, index, outline, value);
  }

  interpolate(): void {
    const drawn = this.#drawing.history.drawnSlices(this.#drawing.activeId);
    this.#run({ kind: "interpolate", drawn });
  }

  /** Copies the slice at the cursor over its neighbour and goes there. */
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

  /** What other thresholds need takes seconds to get: from when they are on offer. */
  prepareThresholds(): void {
    void this.#withContours(() => undefined);
  }

  /** Level 1 to 255 as in `confidence`: shows what `threshold` would give, unsaved; null takes it back. */
  previewThreshold(level: number | null): void {
    this.#change({ triedLevel: level });
    if (level === null) this.#drawing.preview(null);
    else
      void this.#withContours((contourAt) => {
        if (this.#state.triedLevel === level) this.#drawing.preview(contourAt(level));
      });
  }

  threshold(level: number): void {
    this.previewThreshold(null);
    void this.#withContours((contourAt) => this.#run({ kind: "threshold", contour: contourAt(level) }));
  }

  /** Corners are voxels, both inside. */
  segmentBox(box: { readonly from: Vector3; readonly to: Vector3 }): Promise<void> {
    return this.#work("Segmenting the box", async () => {
      const to: Vector3 = [box.to[0] + 1, box.to[1] + 1, box.to[2] + 1];
      const region = await this.#findRegion({ box: { from: box.from, to } });
      this.#run({ kind: "segment-box", region });
    });
  }

  segmentClick(point: Vector3): Promise<void> {
    return this.#work("Segmenting from the click", async () => {
      const region = await this.#findRegion({ click: point });
      this.#run({ kind: "segment-click", point, region });
    });
  }

  /** Always from the structures it is made from, never from its own last result: repeated use does not drift. */
  expandMargin(options: MarginOptions): Promise<void> {
    return this.#work(`Expanding to ${options.into.name}`, async () => {
      await this.ct.whenWhole();
      const drawing = this.#drawing;
      const { mask, how } = this.#limits.expand(options, (id) => drawing.structure(id));
      const id = drawing.workOn(options.into, () => this.#run({ kind: "margin", expanded: mask }));
      if (options.into.type === "PTV")
        this.#change({ ptvMade: { how, revision: drawing.structure(id).view().revision } });
    });
  }

  undo(): void {
    this.#drawing.undo();
  }

  redo(): void {
    this.#drawing.redo();
  }

  addStructure(name: string, type: StructureType): string {
    return this.#drawing.add(name, type);
  }

  renameStructure(id: string, name: string): void {
    this.#drawing.rename(id, name);
  }

  removeStructure(id: string): void {
    this.#drawing.remove(id);
  }

  /** Axial slice k is on screen with its pixels. */
  slicePresented(k: number): void {
    if (this.#seen.present(k)) this.#change({ seen: this.#seen.all });
  }

  /** Any input of the person. */
  touch(): void {
    this.#activeTime.touch(performance.now());
  }

  dismissProblem(): void {
    this.#change({ problem: null });
  }

  dismissNotice(): void {
    this.#change({ notice: null });
  }

  /** Resolves when everything is saved. Throws `RequestError` if the server refused a part for good. */
  flush(): Promise<void> {
    this.#drawing.endStroke();
    this.#report();
    return this.#autosave.flush();
  }

  /** Throws `RequestError`, among others while slices are unseen and no reason is given. */
  async approve(approval: Approval): Promise<Version> {
    this.#drawing.preview(null);
    // Also without new work: the answer says whether somebody else changed what is being signed.
    this.#log({ type: "activity", activeMs: 0 });
    await this.flush();
    const version = await call("approve", { reviewId: this.#state.reviewId }, approval);
    this.#change({ editable: false });
    await this.#reload();
    return version;
  }

  async reopen(): Promise<void> {
    await call("reopen", { reviewId: this.#state.reviewId }, {});
    this.#change({ editable: true });
    await this.#reload();
  }

  dispose(): void {
    this.#onLeave();
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    removeEventListener("pagehide", this.#onLeave);
    this.ct.dispose();
    this.#listeners.clear();
  }

  #run(operation: Operation): void {
    this.#change({ notice: this.#drawing.run(operation) ? null : nothingChanged[operation.kind] });
  }

  #report(): void {
    if (!this.#state.editable) return;
    const activeMs = this.#activeTime.take();
    if (activeMs > 0) {
      this.#log({ type: "activity", activeMs });
      this.#change({ activeMs: this.#state.activeMs + activeMs });
    }
    const slices = this.#seen.take();
    if (slices.length > 0) this.#log({ type: "seen", slices });
  }

  #log(part: { type: "activity"; activeMs: number } | { type: "seen"; slices: number[] }): void {
    const entry: LogEntry = { id: crypto.randomUUID(), at: new Date().toISOString(), ...part };
    this.#autosave.add(entry);
  }

  async #work(busy: string, work: () => Promise<void>): Promise<void> {
    this.#change({ busy });
    try {
      // The page shows that it works before the thread is taken.
      await new Promise((shown) => setTimeout(shown, 30));
      await work();
    } catch (cause) {
      this.#change({ problem: explain(cause) });
    } finally {
      this.#change({ busy: null });
    }
  }

  /** The server has the network that finds it. Throws `RequestError`. */
  async #findRegion(prompt: RouteBody<"findRegion">): Promise<Region> {
    return unpackRegion(await call("findRegion", { caseId: this.#state.detail.summary.id }, prompt));
  }

  /** At once if all is there: a slider that is dragged shows each of its positions. */
  async #withContours(use: (contourAt: LevelContours) => void): Promise<void> {
    const { automatic } = this.#state.detail;
    if (automatic === null) return;
    try {
      use(await this.#contours.of(automatic.id));
    } catch (cause) {
      this.#change({ problem: explain(cause) });
    }
  }

  async #reload(): Promise<void> {
    this.#change({ detail: await call("showCase", { caseId: this.#state.detail.summary.id }, undefined) });
  }

  #drawn(): Partial<ReviewState> {
    const { structures, history, activeId } = this.#drawing;
    const { comparison, comparisonRevision, detail, triedLevel } = this.#state;
    return {
      triedLevel: this.#drawing.trying ? triedLevel : null,
      structures: structures.map((structure) => structure.view()),
      activeId,
      required: requiredNow(detail, structures),
      canUndo: history.canUndo,
      canRedo: history.canRedo,
      editCount: history.editCount,
      comparisonRevision: comparison === null ? comparisonRevision : comparisonRevision + 1,
    };
  }

  #change(part: Partial<ReviewState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #onVisibility = (): void => {
    if (document.visibilityState === "hidden") this.#activeTime.pause();
  };

  #onLeave = (): void => {
    this.#drawing.endStroke();
    this.#report();
    this.#autosave.leave();
  };
}
