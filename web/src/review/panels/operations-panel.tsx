/** What is done to the active structure at once, without a pen. */
import type { ReactNode } from "react";
import { Icon } from "../../ui/icon.tsx";
import { keyCaps } from "../key-caps.ts";
import { operations, perform, tools, toolsOf } from "../tools.ts";
import { GrowPart } from "./grow-part.tsx";
import type { PanelProps } from "./panel-props.ts";
import { ThresholdPart } from "./threshold/threshold-part.tsx";

export function OperationsPanel({ session, state }: PanelProps): ReactNode {
  const active = state.structures.find(({ id }) => id === state.activeId);
  const disabled = state.busy !== null;
  const { hint, group } = tools[state.tool];
  const segmenting = toolsOf(state.start).filter((tool) => tools[tool].group === "segment");
  return (
    <>
      <p className="panel-line">
        Act on <strong>{active?.name}</strong>
      </p>
      <div className="operations">
        {operations.map((operation) => {
          const { id, icon, label, help, key } = operation;
          return (
            <button
              key={id}
              type="button"
              className="operation"
              disabled={disabled}
              title={key === undefined ? help : `${help} (${keyCaps(key)})`}
              data-testid={`operation-${id}`}
              onClick={() => perform(session, operation)}
            >
              <Icon name={icon} size={15} />
              {label}
            </button>
          );
        })}
      </div>
      <GrowPart session={session} state={state} />
      {/* Without an automatic contour that is shown there is none. */}
      <ThresholdPart session={session} state={state} />
      {segmenting.length > 0 && <h3 className="panel-sub">Segment again</h3>}
      <div className="operations operations-long">
        {segmenting.map((tool) => (
          <button
            key={tool}
            type="button"
            className="operation"
            aria-pressed={state.tool === tool}
            disabled={disabled}
            title={tools[tool].help}
            onClick={() => session.view.setTool(tool)}
          >
            <Icon name={tools[tool].icon} size={15} />
            {tools[tool].label}
          </button>
        ))}
      </div>
      {hint !== undefined && group === "segment" && (
        <p className="panel-hint" role="status">
          {hint}
        </p>
      )}
    </>
  );
}
