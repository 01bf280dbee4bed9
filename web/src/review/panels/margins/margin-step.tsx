/** One step from structures to the next: its volume if it is made, how it was made, and the button that makes it. */
import type { ReactNode } from "react";
import { formatCc } from "../../../format.ts";
import { Button } from "../../../ui/button.tsx";
import { DerivedNote } from "../../derived/derived-note.tsx";
import type { ReviewSession } from "../../session/review-session.ts";
import type { StructureView } from "../../session/review-state.ts";

type MarginStepProps = {
  readonly session: ReviewSession;
  readonly from: string;
  readonly into: "CTV" | "PTV";
  /** Undefined before it is made. */
  readonly structure: StructureView | undefined;
  readonly disabled: boolean;
  /** Something else is being computed. */
  readonly busy: boolean;
  readonly onMake: () => void;
};

export function MarginStep(props: MarginStepProps): ReactNode {
  const { session, from, into, structure, disabled, busy, onMake } = props;
  const derived = structure?.derived ?? null;
  return (
    <>
      <div className="margin-step">
        <span>
          {from} <span className="faint">to</span> {into}
          <span className="margin-volume">
            {structure === undefined ? "not made yet" : `${formatCc(structure.volumeCc)} cc`}
          </span>
        </span>
        <Button disabled={disabled} data-testid={`make-${into.toLowerCase()}`} onClick={onMake}>
          {structure === undefined ? `Make ${into}` : `Make with these`}
        </Button>
      </div>
      {structure !== undefined && (
        <p className="panel-hint" data-testid={`made-${into.toLowerCase()}`}>
          {derived === null
            ? `${structure.name} follows no structure: making it with these replaces it.`
            : `${derived.words}${derived.edited ? ", edited since: making it anew replaces that" : ""}`}
        </p>
      )}
      {structure !== undefined && (
        <DerivedNote session={session} structure={structure} disabled={busy} place="margins" />
      )}
    </>
  );
}
