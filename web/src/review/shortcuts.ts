/**
 * The review page's keys and mouse gestures, as the tables that the viewer obeys and the help sheet shows. Keys are compared
 * with KeyboardEvent.key, so they follow the person's keyboard layout.
 */
import type { ReviewSession } from "./session/review-session.ts";
import { windowPresets } from "./session/review-state.ts";
import { edits, operations, perform, toolNames, tools } from "./tools.ts";
import type { ViewerActions } from "./viewer/viewer-actions.ts";

export const shortcutGroups = ["Tools", "Contour", "Slices", "View"] as const;

export type ShortcutContext = {
  readonly session: ReviewSession;
  readonly viewer: ViewerActions;
  readonly showHelp: () => void;
};

type Shortcut = {
  /** Alternatives, each as KeyboardEvent.key (letters in lower case) with "Ctrl+" and "Shift+" before it. */
  readonly keys: readonly string[];
  readonly group: (typeof shortcutGroups)[number];
  readonly description: string;
  /** Changes contours: does nothing once the review is approved. */
  readonly edits?: true;
  readonly action: (context: ShortcutContext) => void;
};

const brushSteps = 1.2;
const brushRangeMm = [0.5, 60] as const;

function resizeBrush({ session }: ShortcutContext, factor: number): void {
  const { radiusMm } = session.getState().brush;
  const next = Math.round(radiusMm * factor * 2) / 2;
  // Below 3 mm a fifth is less than the half millimetre that sizes are rounded to.
  const changed = next === radiusMm ? radiusMm + Math.sign(factor - 1) * 0.5 : next;
  session.view.setBrush({ radiusMm: Math.min(brushRangeMm[1], Math.max(brushRangeMm[0], changed)) });
}

const zoomStep = 1.25;

export const shortcuts: readonly Shortcut[] = [
  ...toolNames.flatMap((name): Shortcut[] => {
    const { key, help } = tools[name];
    if (key === undefined) return [];
    const action: Shortcut["action"] = ({ session }) => session.view.setTool(name);
    return [
      { keys: [key], group: "Tools", description: help, action, ...(edits(name) ? { edits: true } : {}) },
    ];
  }),
  {
    keys: ["[", "-"],
    group: "Tools",
    description: "Smaller brush",
    action: (context) => resizeBrush(context, 1 / brushSteps),
  },
  {
    keys: ["]", "+"],
    group: "Tools",
    description: "Larger brush",
    action: (context) => resizeBrush(context, brushSteps),
  },
  {
    keys: ["Escape"],
    group: "Tools",
    description: "Cancel; back to navigate",
    action: ({ viewer }) => viewer.cancel(),
  },
  {
    keys: ["Delete", "Backspace"],
    group: "Tools",
    description: "Remove the selected measurement",
    action: ({ viewer }) => viewer.removeRuler(),
  },

  edit(["Ctrl+z"], "Undo", ({ session }) => session.pen.undo()),
  edit(["Ctrl+Shift+z", "Ctrl+y"], "Redo", ({ session }) => session.pen.redo()),
  ...operations.flatMap((operation): Shortcut[] => {
    const { key, help } = operation;
    return key === undefined ? [] : [edit([key], help, ({ session }) => perform(session, operation))];
  }),

  slices(["ArrowUp", "ArrowRight"], "Next slice to head, front or right", ({ viewer }) => viewer.step(1)),
  slices(["ArrowDown", "ArrowLeft"], "Next slice to feet, back or left", ({ viewer }) => viewer.step(-1)),
  slices(["PageUp"], "Ten slices up", ({ viewer }) => viewer.step(10)),
  slices(["PageDown"], "Ten slices down", ({ viewer }) => viewer.step(-10)),
  slices(["Home"], "Uppermost slice", ({ viewer }) => viewer.toEnd("up")),
  slices(["End"], "Lowest slice", ({ viewer }) => viewer.toEnd("down")),
  slices(["u"], "Next required slice that was not seen", ({ viewer }) => viewer.toNextUnseen()),
  slices(["t"], "Slice with the largest contour", ({ viewer }) => viewer.toLargestSlice()),

  view("1", "Lung window", ({ session }) => session.view.setWindow(windowPresets.lung)),
  view("2", "Mediastinum window", ({ session }) => session.view.setWindow(windowPresets.mediastinum)),
  view("3", "Bone window", ({ session }) => session.view.setWindow(windowPresets.bone)),
  view("x", "Crosshair on or off", ({ session }) =>
    session.view.setDisplay({ crosshairVisible: !session.getState().crosshairVisible }),
  ),
  view("o", "Contours on or off", ({ session }) =>
    session.view.setDisplay({ contourVisible: !session.getState().contourVisible }),
  ),
  view("g", "Fill on or off", ({ session }) => session.view.switchFill()),
  view("z", "Zoom in at the crosshair", ({ viewer }) => viewer.zoom(zoomStep)),
  view("Shift+z", "Zoom out at the crosshair", ({ viewer }) => viewer.zoom(1 / zoomStep)),
  view("r", "Reset zoom and position", ({ viewer }) => viewer.resetView()),
  view("?", "This help", ({ showHelp }) => showHelp()),
];

