/**
 * The threshold of the model's contour: shown while it is moved, a change only when applied. It acts on what the model made and
 * leaves what a person edited.
 */
import { type ReactNode, useEffect } from "react";
import { counted } from "#core/counted.ts";
import { Button } from "../../../ui/button.tsx";
import { Slider } from "../../../ui/fields.tsx";
import type { PanelProps } from "../panel-props.ts";
import { levels, shownProbability } from "./threshold-level.ts";

export function ThresholdPart({ session, state }: PanelProps): ReactNode {
  const { automatic } = state.detail;
  const active = state.structures.find(({ id }) => id === state.activeId);
  if (automatic === null || automatic.threshold === null) return null;
  if (active?.beganWith === automatic.id)
    return <ThresholdSlider session={session} state={state} threshold={automatic.threshold} />;
  const byModel = state.structures.filter(({ beganWith }) => beganWith === automatic.id);
  if (byModel.length === 0) return null;
  return (
    <p className="panel-hint">
      The model's threshold is for {byModel.map(({ name }) => name).join(", ")}, which began with its contour.
    </p>
  );
}

type ThresholdSliderProps = PanelProps & {
  /** The model's, a probability. */
  readonly threshold: number;
};

function ThresholdSlider({ session, state, threshold }: ThresholdSliderProps): ReactNode {
  const { computed, pen } = session;
  const { triedLevel, appliedLevel } = state;
  const level = triedLevel ?? appliedLevel;
  const disabled = state.busy !== null;
  const edited = pen.editedSlices.length;
  useEffect(() => computed.prepareThresholds(), [computed]);
  // Anything else that is done ends the trial.
  useEffect(() => () => computed.previewThreshold(null), [computed]);
  return (
    <div className="panel-group">
      <Slider
        label="Model threshold"
        value={level}
        min={levels.least}
        max={levels.most}
        step={levels.step}
        shown={shownProbability(level, threshold)}
        disabled={disabled}
        testId="threshold"
        onChange={(next) => computed.previewThreshold(next)}
      />
      <p className="panel-hint" data-testid="threshold-hint">
        {level === levels.proposed
          ? "As proposed by the model. Lower takes in more of what it is unsure of."
          : `Proposed at ${shownProbability(levels.proposed, threshold)}.`}
        {edited > 0 && ` ${counted(edited, "slice")} that you edited ${edited === 1 ? "stays" : "stay"}.`}
      </p>
      <div className="panel-actions">
        {triedLevel !== null && (
          <Button variant="quiet" onClick={() => computed.previewThreshold(null)}>
            Cancel
          </Button>
        )}
        {level !== levels.proposed && (
          <Button
            disabled={disabled}
            data-testid="threshold-proposed"
            onClick={() =>
              appliedLevel === levels.proposed
                ? computed.previewThreshold(null)
                : computed.threshold(levels.proposed)
            }
          >
            As proposed
          </Button>
        )}
        {triedLevel !== null && (
          <Button
            variant="primary"
            data-testid="threshold-apply"
            onClick={() => computed.threshold(triedLevel)}
          >
            Apply
          </Button>
        )}
      </div>
    </div>
  );
}
