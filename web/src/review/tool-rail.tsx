/** The tools of the left mouse button, one below the other. */
import type { ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import type { ReviewSession } from "./session/review-session.ts";
import { type ReviewState, type Tool, tools } from "./session/review-state.ts";
import { toolLooks } from "./tool-looks.ts";

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
