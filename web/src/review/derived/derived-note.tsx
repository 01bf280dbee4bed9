/** That a derived structure does not follow what it was made from, why, and what can be done. Nothing where it follows. */
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { StructureView } from "../session/review-state.ts";

type DerivedNoteProps = {
  readonly session: ReviewSession;
  readonly structure: StructureView;
  readonly disabled: boolean;
  /** Where it is shown: several places show one structure's. */
  readonly place: "list" | "margins" | "approve" | "checks";
};

export function DerivedNote({ session, structure, disabled, place }: DerivedNoteProps): ReactNode {
  const { id, name, derived } = structure;
  if (derived === null || derived.outOfDate.length === 0) return null;
  return (
    <div className="derived-note" data-testid={`${place}-out-of-date-${name}`}>
      <p>
        <strong>{name} is out of date</strong>: {derived.outOfDate.join(", ")}.
        {derived.edited && " It was edited by hand since; making it anew replaces that, undo brings it back."}
      </p>
      <div className="derived-actions">
        <Button
          disabled={disabled}
          data-testid={`${place}-remake-${name}`}
          onClick={() => void session.computed.remake([id])}
        >
          Make anew
        </Button>
        <Button
          variant="quiet"
          disabled={disabled}
          title="It stays as it is and follows its sources no longer. That stands in the record and in the signed file."
          data-testid={`${place}-unlink-${name}`}
          onClick={() => session.pen.unlink(id)}
        >
          Unlink
        </Button>
      </div>
    </div>
  );
}
