/** A case's state as icon and words, with what it is doing or what went wrong. */
import type { ReactNode } from "react";
import type { CaseState, CaseSummary } from "#contract/workspace/case.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Progress } from "../ui/notices.tsx";

export const stateLabels = {
  received: "Received",
  segmenting: "Segmenting",
  "to-review": "To review",
  "in-review": "In review",
  "sent-back": "Sent back",
  approved: "Approved",
  exported: "Exported",
  "no-tumour": "No tumour",
  failed: "Failed",
} as const satisfies Record<CaseState, string>;

const stateIcons = {
  received: "inbox",
  segmenting: "spinner",
  "to-review": "eye",
  "in-review": "edit",
  "sent-back": "undo",
  approved: "approve",
  exported: "sent",
  "no-tumour": "check",
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

/** Who sent the contour back and why, for worklist and review. */
export function sentBackText({ reviewer, reason }: NonNullable<CaseSummary["sentBack"]>): string {
  return `Sent back by ${reviewer}: ${reason}`;
}

type CaseStateCellProps = { readonly summary: CaseSummary; readonly onRetry: () => void };

export function CaseStateCell({ summary, onRetry }: CaseStateCellProps): ReactNode {
  const { state, failure, progress } = summary;
  const reading = state === "received" && progress !== null;
  return (
    <div className="state-cell">
      <StateTag {...{ state, reading }} />
      {summary.sentBack !== null && (
        <span className="state-failure" data-testid={`sent-back-${summary.id}`}>
          {sentBackText(summary.sentBack)}
        </span>
      )}
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
