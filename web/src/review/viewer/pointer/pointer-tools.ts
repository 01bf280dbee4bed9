/**
 * The pointer over one plane: wheel for slices, Ctrl and wheel for zoom, right button for the window, middle button to pan,
 * left button for the chosen tool. Begins gestures and keeps the brush's outline under the pointer.
 */
import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import type { ReviewState } from "../../session/review-state.ts";
import { edits, tools } from "../../tools.ts";
import { voxelOf } from "../plane-geometry.ts";
import { type BrushMark, noMarks } from "../plane-marks.ts";
import { zoomAt } from "../plane-projection.ts";
import { changeWindow, type Gesture, type GestureContext, pan, pinch } from "./gestures.ts";
import { WheelSteps, wheelPixels } from "./wheel-steps.ts";

/** What other parts of the viewer hear of a plane's pointer. */
export type PointerListeners = {
  /** The plane was used: arrow keys now move its slices. */
  readonly used: () => void;
  readonly doubleClicked: () => void;
  /** Whether a press in any plane is going on. */
  readonly busy: () => boolean;
  /** A pen was put down: the hand that holds it may have been down before, in any plane. */
  readonly penCame: () => void;
  /** A ball that would be painted, centre in voxels; null if there is none under this pointer. */
  readonly ball: (ball: (Omit<BrushMark, "at"> & { readonly centre: VoxelPoint }) | null) => void;
};

/** Of left, middle and right, as a pointer's `button` numbers them, in its `buttons`. */
const buttonBits = [1, 4, 2];
/** A finger that moved no further than this before a second one came did not draw yet: the two are a pinch. */
const pinchWithinPixels = 15;

export class PointerTools {
  readonly #context: GestureContext;
  readonly #listeners: PointerListeners;
  readonly #stop = new AbortController();
  readonly #wheel = new WheelSteps();
  #gesture: Gesture | null = null;
  #button = -1;
  /** Whose press it is: a palm or a second finger has a pointer of its own. Two of them pinch. */
  #presses: readonly PointerEvent[] = [];
  #hover: PointerEvent | null = null;
  /** Where the crosshair was before each of the last two presses, the older one first. */
  #cursors: readonly Vector3[] = [];

