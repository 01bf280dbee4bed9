/** What is done to the active structure at once, without a pen. */
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Slider } from "../../ui/fields.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import type { PanelProps } from "./panels.tsx";

/** The model's own threshold, as `confidence` stores it. */
const modelLevel = 128;

export function OperationsPanel({ session, state }: PanelProps): ReactNode {
  const active = state.structures.find(({ id }) => id === state.activeId);
  const disabled = state.busy !== null;
  const operations: readonly (readonly [string, IconName, string, () => void, string])[] = [
    [
      "interpolate",
      "interpolate",
      "Interpolate",
      () => session.interpolate(),
      "Fills the slices between those that you drew",
    ],
    ["clear-slice", "clear", "Clear slice", () => session.clearSlice(), "Empties the current axial slice"],
    [
      "copy-above",
      "copyUp",
      "Copy above",
      () => session.copySlice("above"),
      "Copies this slice to the one towards the head",
    ],
    [
      "copy-below",
      "copyDown",
      "Copy below",
      () => session.copySlice("below"),
      "Copies this slice to the one towards the feet",
    ],
    [
      "smooth-slice",
      "smooth",
      "Smooth slice",
      () => session.smooth("slice"),
      "Rounds the contour of this slice",
    ],
    [
      "smooth-volume",
      "smooth",
      "Smooth volume",
      () => session.smooth("volume"),
      "Rounds the whole structure",
    ],
    ["fill-holes", "fill", "Fill holes", () => session.fillHoles(), "Closes holes in every slice"],
    [
      "keep-largest",
      "largest",
      "Keep largest",
      () => session.keepLargest(),
      "Removes all but the largest part",
    ],
  ];
  return (
    <>
      <p className="panel-line">
        Act on <strong>{active?.name}</strong>
      </p>
      <div className="operations">
        {operations.map(([id, icon, label, run, title]) => (
          <button
            key={id}
            type="button"
            className="operation"
            {...{ disabled, title }}
            data-testid={`operation-${id}`}
            onClick={run}
          >
            <Icon name={icon} size={15} />
            {label}
          </button>
        ))}
      </div>
      {state.detail.automatic !== null && <ThresholdPart session={session} state={state} />}
      <h3 className="panel-sub">Segment again</h3>
      <div className="operations">
        {(["segment-box", "segment-click"] as const).map((tool) => (
          <button
            key={tool}
            type="button"
            className="operation"
            aria-pressed={state.tool === tool}
            disabled={disabled}
            onClick={() => session.setTool(tool)}
          >
            <Icon name={tool === "segment-box" ? "box" : "click"} size={15} />
            {tool === "segment-box" ? "In a box" : "From a click"}
          </button>
        ))}
      </div>
      {state.tool === "segment-box" && (
        <p className="panel-hint" role="status">
          Drag a box round the tumour; what is in it is contoured anew, the rest stays.
        </p>
      )}
      {state.tool === "segment-click" && (
        <p className="panel-hint" role="status">
          Press inside the tumour; the region round that point is added.
        </p>
      )}
    </>
  );
}

/** A level of the model's confidence: shown while it is moved, a change only when applied. */
function ThresholdPart({ session, state }: PanelProps): ReactNode {
  const [level, setLevel] = useState<number | null>(null);
  const hasModel = state.detail.automatic !== null;
  // Anything else that is done ends the trial.
  useEffect(() => () => session.previewThreshold(null), [session]);
  const stop = (): void => {
    setLevel(null);
    session.previewThreshold(null);
  };
  return (
    <div className="panel-group">
      <Slider
        label="Model threshold"
        value={level ?? modelLevel}
        min={4}
        max={252}
        step={4}
        shown={`${((level ?? modelLevel) / 256).toFixed(2)}`}
        disabled={!hasModel || state.busy !== null}
        testId="threshold"
        onChange={(next) => {
          setLevel(next);
          session.previewThreshold(next);
        }}
      />
      {level === null ? (
        <p className="panel-hint">
          Lower takes in more of what the model is unsure of; shown before it is applied.
        </p>
      ) : (
        <div className="panel-actions">
          <Button variant="quiet" onClick={stop}>
            Cancel
          </Button>
          <Button
            variant="primary"
            data-testid="threshold-apply"
            onClick={() => {
              stop();
              session.threshold(level);
            }}
          >
            Apply
          </Button>
        </div>
      )}
    </div>
  );
}
