/**
 * What a person can do to a contour, as two tables that rail, panel, keys and help read: the tools of the left mouse button,
 * and the operations that are done at once to the active structure. Who made a change and what it is called in the log is
 * #contract/workspace/edit-kinds.ts. What asks a network, the margins among it, is session/edits/computed-edits.ts.
 */
import { type EditKind, editKind, editKinds } from "#contract/workspace/edit-kinds.ts";
import type { Review } from "#contract/workspace/review.ts";
import type { Vector3 } from "#core/coordinates.ts";
import { clearSlice, copySlice } from "#editing/tools/copy-slice.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { interpolateSlices } from "#editing/tools/interpolate.ts";
import { keepLargest } from "#editing/tools/keep-largest.ts";
import { smooth } from "#editing/tools/smooth.ts";
import type { Grid } from "#geometry/grid.ts";
import type { IconName } from "../ui/icon.tsx";
import type { MaskEdit } from "./session/edits/mask-edit.ts";
import type { ReviewSession } from "./session/review-session.ts";
import type { Tool } from "./session/review-state.ts";
import { headIsUp } from "./viewer/plane-geometry.ts";
import {
  dragBox,
  freehand,
  type Gesture,
  type GestureContext,
  measure,
  moveCrosshair,
  segmentAt,
  stroke,
} from "./viewer/pointer/gestures.ts";

type Shown = {
  readonly icon: IconName;
  readonly label: string;
  /** On the help sheet and, of an operation, under the pointer. */
  readonly help: string;
  /** As in shortcuts.ts. */
  readonly key?: string;
};

type ToolEntry = Shown & {
  /** A gap on the rail stands between groups. */
  readonly group: "move" | "draw" | "measure" | "segment";
  /** What to do with it, while it is chosen. */
  readonly hint?: string;
  /** The brush's outline goes with the pointer. */
  readonly brush?: "paints" | "erases" | "pushes";
  /** Null if the press was all. */
  readonly press: (context: GestureContext, event: PointerEvent) => Gesture | null;
  /** Enter in an image: what a press at the crosshair would do, where that is all. */
  readonly enter?: (context: GestureContext) => void;
};

/** In the rail's order. */
export const tools: Readonly<Record<Tool, ToolEntry>> = {
  navigate: {
    icon: "navigate",
    label: "Navigate",
    help: "Navigate: the crosshair links the planes",
    key: "v",
    group: "move",
    press: moveCrosshair,
  },
  brush: {
    icon: "brush",
    label: "Brush",
    help: "Brush",
    key: "b",
    group: "draw",
    brush: "paints",
    press: (context, event) => stroke(context, event, event.shiftKey ? "eraser" : "brush"),
  },
  eraser: {
    icon: "eraser",
    label: "Eraser",
    help: "Eraser",
    key: "e",
    group: "draw",
    brush: "erases",
    press: (context, event) => stroke(context, event, "eraser"),
  },
  nudge: {
    icon: "nudge",
    label: "Nudge",
    help: "Nudge: push the border with a ball",
    key: "n",
    group: "draw",
    hint: "Press inside the contour to push its border outwards, outside to push it inwards. Size and shape are the brush's; its range of HU does not hold.",
    brush: "pushes",
    press: (context, event) => stroke(context, event, "nudge"),
  },
  "freehand-add": {
    icon: "freehandAdd",
    label: "Add by outline",
    help: "Draw an outline to add",
    key: "d",
    group: "draw",
    press: (context, event) => freehand(context, event, event.shiftKey ? 0 : 1),
  },
  "freehand-subtract": {
    icon: "freehandSubtract",
    label: "Cut by outline",
    help: "Draw an outline to take away",
    key: "f",
    group: "draw",
    press: (context, event) => freehand(context, event, event.shiftKey ? 1 : 0),
  },
  measure: {
    icon: "measure",
    label: "Measure",
    help: "Measure a distance",
    key: "m",
    group: "measure",
    press: measure,
  },
  "segment-box": {
    icon: "box",
    label: "Segment in a box",
    help: "Contour anew what is in a box",
    group: "segment",
    hint: "Drag a box round the tumour; what is in it is contoured anew, the rest stays. Its size is shown; it grows by slices with the tumour.",
    press: dragBox,
  },
  "segment-click": {
    icon: "click",
    label: "Segment from a click",
    help: "Add the tumour at a point to the contour",
    group: "segment",
    hint: "Press inside the tumour, or Enter at the crosshair; it is followed to its ends and added. Nothing of the contour is taken away.",
    press: (context, event) => segmentAt(context, event, "add"),
    enter: (context) => segmentAt(context, null, "add"),
  },
  "segment-anew": {
    icon: "clickAnew",
    label: "Replace from a click",
    help: "Contour the tumour at a point anew, in place of the part there",
    group: "segment",
    hint: "Press inside the tumour, or Enter at the crosshair; what is found takes the place of the part of the contour there. Other parts stay.",
    press: (context, event) => segmentAt(context, event, "replace"),
    enter: (context) => segmentAt(context, null, "replace"),
  },
};

