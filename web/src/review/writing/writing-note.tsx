/** Who writes this review, where it is not this page alone: to ask, to answer, to take over. */
import type { ReactNode } from "react";
import { answerWithinMs } from "#contract/workspace/lease.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBar } from "../../ui/notices.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

const answerSeconds = answerWithinMs / 1000;

type WritingNoteProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: string;
};

export function WritingNote({ session, state, reviewer }: WritingNoteProps): ReactNode {
  const { role, request } = state.writing;
  if (!state.reviewOpen || state.stopped !== null) return null;
  if (role === "hands-over")
    return <Note>Your last strokes are being saved; then {request?.reviewer ?? "the other"} writes.</Note>;
  if (role !== "writes") return <ReaderNote {...{ session, state, reviewer }} />;
  if (request === null) return null;
  return (
    <Note
      action={
        <>
          <Button
            data-testid="hand-over"
            onClick={() => void session.turn.handOver(() => session.record.flush())}
          >
            Hand over
          </Button>
          <Button variant="quiet" data-testid="decline" onClick={() => void session.turn.decline()}>
            Go on myself
          </Button>
        </>
      }
    >
      {request.reviewer} asks to take over, and may {request.due ? "now" : `after ${answerSeconds} seconds`}{" "}
      without your answer.
    </Note>
  );
}

function ReaderNote({ session, state, reviewer }: WritingNoteProps): ReactNode {
  const { turn } = session;
  const { role, writer, request } = state.writing;
  const takeOver = (label: string): ReactNode => (
    <Button data-testid="take-over" onClick={() => void turn.takeOver()}>
      {label}
    </Button>
  );
  if (writer === null)
    return (
      <Note
        action={
          <Button data-testid="begin-writing" onClick={() => void turn.begin()}>
            Write
          </Button>
        }
      >
        Nobody writes this review. You read.
      </Note>
    );
  if (writer.reviewer === reviewer)
    return (
      <Note action={takeOver("Write here")}>
        You write this review in another tab, or did until a moment ago. Here you read along.
      </Note>
    );
  if (writer.gone)
    return (
      <Note action={takeOver("Take over")}>
        {writer.reviewer} writes this review, and that page does not answer. What it has not saved yet is not
        lost.
      </Note>
    );
  if (role === "asks")
    return (
      <Note
        action={
          <>
            {request?.due && takeOver("Take over")}
            <Button variant="quiet" data-testid="withdraw" onClick={() => void turn.withdraw()}>
              Read on
            </Button>
          </>
        }
      >
        {request?.due
          ? `${writer.reviewer} did not answer.`
          : `${writer.reviewer} was asked and has ${answerSeconds} seconds to answer.`}
      </Note>
    );
  return (
    <Note
      action={
        request === null && (
          <Button data-testid="ask" onClick={() => void turn.ask()}>
            Ask to take over
          </Button>
        )
      }
    >
      {writer.reviewer} writes this review. You read along.
      {request !== null && ` ${request.reviewer} asks to take over.`}
    </Note>
  );
}

function Note({
  children,
  action,
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div data-testid="writing-note">
      <ProblemBar tone="note" action={action}>
        {children}
      </ProblemBar>
    </div>
  );
}