  constructor(context: GestureContext, listeners: PointerListeners) {
    this.#context = context;
    this.#listeners = listeners;
    const { element } = context.view;
    const options = { signal: this.#stop.signal };
    element.addEventListener("pointerdown", (event) => this.#down(event), options);
    element.addEventListener("pointermove", (event) => this.#move(event), options);
    element.addEventListener("pointerup", (event) => this.#isAnother(event) || this.#end(), options);
    const interrupt = (event: PointerEvent) => this.#isAnother(event) || this.#interrupt();
    element.addEventListener("pointercancel", interrupt, options);
    // A pointer that is gone without a word: no other one could end what it draws.
    element.addEventListener("lostpointercapture", interrupt, options);
    element.addEventListener("pointerenter", () => context.view.locate(), options);
    element.addEventListener("pointerleave", () => this.#leave(), options);
    element.addEventListener("contextmenu", (event) => event.preventDefault(), options);
    element.addEventListener("wheel", (event) => this.#turn(event), { ...options, passive: false });
    element.addEventListener("dblclick", () => this.#doubleClick(), options);
    element.addEventListener("focus", listeners.used, options);
    element.addEventListener("keydown", (event) => this.#key(event), options);
  }

  dispose(): void {
    this.cancel();
    this.#stop.abort();
  }

  /** A button is down and does something. */
  get busy(): boolean {
    return this.#gesture !== null;
  }

  /** False if nothing was going on. */
  cancel(): boolean {
    if (!this.#gesture) return false;
    this.#gesture.cancel();
    this.#gesture = null;
    this.refresh();
    return true;
  }

  /** What a touch began is given up. */
  yieldToPen(): void {
    if (this.#presses[0]?.pointerType === "touch") this.cancel();
  }

  /** Tool, brush or state changed: the outline under the pointer may have to look different. */
  refresh(): void {
    const { view, session } = this.#context;
    const state = session.getState();
    view.element.dataset.tool = this.#allowed(state) ? state.tool : "locked";
    if (!state.editable && this.#lose("This page stopped writing")) return;
    if (this.#gesture && tools[state.tool].brush === undefined) return;
    const brush = this.#brushMark(state);
    view.marks = { ...noMarks, brush };
    const centre = brush && voxelOf(view.geometry, brush.at[0], brush.at[1], view.slice);
    this.#listeners.ball(centre && state.brush.shape === "sphere" ? { ...brush, centre } : null);
    view.redraw("overlay");
  }

  /** Another slice came, by the slice bar or a second pointer: what is drawn belongs to the slice in which it began. */
  leaveSlice(): void {
    if (!this.#lose("Another slice came") && this.#gesture?.interrupt) this.#interrupt();
  }

  /** Gives up what becomes an edit only when it is let go, and says so. False for anything else. */
  #lose(why: string): boolean {
    const lost = this.#gesture?.lost;
    if (lost === undefined) return false;
    this.cancel();
    this.#context.session.view.showProblem("lost gesture", `${why} ${lost}`);
    return true;
  }

  #brushMark(state: ReviewState): BrushMark | null {
    const event = this.#hover;
    const { brush } = tools[state.tool];
    if (!event || !state.editable || brush === undefined) return null;
    const { view, session } = this.#context;
    const at = view.pointAt(event);
    const erases =
      brush === "pushes"
        ? !session.pen.pushesOutwards(voxelOf(view.geometry, at[0], at[1], view.slice))
        : brush === "erases" || event.shiftKey;
    return { at, radiusMm: state.brush.radiusMm, erases };
  }

  #allowed(state: ReviewState): boolean {
    return state.editable || !edits(state.tool);
  }

  #down(event: PointerEvent): void {
    const { view, session } = this.#context;
    view.locate();
    view.element.focus({ preventScroll: true });
    this.#listeners.used();
    session.record.touch();
    if (event.pointerType === "pen") this.#listeners.penCame();
    // In whichever plane: one stroke is drawn at a time, by one pointer.
    if (this.#listeners.busy()) {
      this.#joinFinger(event);
      return;
    }
    const state = session.getState();
    this.#cursors = [...this.#cursors.slice(-1), state.cursor];
    this.#gesture = this.#begin(event, state);
    if (!this.#gesture) return;
    this.#button = event.button;
    this.#presses = [event];
    this.#hover = event;
    view.element.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  /** Fingers that are put down to pinch come one after the other: what the first one did meanwhile was not meant. */
  #joinFinger(event: PointerEvent): void {
    const { view, session } = this.#context;
    const [first, another] = this.#presses;
    const now = this.#hover;
    if (this.#gesture === null || now === null || another !== undefined) return;
    if (first.pointerType !== "touch" || event.pointerType !== "touch") return;
    if (Math.hypot(now.clientX - first.clientX, now.clientY - first.clientY) > pinchWithinPixels) return;
    this.#gesture.cancel();
    session.view.setCursor(this.#cursors[this.#cursors.length - 1]);
    this.#gesture = pinch(this.#context, now, event);
    this.#presses = [first, event];
    view.element.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  #key(event: KeyboardEvent): void {
    const state = this.#context.session.getState();
    const { enter } = tools[state.tool];
    if (event.key !== "Enter" || event.repeat || enter === undefined) return;
    if (this.#gesture !== null || !this.#allowed(state)) return;
    event.preventDefault();
    this.#context.session.record.touch();
    enter(this.#context);
  }

  #begin(event: PointerEvent, state: ReviewState): Gesture | null {
    const context = this.#context;
    const leftButton = event.button === 0;
    // Laptops have no middle button.
    if (event.button === 1 || (leftButton && (event.ctrlKey || event.metaKey))) return pan(context, event);
    if (event.button === 2) return changeWindow(context, event);
    if (!leftButton || !this.#allowed(state)) return null;
    return tools[state.tool].press(context, event);
  }

  /** What another pointer does meanwhile is no part of what this one draws. */
  #isAnother(event: PointerEvent): boolean {
    return this.#gesture !== null && this.#presses.every(({ pointerId }) => pointerId !== event.pointerId);
  }

  #move(event: PointerEvent): void {
    const { view, session } = this.#context;
    session.record.touch();
    if (this.#isAnother(event)) return;
    this.#hover = event;
    // Let go while another button is down: the browser calls that a move.
    if (this.#gesture && (event.buttons & buttonBits[this.#button]) === 0) this.#end();
    if (this.#gesture) {
      const events = event.getCoalescedEvents();
      this.#gesture.move(events.length > 0 ? events : [event]);
    }
    this.refresh();
    view.setPointer(view.pointAt(event));
  }

  /** The last button was let go, whichever it is. */
  #end(): void {
    if (!this.#gesture) return;
    const gesture = this.#gesture;
    this.#gesture = null;
    gesture.end();
    this.refresh();
  }

  #interrupt(): void {
    const gesture = this.#gesture;
    if (!gesture?.interrupt) {
      this.cancel();
      return;
    }
    this.#gesture = null;
    gesture.interrupt();
    this.refresh();
  }

  #leave(): void {
    this.#hover = null;
    this.refresh();
    this.#context.view.setPointer(null);
  }

  #turn(event: WheelEvent): void {
    event.preventDefault();
    const { view, session } = this.#context;
    this.#listeners.used();
    session.record.touch();
    // A stroke belongs to its slice.
    if (this.#gesture) return;
    const pixels = wheelPixels(event);
    if (event.ctrlKey || event.metaKey) {
      const [x, y] = view.pixelAt(event);
      view.setCamera(zoomAt(view.projection, x, y, Math.exp(-pixels / 500)));
      this.refresh();
      return;
    }
    const steps = this.#wheel.take(pixels);
    if (steps !== 0) session.view.moveSlice(view.geometry.plane, -steps * view.geometry.stepUp);
  }

  /** Two quick dabs of a brush are not a wish for a larger image. The crosshair goes back: its two presses moved it. */
  #doubleClick(): void {
    const { session } = this.#context;
    if (session.getState().tool !== "navigate") return;
    if (this.#cursors.length === 2) session.view.setCursor(this.#cursors[0]);
    this.#listeners.doubleClicked();
  }
}
