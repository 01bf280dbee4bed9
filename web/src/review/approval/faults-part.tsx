/** What was found wrong with the structures before they are signed; targets that do not lie in each other ask for a reason. */
import type { ReactNode } from "react";
import { faultInWords, type StructureFault } from "#geometry/margins/target-checks.ts";
import { TextArea } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";

type FaultsPartProps = {
  readonly faults: readonly StructureFault[];
  readonly reason: string;
  readonly onReason: (reason: string) => void;
};

export function FaultsPart({ faults, reason, onReason }: FaultsPartProps): ReactNode {
  if (faults.length === 0) return null;
  return (
    <div className="unseen" data-testid="faults">
      <div className="unseen-head">
        <Icon name="failed" />
        <ul>
          {faults.map((fault) => (
            <li key={`${fault.code} ${fault.structure}`} data-testid={`fault-${fault.code}`}>
              {faultInWords(fault)}
            </li>
          ))}
        </ul>
      </div>
      {faults.some(({ severity }) => severity === "error") && (
        <TextArea
          label="Reason for signing targets that do not lie in each other"
          value={reason}
          maxLength={1000}
          data-testid="faults-reason"
          onChange={onReason}
        />
      )}
    </div>
  );
}
