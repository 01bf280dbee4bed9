/** One step from a structure to the next: its volume if it is made, and the button that makes it. */
import type { ReactNode } from "react";
import { formatCc } from "../../../format.ts";
import { Button } from "../../../ui/button.tsx";
import type { StructureView } from "../../session/review-state.ts";

type MarginStepProps = {
  readonly from: string;
  readonly into: "CTV" | "PTV";
  /** Undefined before it is made. */
  readonly made: StructureView | undefined;
  readonly disabled: boolean;
  readonly onMake: () => void;
};

export function MarginStep({ from, into, made, disabled, onMake }: MarginStepProps): ReactNode {
  return (
    <div className="margin-step">
      <span>
        {from} <span className="faint">to</span> {into}
        <span className="margin-volume">
          {made === undefined ? "not made yet" : `${formatCc(made.volumeCc)} cc`}
        </span>
      </span>
      <Button disabled={disabled} data-testid={`make-${into.toLowerCase()}`} onClick={onMake}>
        {made === undefined ? `Make ${into}` : "Make anew"}
      </Button>
    </div>
  );
}
