/** How the patient is looked at: place, window, tool, what is laid over. Nothing here changes a contour or goes to the server. */
import type { Vector3 } from "#core/coordinates.ts";
import { type Plane, planeToVoxel, voxelToPlane } from "#editing/tools/plane.ts";
import { nearestVoxel } from "#geometry/grid.ts";
import type { CtStore } from "./ct/ct-store.ts";
import { brushRadiusMm } from "./first-state.ts";
import { raiseProblem } from "./problems/raise-problem.ts";
import type { BrushSettings, Comparison, HuWindow, ReviewState, Tool } from "./review-state.ts";
import type { ReviewStore } from "./review-store.ts";
import { keepViewSettings, usualFill, type ViewSettings } from "./view-settings.ts";

export class ReviewView {
  readonly #store: ReviewStore;
  readonly #ct: CtStore;
  readonly #putDownPen: () => void;
  #fillBefore = usualFill;

  /** `putDownPen`: a stroke belongs to its tool. */
  constructor(store: ReviewStore, ct: CtStore, putDownPen: () => void) {
    this.#store = store;
    this.#ct = ct;
    this.#putDownPen = putDownPen;
  }

  /** The crosshair goes to the voxel nearest to a place, within the CT. */
  setCursor(point: Vector3): void {
    const cursor = nearestVoxel(this.#ct.grid, point);
    const before = this.#store.state.cursor;
    if (cursor.every((value, axis) => value === before[axis])) return;
    this.#ct.centreOn(cursor[2]);
    this.#store.change({ cursor });
  }

  moveSlice(plane: Plane, delta: number): void {
    const { u, v, index } = voxelToPlane(plane, this.#store.state.cursor);
    this.setCursor(planeToVoxel(plane, u, v, index + delta));
  }

  setWindow({ lower, upper }: HuWindow): void {
    this.#store.change({ window: { lower, upper: Math.max(lower + 1, upper) } });
  }

  setTool(tool: Tool): void {
    this.#putDownPen();
    this.#store.change({ tool });
  }

  setBrush(part: Partial<BrushSettings>): void {
    const brush = { ...this.#store.state.brush, ...part };
    const radiusMm = Math.max(brushRadiusMm.least, Math.min(brushRadiusMm.most, brush.radiusMm));
    this.#store.change({ brush: { ...brush, radiusMm } });
  }

  setDisplay(part: Partial<ViewSettings & Pick<ReviewState, "contourVisible" | "crosshairVisible">>): void {
    this.#store.change(part);
    keepViewSettings(this.#store.state);
  }

  /** Off, and on again as it was before. */
  switchFill(): void {
    const { fillOpacity } = this.#store.state;
    if (fillOpacity > 0) this.#fillBefore = fillOpacity;
    this.setDisplay({ fillOpacity: fillOpacity > 0 ? 0 : this.#fillBefore });
  }

  /** Of what came with the CT: structures have an eye of their own. */
  showSources(ids: readonly string[], visible: boolean): void {
    const shownSources = new Set(this.#store.state.shownSources);
    for (const id of ids) visible ? shownSources.add(id) : shownSources.delete(id);
    this.#store.change({ shownSources });
  }

  /** Null hides it; what was compared is kept. */
  setComparison(comparison: Comparison | null): void {
    this.#store.change(comparison === null ? { comparison } : { comparison, comparedPair: comparison });
  }

  /** As problems/raise-problem.ts. */
  showProblem(cause: string, reason: unknown): void {
    raiseProblem(this.#store, cause, reason);
  }

  endProblem(cause: string): void {
    this.#store.endProblem(cause);
  }

  dismissProblem(): void {
    this.#store.dismissProblems();
  }

  dismissNotice(): void {
    this.#store.change({ notice: null });
  }
}
