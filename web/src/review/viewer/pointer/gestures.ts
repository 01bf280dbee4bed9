/**
 * What one press of a mouse button does until it is let go: a gesture for each tool and for panning and windowing. A gesture
 * sees points of its own plane only; which one the left button begins stands in ../tools.ts.
 */
import { voxelPoint } from "#core/coordinates.ts";
import { fillOutline } from "#editing/tools/freehand.ts";
import { insideGrid, nearestVoxel } from "#geometry/grid.ts";
import type { StrokeKind } from "../../session/edits/stroke.ts";
import type { ReviewSession } from "../../session/review-session.ts";
import { type PlaneGeometry, voxelOf } from "../plane-geometry.ts";
import type { PlanePoint } from "../plane-marks.ts";
import { noMarks } from "../plane-marks.ts";
import { panBy, pixelsPerMm, project, zoomAt } from "../plane-projection.ts";
import type { PlaneView } from "../plane-view.ts";
import { isPainted } from "../slice-in-view.ts";
import { distanceToSegment, type Rulers, rulerEnds } from "./rulers.ts";

export type Gesture = {
  /** All positions since the last call, oldest first, at least one. */
  move(events: readonly PointerEvent[]): void;
  end(): void;
  cancel(): void;
  /** The pointer was taken away by the system. Cancels where there is none. */
  interrupt?(): void;
  /** The end of what to say where something ends it: of what becomes an edit when it is let go, nothing is left then. */
  readonly lost?: string;
};

export type GestureContext = {
  readonly session: ReviewSession;
  readonly view: PlaneView;
  readonly rulers: Rulers;
};

/** Slices of a box beyond the one it was drawn on. */
const boxDepthMm = 25;
/** A box narrower than this on screen was a click. */
const smallestBoxPixels = 6;
/** A freehand line gets a point each time the pointer moved this far on screen. */
const freehandStepPixels = 1.5;
/** How near a ruler a press selects it. */
const selectWithinPixels = 6;

export function moveCrosshair({ session, view }: GestureContext, event: PointerEvent): Gesture {
  const { slice } = view;
  const go = (to: PointerEvent) => {
    const [u, v] = view.pointAt(to);
    session.view.setCursor(voxelOf(view.geometry, u, v, slice));
  };
  go(event);
  return { move: (events) => go(events[events.length - 1]), end: nothing, cancel: nothing };
}

export function changeWindow({ session }: GestureContext, event: PointerEvent): Gesture {
  const begin = session.getState().window;
  const width = begin.upper - begin.lower;
  const middle = (begin.upper + begin.lower) / 2;
  // A hand's width across the screen doubles the window, whether it is wide (lung) or narrow (mediastinum).
  const huPerPixel = Math.max(0.5, width / 400);
  return {
    move(events) {
      const last = events[events.length - 1];
      const newWidth = Math.max(1, width + (last.clientX - event.clientX) * huPerPixel);
      const newMiddle = middle + (last.clientY - event.clientY) * huPerPixel;
      session.view.setWindow({
        lower: Math.round(newMiddle - newWidth / 2),
        upper: Math.round(newMiddle + newWidth / 2),
      });
    },
    end: nothing,
    cancel: () => session.view.setWindow(begin),
  };
}

export function pan({ view }: GestureContext, event: PointerEvent): Gesture {
  const begin = view.projection;
  return {
    move(events) {
      const last = events[events.length - 1];
      view.setCamera(panBy(begin, last.clientX - event.clientX, last.clientY - event.clientY));
    },
    end: nothing,
    cancel: () => view.setCamera(begin.camera),
  };
}

/** Two fingers: what lies between them stays between them, and grows as they part. */
export function pinch({ view }: GestureContext, first: PointerEvent, second: PointerEvent): Gesture {
  const begin = view.projection.camera;
  let fingers = [first, second];
  return {
    move(events) {
      const last = events[events.length - 1];
      const [x0, y0, apart0] = between(view, fingers);
      fingers = fingers.map((finger) => (finger.pointerId === last.pointerId ? last : finger));
      const [x, y, apart] = between(view, fingers);
      view.setCamera(panBy(view.projection, x - x0, y - y0));
      view.setCamera(zoomAt(view.projection, x, y, apart / apart0));
    },
    end: nothing,
    cancel: () => view.setCamera(begin),
  };
}

