/**
 * All that the page has to tell while a review is open, in a place of its own under the panels: whatever comes and goes there,
 * the images stay where they are.
 */
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { ProblemBar } from "../ui/notices.tsx";
import { sentBackText } from "../worklist/case-state.tsx";
import { ApprovedBar } from "./approval/approved-bar.tsx";
import { LossBars } from "./loss-bars.tsx";
import type { ReviewSession } from "./session/review-session.ts";
import type { ReviewState } from "./session/review-state.ts";
import { LateNotes } from "./writing/late-notes.tsx";
import { WritingNote } from "./writing/writing-note.tsx";

type MessagesProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: string;
};

export function Messages({ session, state, reviewer }: MessagesProps): ReactNode {
  return (
    <section className="review-messages" aria-label="Messages">
      <LossBars />
      {state.problem !== null && (
        <ProblemBar onDismiss={() => session.view.dismissProblem()}>{state.problem}</ProblemBar>
      )}
      {state.stopped !== null && (
        <ProblemBar
          tone="caution"
          action={
            <Button
              icon="refresh"
              data-testid="reload"
              // What is on its way would be cut off.
              disabled={state.saving === "saving" || state.saving === "offline"}
              onClick={() => window.location.reload()}
            >
              Reload
            </Button>
          }
        >
          {state.stopped}
        </ProblemBar>
      )}
      {state.detail.summary.sentBack !== null && (
        <ProblemBar tone="caution">{sentBackText(state.detail.summary.sentBack)}</ProblemBar>
      )}
      <WritingNote session={session} state={state} reviewer={reviewer} />
      <LateNotes session={session} state={state} />
      {!state.reviewOpen && state.stopped === null && (
        <ApprovedBar session={session} state={state} reviewer={reviewer} />
      )}
    </section>
  );
}
