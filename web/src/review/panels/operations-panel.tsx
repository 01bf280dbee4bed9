/** What is done to the active structure at once, without a pen. */
import { type ReactNode, useEffect } from "react";
import { Button } from "../../ui/button.tsx";
import { Slider } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";
import { keyCaps } from "../key-caps.ts";
import { operations, perform, toolNames, tools } from "../tools.ts";
import type { PanelProps } from "./panels.tsx";
import { levels, shownProbability } from "./threshold-level.ts";

const segmenting = toolNames.filter((tool) => tools[tool].group === "segment");

export function OperationsPanel({ session, state }: PanelProps): ReactNode {
  const active = state.structures.find(({ id }) => id === state.activeId);
  const threshold = state.detail.automatic?.threshold ?? null;
  const disabled = state.busy !== null;
  const { hint } = tools[state.tool];
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
      {/* Who contours by hand is not shown the model: their time is compared with it. */}
      {threshold !== null && state.start === "assisted" && (
        <ThresholdPart session={session} state={state} threshold={threshold} />
      )}
      <h3 className="panel-sub">Segment again</h3>
      <div className="operations">
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
      {state.start === "manual" && (
        <p className="panel-hint">These ask a network: the time study then no longer counts this review.</p>
      )}
      {hint !== undefined && (
        <p className="panel-hint" role="status">
          {hint}
        </p>
      )}
    </>
  );
}

/** A level of the model's confidence: shown while it is moved, a change only when applied. `threshold` is the model's. */
function ThresholdPart({
  session,
  state,
  threshold,
}: PanelProps & { readonly threshold: number }): ReactNode {
  const level = state.triedLevel;
  const shownLevel = level ?? levels.own;
  useEffect(() => session.computed.prepareThresholds(), [session]);
  // Anything else that is done ends the trial.
  useEffect(() => () => session.computed.previewThreshold(null), [session]);
  return (
    <div className="panel-group">
      <Slider
        label="Model threshold"
        value={shownLevel}
        min={levels.least}
        max={levels.most}
        step={levels.step}
        shown={shownProbability(shownLevel, threshold)}
        disabled={state.busy !== null}
        testId="threshold"
        onChange={(next) => session.computed.previewThreshold(next)}
      />
      {level === null ? (
        <p className="panel-hint">
          Lower takes in more of what the model is unsure of; shown before it is applied.
        </p>
      ) : (
        <div className="panel-actions">
          <Button variant="quiet" onClick={() => session.computed.previewThreshold(null)}>
            Cancel
          </Button>
          <Button
            variant="primary"
            data-testid="threshold-apply"
            onClick={() => session.computed.threshold(level)}
          >
            Apply
          </Button>
        </div>
      )}
    </div>
  );
}