/** The middle of two fingers in the plane, and how far they are apart: a pixel at least, to be divided by. */
function between(view: PlaneView, [first, second]: readonly PointerEvent[]): [number, number, number] {
  const [[x0, y0], [x1, y1]] = [view.pixelAt(first), view.pixelAt(second)];
  return [(x0 + x1) / 2, (y0 + y1) / 2, Math.max(1, Math.hypot(x1 - x0, y1 - y0))];
}

/** Null where a range of HU would be asked of slices that are not there yet: they read as air. */
export function stroke(
  { session, view }: GestureContext,
  event: PointerEvent,
  kind: StrokeKind,
): Gesture | null {
  const { geometry, slice } = view;
  session.view.endProblem(waitingForHu);
  if (kind !== "nudge" && !readsHu(session, geometry, slice)) {
    const text =
      "The CT is still being loaded here, and the brush is held to a range of HU. Try again in a moment.";
    session.view.showProblem(waitingForHu, text);
    return null;
  }
  const at = (point: PlanePoint) => voxelOf(geometry, point[0], point[1], slice);
  let last = view.pointAt(event);
  let { projection } = view;
  session.pen.beginStroke(kind);
  bringIntoSight(session);
  session.pen.extendStroke(geometry.plane, at(last), at(last));
  view.redraw("overlay");
  return {
    move(events) {
      // Zoomed by a key, or a window of another size: no line is drawn to where the image went.
      if (view.projection !== projection) last = view.pointAt(events[0]);
      projection = view.projection;
      for (const sample of events) {
        const next = view.pointAt(sample);
        session.pen.extendStroke(geometry.plane, at(last), at(next));
        last = next;
      }
      view.redraw("overlay");
    },
    end: () => session.pen.endStroke(),
    cancel: () => session.pen.cancelStroke(),
    // What was painted so far was meant.
    interrupt: () => session.pen.endStroke(),
  };
}

const waitingForHu = "waiting for HU";

/** Whether every slice that a stroke could reach is loaded, or no range of HU holds for it. */
function readsHu({ ct, getState }: ReviewSession, geometry: PlaneGeometry, slice: number): boolean {
  const { gate, shape, radiusMm } = getState().brush;
  if (gate === null) return true;
  const count = ct.grid.size[2];
  const reach = shape === "disc" ? 0 : Math.ceil(radiusMm / geometry.wMm);
  const [first, last] =
    geometry.plane === "axial"
      ? [Math.max(0, slice - reach), Math.min(count - 1, slice + reach)]
      : [0, count - 1];
  for (let k = first; k <= last; k++) if (!ct.isLoaded(k)) return false;
  return true;
}

export function freehand({ session, view }: GestureContext, event: PointerEvent, value: 0 | 1): Gesture {
  const { geometry, slice } = view;
  const stepMm = freehandStepPixels / pixelsPerMm(view.projection);
  let points: readonly PlanePoint[] = [view.pointAt(event)];
  const show = () => {
    view.marks = { ...noMarks, freehand: { points, erases: value === 0 } };
    view.redraw("overlay");
  };
  const clear = () => {
    view.marks = noMarks;
    view.redraw("overlay");
  };
  show();
  return {
    move(events) {
      for (const sample of events) {
        const [u, v] = view.pointAt(sample);
        const [u0, v0] = points[points.length - 1];
        if (Math.hypot((u - u0) * geometry.uMm, (v - v0) * geometry.vMm) < stepMm) continue;
        points = [...points, [u, v]];
      }
      show();
    },
    end() {
      clear();
      if (points.length < 3) return;
      const outline = Float64Array.from(points.flat());
      session.pen.run({
        kind: value === 1 ? "freehand-add" : "freehand-subtract",
        nothing: value === 1 ? "All of this is in the contour already" : "None of this is in the contour",
        change: ({ mask }) => fillOutline(mask, { plane: geometry.plane, index: slice, outline, value }),
      });
      bringIntoSight(session);
    },
    cancel: clear,
    lost: "before the outline was closed: nothing of it is in the contour.",
  };
}