export const toolNames = Object.keys(tools) as Tool[];

/** Who contours by hand has no tool that asks a network: the time by hand is compared with the time with one. */
export function toolsOf(start: Review["start"]): Tool[] {
  return start === "assisted"
    ? toolNames
    : toolNames.filter((tool) => !edits(tool) || editKind(tool).manualTime);
}

/** Whether a tool changes contours: it is locked once the review is signed. */
export function edits(tool: Tool): tool is Tool & EditKind {
  return tool in editKinds;
}

type Operation = Shown &
  MaskEdit & {
    /** An edit kind may be on offer more than once. */
    readonly id: string;
    /** Where the crosshair goes when it is done. */
    readonly goTo?: (cursor: Vector3, grid: Grid) => Vector3;
  };

/** Bumps and notches of about this size go: a brush's jitter, not a tumour's spicules. */
const smoothingRadiusMm = 3;

/** The step from a slice to the next one to the head: images may be stored so that slices count from the head. */
function toHead(grid: Grid): 1 | -1 {
  return headIsUp(grid) ? 1 : -1;
}

/** In the panel's order. */
export const operations: readonly Operation[] = [
  {
    id: "interpolate",
    kind: "interpolate",
    icon: "interpolate",
    label: "Interpolate",
    help: "Fill the slices between those that you drew",
    key: "i",
    nothing: "No slice lies between two that you drew in",
    change: ({ mask, drawn }) => interpolateSlices(mask, drawn.length < 2 ? undefined : drawn),
  },
  {
    id: "clear-slice",
    kind: "clear-slice",
    icon: "clear",
    label: "Clear slice",
    help: "Empty this axial slice",
    nothing: "This slice is empty",
    change: ({ mask, cursor }) => clearSlice(mask, cursor[2]),
  },
  {
    id: "copy-above",
    kind: "copy-slice",
    icon: "copyUp",
    label: "Copy to above",
    help: "Copy this slice over the next one to the head",
    key: "c",
    nothing: "The slice above has this contour already",
    change: ({ mask, cursor }) => copySlice(mask, cursor[2], cursor[2] + toHead(mask.grid)),
    goTo: ([i, j, k], grid) => [i, j, k + toHead(grid)],
  },
  {
    id: "copy-below",
    kind: "copy-slice",
    icon: "copyDown",
    label: "Copy to below",
    help: "Copy this slice over the next one to the feet",
    key: "Shift+c",
    nothing: "The slice below has this contour already",
    change: ({ mask, cursor }) => copySlice(mask, cursor[2], cursor[2] - toHead(mask.grid)),
    goTo: ([i, j, k], grid) => [i, j, k - toHead(grid)],
  },
  {
    id: "smooth-slice",
    kind: "smooth",
    icon: "smooth",
    label: "Smooth slice",
    help: "Round the contour of this slice",
    key: "s",
    nothing: "Nothing to smooth",
    change: ({ mask, cursor }) =>
      smooth(mask, { radiusMm: smoothingRadiusMm, within: "slice", slices: [cursor[2]] }),
  },
  {
    id: "smooth-volume",
    kind: "smooth",
    icon: "smooth",
    label: "Smooth all",
    help: "Round the whole structure",
    nothing: "Nothing to smooth",
    change: ({ mask }) => smooth(mask, { radiusMm: smoothingRadiusMm, within: "volume" }),
  },
  {
    id: "fill-holes",
    kind: "fill-holes",
    icon: "fill",
    label: "Fill holes",
    help: "Close the holes of every slice",
    key: "h",
    nothing: "There are no holes",
    change: ({ mask }) => fillHoles(mask),
  },
  {
    id: "keep-largest",
    kind: "keep-largest",
    icon: "largest",
    label: "Keep largest",
    help: "Remove all but the largest part",
    key: "k",
    nothing: "There is one part only",
    change: ({ mask }) => keepLargest(mask),
  },
];

/** What pressing its button or key does. */
export function perform({ pen, view, ct, getState }: ReviewSession, operation: Operation): void {
  const { cursor } = getState();
  pen.run(operation);
  if (operation.goTo) view.setCursor(operation.goTo(cursor, ct.grid));
}
