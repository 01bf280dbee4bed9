/** Strokes that could not be saved before another wrote: to be added or left out by whoever writes. */
import type { ReactNode } from "react";
import { counted } from "#core/counted.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBar } from "../../ui/notices.tsx";
import { changesIn } from "../session/record/autosave.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

type LateNotesProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function LateNotes({ session, state }: LateNotesProps): ReactNode {
  return state.late.map((late) => (
    <div key={late.id} data-testid="late-strokes">
      <ProblemBar
        tone="caution"
        action={
          state.editable && (
            <>
              <Button
                disabled={state.busy !== null}
                data-testid="late-add"
                onClick={() => void session.late.add(late)}
              >
                Add
              </Button>
              <Button
                variant="quiet"
                disabled={state.busy !== null}
                data-testid="late-leave-out"
                onClick={() => void session.late.leaveOut(late)}
              >
                Leave out
              </Button>
            </>
          )
        }
      >
        {counted(changesIn(late), "change")} by {late.reviewer} came after another page had taken over.{" "}
        {state.editable ? "Add them to the contour as it is now?" : "Whoever writes can add them."}
      </ProblemBar>
    </div>
  ));
}
