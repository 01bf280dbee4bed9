/** The tools of the left mouse button, one below the other. */
import type { ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import { keyCaps } from "./key-caps.ts";
import type { ReviewSession } from "./session/review-session.ts";
import type { ReviewState } from "./session/review-state.ts";
import { edits, tools, toolsOf } from "./tools.ts";

type ToolRailProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ToolRail({ session, state }: ToolRailProps): ReactNode {
  const names = toolsOf(state.start);
  return (
    <section className="rail" aria-label="Tools">
      {names.map((tool, at) => {
        const { icon, label, key, group } = tools[tool];
        const next = names[at + 1];
        const endsGroup = next !== undefined && tools[next].group !== group;
        return (
          <div key={tool} className={endsGroup ? "rail-end" : undefined}>
            <IconButton
              {...{ icon, label }}
              shortcut={key && keyCaps(key)}
              side="right"
              pressed={state.tool === tool}
              disabled={edits(tool) && !state.editable}
              data-testid={`tool-${tool}`}
              onClick={() => session.view.setTool(tool)}
            />
          </div>
        );
      })}
    </section>
  );
}
