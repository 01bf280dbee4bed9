/** A patient without an automatic contour: how far it is, or why there is none, and that one can begin by hand. */
import type { ReactNode } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { formatPatientName } from "../format.ts";
import { call } from "../server/api.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState, Progress } from "../ui/notices.tsx";
import { progressPart } from "../worklist/case-state.tsx";

type WaitingCaseProps = {
  readonly summary: CaseSummary;
  readonly onManual: () => void;
  readonly back: ReactNode;
};

export function WaitingCase({ summary, onManual, back }: WaitingCaseProps): ReactNode {
  const { state, progress, failure } = summary;
  const manual = (
    <Button icon="edit" onClick={onManual} data-testid="start-manual">
      Contour by hand now
    </Button>
  );
  if (state === "failed")
    return (
      <EmptyState
        icon="failed"
        title="There is no automatic contour"
        actions={
          <>
            {back}
            {manual}
            <Button
              variant="primary"
              icon="refresh"
              // What comes of it arrives as an event.
              onClick={() =>
                void call("segmentCase", { caseId: summary.id }, { model: null }).catch(() => undefined)
              }
            >
              Try again
            </Button>
          </>
        }
      >
        {failure ?? "The segmentation failed."}
      </EmptyState>
    );
  return (
    <EmptyState
      icon="clock"
      title="The automatic contour is not there yet"
      actions={
        <>
          {back}
          {manual}
        </>
      }
    >
      <p>
        {formatPatientName(summary.patientName)} is{" "}
        {state === "segmenting" ? "being segmented" : progress ? "being read" : "waiting to be segmented"}.
        The review opens by itself when that is done.
      </p>
      <div className="waiting-progress">
        <Progress label={state === "segmenting" ? "Segmentation" : "Reading"} part={progressPart(summary)} />
        <span className="soft">
          {progress ? `${progress.stage}: ${progress.done} of ${progress.total}` : "In the queue"}
        </span>
      </div>
    </EmptyState>
  );
}