/** Null beside the axial plane: a box is drawn on an axial slice. */
export function dragBox({ session, view }: GestureContext, event: PointerEvent): Gesture | null {
  const { geometry, slice } = view;
  if (geometry.plane !== "axial") return null;
  const from = view.pointAt(event);
  const depth = Math.round(boxDepthMm / geometry.wMm);
  let to = from;
  const clear = () => {
    view.marks = noMarks;
    view.redraw("overlay");
  };
  return {
    move(events) {
      to = view.pointAt(events[events.length - 1]);
      const across = Math.abs(to[0] - from[0]) * geometry.uMm;
      const down = Math.abs(to[1] - from[1]) * geometry.vMm;
      const label = `${across.toFixed(0)} × ${down.toFixed(0)} × ${((2 * depth + 1) * geometry.wMm).toFixed(0)} mm`;
      view.marks = { ...noMarks, box: { from, to, label: `${label} (${2 * depth + 1} slices)` } };
      view.redraw("overlay");
    },
    end() {
      clear();
      const scale = pixelsPerMm(view.projection);
      const across = Math.abs(to[0] - from[0]) * geometry.uMm * scale;
      const down = Math.abs(to[1] - from[1]) * geometry.vMm * scale;
      if (Math.min(across, down) < smallestBoxPixels) return;
      const corner = (choose: (...values: number[]) => number, w: number) =>
        nearestVoxel(session.ct.grid, voxelOf(geometry, choose(from[0], to[0]), choose(from[1], to[1]), w));
      void session.computed.segmentBox({
        from: corner(Math.min, slice - depth),
        to: corner(Math.max, slice + depth),
      });
    },
    cancel: clear,
    lost: "before the box was let go: nothing was contoured in it.",
  };
}

/** Where the press was, once it is let go: two fingers that pinch ask for nothing. Without one, by a key, at the crosshair. */
export function segmentAt(
  { session, view }: GestureContext,
  event: PointerEvent | null,
  how: "add" | "replace",
): Gesture | null {
  const point =
    event === null
      ? voxelPoint(...session.getState().cursor)
      : voxelOf(view.geometry, ...view.pointAt(event), view.slice);
  const { grid } = session.ct;
  const end = (): void => {
    if (insideGrid(grid, point)) void session.computed.segmentClick(nearestVoxel(grid, point), how);
  };
  if (event !== null) return { move: nothing, end, cancel: nothing };
  end();
  return null;
}

/** A press on a ruler selects it, elsewhere it begins a new one. */
export function measure({ session, view, rulers }: GestureContext, event: PointerEvent): Gesture | null {
  const { geometry, slice } = view;
  const near = rulers.on(geometry, slice).find((ruler) => {
    const [from, to] = rulerEnds(geometry, ruler);
    const onScreen = [project(view.projection, ...from), project(view.projection, ...to)] as const;
    return distanceToSegment(view.pixelAt(event), onScreen) < selectWithinPixels;
  });
  rulers.select(near?.id ?? null);
  if (near !== undefined) return null;
  const at = (pointer: MouseEvent) => voxelOf(geometry, ...view.pointAt(pointer), slice);
  const id = rulers.begin({ plane: geometry.plane, slice, from: at(event), to: at(event) });
  return {
    move: (events) => rulers.move(id, at(events[events.length - 1])),
    end: () => rulers.finish(id, session.ct.grid),
    cancel: () => rulers.remove(id),
  };
}

/** Contours are switched off, fill and all: the pen shows its structure (drawing.ts), which shows nothing then. */
function bringIntoSight({ getState, view }: ReviewSession): void {
  const state = getState();
  if (!isPainted(state, state.activeId)) view.setDisplay({ contourVisible: true });
}

function nothing(): void {
  // Crosshair, window and pan took effect with each move, and a click has none.
}