export const mouseGestures: readonly { readonly gesture: string; readonly description: string }[] = [
  { gesture: "Left drag", description: "The chosen tool" },
  { gesture: "Shift + left drag", description: "Brush erases; outlines do the opposite" },
  { gesture: "Right drag", description: "Window: sideways its width, up and down its level" },
  { gesture: "Middle drag, Ctrl + left drag", description: "Move the image" },
  { gesture: "Wheel", description: "Slices of the plane under the pointer" },
  { gesture: "Press on the slice bar", description: "Go to that slice" },
  { gesture: "Ctrl + wheel", description: "Zoom at the pointer" },
  { gesture: "Two fingers", description: "Zoom and move the image" },
  {
    gesture: "Double-click",
    description: "One plane large, and back (while navigating); the crosshair stays",
  },
];

/** Acts on a key unless somebody else did, or a field or dialog has it. True if it acted. */
export function handleKey(event: KeyboardEvent, context: ShortcutContext): boolean {
  if (event.defaultPrevented || ownsKeys(event.target, event.key)) return false;
  const key = keyOf(event);
  const shortcut = shortcuts.find((candidate) => candidate.keys.includes(key));
  if (!shortcut || (shortcut.edits && !context.session.getState().editable)) return false;
  event.preventDefault();
  context.session.record.touch();
  shortcut.action(context);
  return true;
}

/** "Ctrl+Shift+z" of an event. Shift counts with letters only: elsewhere it is part of the key, as in "?". */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): string {
  const { key } = event;
  const letter = /^\p{L}$/u.test(key);
  // AltGr, which makes "[" on many keyboards, looks like Ctrl+Alt.
  const ctrl = (event.ctrlKey || event.metaKey) && !event.altKey;
  const bare = letter ? key.toLowerCase() : key;
  // Alt with a letter belongs to the browser's menus.
  const alt = event.altKey && !event.ctrlKey && letter;
  return `${ctrl ? "Ctrl+" : ""}${alt ? "Alt+" : ""}${letter && event.shiftKey ? "Shift+" : ""}${bare}`;
}

/** Fields take all keys; sliders, lists and menus those that move within them; an open dialog everything. */
function ownsKeys(target: EventTarget | null, key: string): boolean {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof Element)) return false;
  const typing = "input:not([type=checkbox],[type=radio],[type=range],[type=button]),textarea,select";
  if (target.closest(`${typing},[contenteditable=true],[role=menu],[role=listbox],[role=textbox]`))
    return true;
  const moves = /^(Arrow|Page|Home$|End$)/.test(key);
  return moves && target.closest("input,[role=slider],[role=tablist],[role=radiogroup]") !== null;
}

function edit(keys: readonly string[], description: string, action: Shortcut["action"]): Shortcut {
  return { keys, group: "Contour", description, edits: true, action };
}

function slices(keys: readonly string[], description: string, action: Shortcut["action"]): Shortcut {
  return { keys, group: "Slices", description, action };
}

function view(key: string, description: string, action: Shortcut["action"]): Shortcut {
  return { keys: [key], group: "View", description, action };
}
