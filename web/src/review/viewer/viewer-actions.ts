/** What keys can do to the viewer itself, as opposed to the review. */
import type { Vector3 } from "#core/coordinates.ts";
import type { ReviewSession } from "../session/review-session.ts";
import { largestSlice, nextUnseen } from "../session/slice-targets.ts";
import type { ViewerPlanes } from "./viewer-planes.ts";

export type ViewerActions = {
  /** Slices of the plane used last; positive goes to the head, to the front, to the right. */
  step(up: number): void;
  toEnd(end: "up" | "down"): void;
  /** The plane used last, at the crosshair. */
  zoom(factor: number): void;
  resetView(): void;
  toNextUnseen(): void;
  toLargestSlice(): void;
  removeRuler(): void;
  /** Ends what the pointer is doing, else unselects, else goes back to the crosshair. */
  cancel(): void;
};

export function viewerActions(session: ReviewSession, planes: ViewerPlanes): ViewerActions {
  const goTo = (k: number | null): void => {
    const [i, j] = session.getState().cursor;
    if (k !== null && !planes.busy) session.view.setCursor([i, j, k] satisfies Vector3);
  };
  return {
    step: (up) => planes.step(up),
    toEnd: (end) => planes.toEnd(end),
    zoom: (factor) => planes.zoom(factor),
    resetView: () => planes.resetView(),
    toNextUnseen() {
      const { required, seen, cursor } = session.getState();
      const next = nextUnseen(required, seen, cursor[2]);
      if (next !== null && !planes.busy) planes.bringIntoView(next);
      goTo(next);
    },
    toLargestSlice() {
      goTo(largestSlice(session.pen.sliceVoxels(session.getState().activeId)));
    },
    removeRuler: () => {
      planes.rulers.removeSelected();
    },
    cancel() {
      if (planes.cancelGesture()) return;
      if (planes.rulers.selectedId !== null) planes.rulers.select(null);
      else session.view.setTool("navigate");
    },
  };
}
