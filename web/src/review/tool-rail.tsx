/** The tools of the left mouse button, one below the other. */
import type { ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import type { IconName } from "../ui/icon.tsx";
import type { ReviewSession } from "./session/review-session.ts";
import { type ReviewState, type Tool, tools } from "./session/review-state.ts";

type ToolLook = {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly edits: boolean;
};

/** Shortcuts as in shortcuts.ts, which acts on them (held by tool-rail.test.ts). */
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

/** Those after which a gap stands: moving, drawing, measuring, segmenting. */
const endsGroup: ReadonlySet<Tool> = new Set(["navigate", "freehand-subtract", "measure"]);

type ToolRailProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ToolRail({ session, state }: ToolRailProps): ReactNode {
  return (
    <section className="rail" aria-label="Tools">
      {tools.map((tool) => {
        const { icon, label, shortcut, edits } = toolLooks[tool];
        return (
          <div key={tool} className={endsGroup.has(tool) ? "rail-end" : undefined}>
            <IconButton
              {...{ icon, label, shortcut }}
              side="right"
              pressed={state.tool === tool}
              disabled={edits && !state.editable}
              data-testid={`tool-${tool}`}
              onClick={() => session.setTool(tool)}
            />
          </div>
        );
      })}
    </section>
  );
}
