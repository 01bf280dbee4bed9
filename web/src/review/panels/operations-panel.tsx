/** What is done to the active structure at once, without a pen. */
import { type ReactNode, useEffect } from "react";
import { Button } from "../../ui/button.tsx";
import { Slider } from "../../ui/fields.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { PanelProps } from "./panels.tsx";
import { levels, shownProbability } from "./threshold-level.ts";

type Operation = {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  readonly title: string;
  /** As in shortcuts.ts. */
  readonly key?: string;
  readonly run: (session: ReviewSession) => void;
};

const operations: readonly Operation[] = [
  {
    id: "interpolate",
    icon: "interpolate",
    label: "Interpolate",
    title: "Fill the slices between those that you drew",
    key: "I",
    run: (session) => session.interpolate(),
  },
  {
    id: "clear-slice",
    icon: "clear",
    label: "Clear slice",
    title: "Empty this axial slice",
    run: (session) => session.clearSlice(),
  },
  {
    id: "copy-above",
    icon: "copyUp",
    label: "Copy to above",
    title: "Copy this slice over the next one to the head",
    key: "C",
    run: (session) => session.copySlice("above"),
  },
  {
    id: "copy-below",
    icon: "copyDown",
    label: "Copy to below",
    title: "Copy this slice over the next one to the feet",
    key: "Shift+C",
    run: (session) => session.copySlice("below"),
  },
  {
    id: "smooth-slice",
    icon: "smooth",
    label: "Smooth slice",
    title: "Round the contour of this slice",
    key: "S",
    run: (session) => session.smooth("slice"),
  },
  {
    id: "smooth-volume",
    icon: "smooth",
    label: "Smooth all",
    title: "Round the whole structure",
    run: (session) => session.smooth("volume"),
  },
  {
    id: "fill-holes",
    icon: "fill",
    label: "Fill holes",
    title: "Close the holes of every slice",
    key: "H",
    run: (session) => session.fillHoles(),
  },
  {
    id: "keep-largest",
    icon: "largest",
    label: "Keep largest",
    title: "Remove all but the largest part",
    key: "K",
    run: (session) => session.keepLargest(),
  },
];

export function OperationsPanel({ session, state }: PanelProps): ReactNode {
  const active = state.structures.find(({ id }) => id === state.activeId);
  const threshold = state.detail.automatic?.threshold ?? null;
  const disabled = state.busy !== null;
  return (
    <>
      <p className="panel-line">
        Act on <strong>{active?.name}</strong>
      </p>
      <div className="operations">
        {operations.map(({ id, icon, label, title, key, run }) => (
          <button
            key={id}
            type="button"
            className="operation"
            disabled={disabled}
            title={key === undefined ? title : `${title} (${key})`}
            data-testid={`operation-${id}`}
            onClick={() => run(session)}
          >
            <Icon name={icon} size={15} />
            {label}
          </button>
        ))}
      </div>
      {/* Who contours by hand is not shown the model: their time is compared with it. */}
      {threshold !== null && state.start === "assisted" && (
        <ThresholdPart session={session} state={state} threshold={threshold} />
      )}
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

/** A level of the model's confidence: shown while it is moved, a change only when applied. `threshold` is the model's. */
function ThresholdPart({
  session,
  state,
  threshold,
}: PanelProps & { readonly threshold: number }): ReactNode {
  const level = state.triedLevel;
  const shownLevel = level ?? levels.own;
  useEffect(() => session.prepareThresholds(), [session]);
  // Anything else that is done ends the trial.
  useEffect(() => () => session.previewThreshold(null), [session]);
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
        onChange={(next) => session.previewThreshold(next)}
      />
      {level === null ? (
        <p className="panel-hint">
          Lower takes in more of what the model is unsure of; shown before it is applied.
        </p>
      ) : (
        <div className="panel-actions">
          <Button variant="quiet" onClick={() => session.previewThreshold(null)}>
            Cancel
          </Button>
          <Button variant="primary" data-testid="threshold-apply" onClick={() => session.threshold(level)}>
            Apply
          </Button>
        </div>
      )}
    </div>
  );
}
