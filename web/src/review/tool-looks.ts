/** What each tool looks like on the rail, and its key. shortcuts.ts acts on the keys; tool-looks.test.ts holds the two together. */
import type { IconName } from "../ui/icon.tsx";
import type { Tool } from "./session/review-state.ts";

type ToolLook = {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly edits: boolean;
};

export const toolLooks: Record<Tool, ToolLook> = {
  navigate: { icon: "navigate", label: "Navigate", shortcut: "V", edits: false },
  brush: { icon: "brush", label: "Brush", shortcut: "B", edits: true },
  eraser: { icon: "eraser", label: "Eraser", shortcut: "E", edits: true },
  "freehand-add": { icon: "freehandAdd", label: "Add by outline", shortcut: "D", edits: true },
  "freehand-subtract": { icon: "freehandSubtract", label: "Cut by outline", shortcut: "F", edits: true },
  measure: { icon: "measure", label: "Measure", shortcut: "M", edits: false },
  "segment-box": { icon: "box", label: "Segment in a box", edits: true },
  "segment-click": { icon: "click", label: "Segment from a click", edits: true },
};
