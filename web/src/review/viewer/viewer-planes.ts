/**
 * The three planes as one: a single animation frame for all of them, the state's changes turned into what has to be painted
 * again, the plane that keys act on, and which plane fills the viewer.
 */
import { type Plane, planes } from "#editing/tools/plane.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { sliceThrough } from "./plane-geometry.ts";
import { cutBall } from "./plane-marks.ts";
import { wholePlane, zoomOnto } from "./plane-projection.ts";
import { PlaneView } from "./plane-view.ts";
import { type PointerListeners, PointerTools } from "./pointer/pointer-tools.ts";
import { Rulers } from "./pointer/rulers.ts";

/** Coronal and sagittal images are resliced again this long after new slices arrived. */
const refreshMs = 150;
/** What of the state shows in the planes: saving and clocks do not paint them anew. */
const shownKeys = [
  "detail",
  "editable",
  "loadedSlices",
  "cursor",
  "window",
  "tool",
  "brush",
  "structures",
  "shownSources",
  "activeId",
  "fillOpacity",
  "outline",
  "outlineWidth",
  "contourVisible",
  "crosshairVisible",
  "comparison",
  "comparisonRevision",
] as const satisfies readonly (keyof ReviewState)[];
/** Stands where a frame's number is once there will be none. */
const noFrames = -1;
/** The other planes show a stroke this much later than the one that is painted in. */
const followMs = 80;

export class ViewerPlanes {
  readonly rulers: Rulers;
  readonly #session: ReviewSession;
  readonly #views: Readonly<Record<Plane, PlaneView>>;
  readonly #tools: Readonly<Record<Plane, PointerTools>>;
  readonly #unsubscribe: readonly (() => void)[];
  #state: ReviewState;
  #lastUsed: Plane = "axial";
  #frame = 0;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #laterTimer: ReturnType<typeof setTimeout> | undefined;

  /** `hosts` are positioned elements; `maximise` is told which plane was double-clicked. */
  constructor(
    session: ReviewSession,
    hosts: Readonly<Record<Plane, HTMLElement>>,
    maximise: (plane: Plane) => void,
  ) {
    this.#session = session;
    this.#state = session.getState();
    this.rulers = new Rulers(() => this.#redrawAll("overlay"));
    const requestFrame = () => this.#requestFrame();
    const parts = { session, rulers: this.rulers, requestFrame };
    this.#views = perPlane((plane) => new PlaneView(hosts[plane], plane, parts));
    this.#tools = perPlane((plane) => {
      const context = { session, view: this.#views[plane], rulers: this.rulers };
      return new PointerTools(context, {
        used: () => {
          this.#lastUsed = plane;
        },
        doubleClicked: () => maximise(plane),
        busy: () => this.busy,
        penCame: () => {
          for (const other of planes) this.#tools[other].yieldToPen();
        },
        ball: (ball) => this.#showBall(plane, ball),
      });
    });
    for (const plane of planes) this.#tools[plane].refresh();
    this.#unsubscribe = [
      session.subscribe(() => this.#onState()),
      session.ct.onSlices((slices) => this.#onSlices(slices)),
    ];
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    // A slice that arrives later must find nothing to paint.
    this.#frame = noFrames;
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#laterTimer);
    for (const stop of this.#unsubscribe) stop();
    for (const plane of planes) {
      this.#tools[plane].dispose();
      this.#views[plane].dispose();
    }
  }

  /** A stroke, outline or box is being drawn: it belongs to its slice. */
  get busy(): boolean {
    return planes.some((plane) => this.#tools[plane].busy);
  }

  /**
   * Steps upwards on the screen of the plane used last: to the head; to the front; to the right. Not while something is
   * being drawn.
   */
  step(up: number): void {
    if (this.busy) return;
    const plane = this.#lastUsed;
    this.#session.view.moveSlice(plane, up * this.#views[plane].geometry.stepUp);
  }

  /** The first or last slice of the plane used last. */
  toEnd(end: "up" | "down"): void {
    const count = this.#views[this.#lastUsed].geometry.count;
    this.step(end === "up" ? count : -count);
  }

  /** The whole of axial slice k, unless its contour is in view already. */
  bringIntoView(k: number): void {
    const { axial } = this.#views;
    if (!axial.shows(k)) axial.setCamera(wholePlane(axial.geometry));
  }

  /** The plane used last. The crosshair stays where it is on the screen; out of view it comes to the middle. */
  zoom(factor: number): void {
    const view = this.#views[this.#lastUsed];
    view.setCamera(zoomOnto(view.projection, this.#state.cursor, factor));
  }

  resetView(): void {
    for (const plane of planes) {
      const view = this.#views[plane];
      view.setCamera(wholePlane(view.geometry));
    }
  }

  /** Ends what the pointer is doing without effect; false if it is doing nothing. */
  cancelGesture(): boolean {
    return planes.map((plane) => this.#tools[plane].cancel()).includes(true);
  }

  /** A brush that is a ball shows in the other planes where it would cut their slices. */
  #showBall(from: Plane, ball: Parameters<PointerListeners["ball"]>[0]): void {
    for (const plane of planes) {
      if (plane === from) continue;
      const view = this.#views[plane];
      const cut = ball && cutBall(view.geometry, view.slice, ball.centre, ball.radiusMm);
      if (!cut && !view.ball) continue;
      view.ball = cut && { ...cut, erases: ball.erases };
      view.redraw("overlay");
    }
  }

  #onState(): void {
    const before = this.#state;
    const state = this.#session.getState();
    this.#state = state;
    if (!shownKeys.some((key) => state[key] !== before[key])) return;
    const toolChanged =
      state.tool !== before.tool || state.brush !== before.brush || state.editable !== before.editable;
    // While a brush moves, its own plane follows each frame and the others a little behind.
    const drawnIn =
      state.cursor === before.cursor ? planes.find((plane) => this.#tools[plane].busy) : undefined;
    for (const plane of planes) {
      const view = this.#views[plane];
      const moved = sliceThrough(view.geometry, state.cursor) !== sliceThrough(view.geometry, before.cursor);
      if (moved) this.#tools[plane].leaveSlice();
      if (moved || state.window !== before.window) view.redraw("image");
      else if (drawnIn === undefined || drawnIn === plane) view.redraw("overlay");
      else this.#redrawLater();
      if (toolChanged) this.#tools[plane].refresh();
    }
  }

  #onSlices(slices: readonly number[]): void {
    if (slices.includes(this.#views.axial.slice)) this.#views.axial.redraw("image");
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      this.#views.coronal.refresh();
      this.#views.sagittal.refresh();
    }, refreshMs);
  }

  #redrawLater(): void {
    this.#laterTimer ??= setTimeout(() => {
      this.#laterTimer = undefined;
      this.#redrawAll("overlay");
    }, followMs);
  }

  #redrawAll(part: "image" | "overlay"): void {
    for (const plane of planes) this.#views[plane].redraw(part);
  }

  #requestFrame(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      for (const plane of planes) this.#views[plane].frame();
    });
  }
}

function perPlane<T>(make: (plane: Plane) => T): Readonly<Record<Plane, T>> {
  return { axial: make("axial"), coronal: make("coronal"), sagittal: make("sagittal") };
}
