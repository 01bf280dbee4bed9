/** A case's state as icon and words, with what it is doing or what went wrong. */
import type { ReactNode } from "react";
import type { CaseState, CaseSummary } from "#contract/workspace/case.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Progress } from "../ui/notices.tsx";
import { WorthTag } from "../ui/worth-tag.tsx";

export const stateLabels = {
  received: "Received",
  segmenting: "Segmenting",
  "to-review": "To review",
  "in-review": "In review",
  approved: "Approved",
  exported: "Exported",
  failed: "Failed",
} as const satisfies Record<CaseState, string>;

const stateIcons = {
  received: "inbox",
  segmenting: "spinner",
  "to-review": "eye",
  "in-review": "edit",
  approved: "approve",
  exported: "sent",
  failed: "failed",
} as const satisfies Record<CaseState, IconName>;

type StateTagProps = {
  readonly state: CaseState;
  /** A received CT is being read. */
  readonly reading?: boolean;
};

export function StateTag({ state, reading = false }: StateTagProps): ReactNode {
  return (
    <span className={`state state-${state}`}>
      <Icon name={reading ? "spinner" : stateIcons[state]} />
      {reading ? "Reading" : stateLabels[state]}
    </span>
  );
}

/** Slices done of all, or what is going on where nothing is counted. */
function progressText({ progress }: Pick<CaseSummary, "progress">): string {
  if (progress === null) return "starting";
  return progress.total < 2 ? progress.stage : `${progress.done} / ${progress.total}`;
}

/** From 0 to 1, null before the first report. */
export function progressPart({ progress }: Pick<CaseSummary, "progress">): number | null {
  // One step of one says nothing but that it goes on.
  return progress === null || progress.total < 2 ? null : progress.done / progress.total;
}

type CaseStateCellProps = { readonly summary: CaseSummary; readonly onRetry: () => void };

export function CaseStateCell({ summary, onRetry }: CaseStateCellProps): ReactNode {
  const { state, failure, progress } = summary;
  const reading = state === "received" && progress !== null;
  return (
    <div className="state-cell">
      <StateTag {...{ state, reading }} />
      {(state === "to-review" || state === "in-review") && <WorthTag worth={summary.expected} />}
      {(reading || state === "segmenting") && (
        <span className="state-progress">
          <Progress label={reading ? "Reading" : "Segmentation"} part={progressPart(summary)} />
          <span className="faint">{progressText(summary)}</span>
        </span>
      )}
      {state === "failed" && (
        <>
          <button
            type="button"
            className="button button-plain button-small"
            onClick={onRetry}
            data-testid={`retry-${summary.id}`}
          >
            Try again
          </button>
          <span className="state-failure">{failure}</span>
        </>
      )}
    </div>
  );
}
