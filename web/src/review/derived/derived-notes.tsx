/** All structures that are out of date, under the list of structures and in the dialog that signs. */
import type { ReactNode } from "react";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { DerivedNote } from "./derived-note.tsx";
import { outOfDate } from "./out-of-date.ts";
import "./derived.css";

type DerivedNotesProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly place: "list" | "approve" | "checks";
};

export function DerivedNotes({ session, state, place }: DerivedNotesProps): ReactNode {
  if (!state.editable) return null;
  return outOfDate(state.structures).map((structure) => (
    <DerivedNote
      key={structure.id}
      session={session}
      place={place}
      structure={structure}
      disabled={state.busy !== null}
    />
  ));
}
