/** Beside Approve: that structures are out of date, and one press that makes all of them anew. Nothing where all follow. */
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { outOfDate } from "./out-of-date.ts";

type MakeAnewButtonProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function MakeAnewButton({ session, state }: MakeAnewButtonProps): ReactNode {
  const late = outOfDate(state.structures);
  if (late.length === 0 || !state.editable) return null;
  const names = late.map(({ name }) => name).join(", ");
  const why = late.map(({ name, derived }) => `${name}: ${derived?.outOfDate.join(", ")}`).join(". ");
  return (
    <span className="bar-anew">
      <Button
        icon="refresh"
        disabled={state.busy !== null}
        title={`${why}. Approval waits until they follow, or are unlinked.`}
        data-testid="make-anew"
        onClick={() => void session.computed.remake(late.map(({ id }) => id))}
      >
        Make {names} anew
      </Button>
    </span>
  );
}
