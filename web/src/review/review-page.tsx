/** A patient's page: opens the review and lays out bar, tools, images and panels round it. */
import { type ReactNode, useEffect, useState } from "react";
import { OtherVersionBar } from "../other-version-bar.tsx";
import { reviewAddress, worklistAddress } from "../route.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { ApproveDialog } from "./approval/approve-dialog.tsx";
import { DecisionDialog } from "./approval/decision-dialog.tsx";
import { ReviewFacts } from "./header/review-facts.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import type { ListPlace } from "./list-ways.tsx";
import { Messages } from "./messages.tsx";
import { Notice } from "./notice.tsx";
import { Panels } from "./panels/panels.tsx";
import { ReviewBar } from "./review-bar.tsx";
import type { ReviewSession } from "./session/review-session.ts";
import { ToolRail } from "./tool-rail.tsx";
import { useNeighbours } from "./use-neighbours.ts";
import { type OpenReview, useReview, useReviewState } from "./use-review.ts";
import { Viewer } from "./viewer/viewer.tsx";
import { WaitingCase } from "./waiting-case.tsx";
import "./review.css";
import "./dialogs.css";
import "./panels/panels.css";
import "./narrow.css";

type ReviewPageProps = {
  readonly caseId: string;
  /** From nothing, without a look at the automatic contour. */
  readonly byHand: boolean;
  /** Of the list that the patient was opened from. */
  readonly query: string;
  readonly reviewer: Reviewer;
};

export function ReviewPage({ caseId, byHand, query, reviewer }: ReviewPageProps): ReactNode {
  const review = useReview(caseId, reviewer.name ?? "", byHand);
  const { stage } = review;
  useEffect(() => {
    // Once it is open: loaded anew later, the page goes on with it and begins no other.
    if (stage.stage === "open" && byHand) window.history.replaceState(null, "", reviewAddress(caseId, query));
  }, [stage, byHand, caseId, query]);
  const list = { address: worklistAddress(query), ...useNeighbours(caseId, query) };
  if (stage.stage === "open") return <OpenedReview session={stage.session} {...{ review, reviewer, list }} />;
  const back = (
    <a className="button button-plain" href={list.address}>
      Back to the worklist
    </a>
  );
  return (
    <main className="page review-away">
      <h1 className="aside-label">Review</h1>
      <OtherVersionBar />
      {stage.stage === "loading" && <EmptyState icon="spinner" title="Opening the patient" />}
      {stage.stage === "reading" && (
        <EmptyState icon="spinner" title="The CT is being read" actions={back}>
          The patient opens by itself when that is done.
        </EmptyState>
      )}
      {stage.stage === "removed" && (
        <EmptyState icon="clear" title="This patient was deleted" actions={back}>
          Somebody removed the patient from the worklist while this page was open.
        </EmptyState>
      )}
      {stage.stage === "failed" && (
        <EmptyState
          icon="failed"
          title="The patient could not be opened"
          actions={
            <>
              {back}
              <Button variant="primary" icon="refresh" onClick={review.retry}>
                Try again
              </Button>
            </>
          }
        >
          {stage.message}
        </EmptyState>
      )}
      {stage.stage === "waiting" && (
        <WaitingCase summary={stage.summary} onManual={() => review.begin("manual", false)} back={back} />
      )}
    </main>
  );
}

type OpenedReviewProps = {
  readonly session: ReviewSession;
  readonly review: OpenReview;
  readonly reviewer: Reviewer;
  readonly list: ListPlace;
};

function OpenedReview({ session, review, reviewer, list }: OpenedReviewProps): ReactNode {
  const state = useReviewState(session);
  const [dialog, setDialog] = useState<"approve" | "help" | "no-tumour" | "sent-back" | null>(null);
  /** Where the person wanted to go while changes were not saved. */
  const [leavingTo, setLeavingTo] = useState<string | null>(null);
  const close = (): void => setDialog(null);

  useEffect(() => {
    // What a person does anywhere on the page is work on this patient.
    const onInput = (): void => session.record.touch();
    const inputs = ["pointerdown", "pointermove", "wheel", "keydown"];
    for (const name of inputs) window.addEventListener(name, onInput, { passive: true, capture: true });
    return () => {
      for (const name of inputs) window.removeEventListener(name, onInput, { capture: true });
    };
  }, [session]);

  return (
    <div className="review">
      <ReviewBar
        {...{ session, state, review, reviewer, list }}
        onHelp={() => setDialog("help")}
        onApprove={() => setDialog("approve")}
        onDecide={setDialog}
        onLeave={setLeavingTo}
      />
      <ReviewFacts session={session} state={state} />
      <div className="review-body">
        <ToolRail session={session} state={state} />
        <main className="review-images" aria-label="Images">
          <Viewer session={session} onHelp={() => setDialog("help")} />
          {state.busy === null && state.notice !== null && (
            <Notice key={state.notice} text={state.notice} onEnd={() => session.view.dismissNotice()} />
          )}
          {state.busy !== null && (
            <div className="review-busy" role="status">
              {state.busy}…
            </div>
          )}
        </main>
        <div className="review-side">
          <Panels session={session} state={state} />
          <Messages session={session} state={state} reviewer={reviewer.name ?? ""} />
        </div>
      </div>
      {leavingTo !== null && (
        <LeaveDialog
          address={leavingTo}
          lost={state.saving === "lost" ? state.stopped : null}
          onStay={() => setLeavingTo(null)}
        />
      )}
      {dialog === "help" && <HelpDialog onClose={close} />}
      {(dialog === "no-tumour" || dialog === "sent-back") && (
        <DecisionDialog kind={dialog} {...{ session, state, reviewer }} onClose={close} />
      )}
      {dialog === "approve" && <ApproveDialog {...{ session, state, reviewer }} onClose={close} />}
    </div>
  );
}
