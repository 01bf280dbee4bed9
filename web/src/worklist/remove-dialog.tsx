/** Asks before a patient is deleted, and says what goes with it. */
import type { ReactNode } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { formatPatientName } from "../format.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

type RemoveDialogProps = {
  readonly summary: CaseSummary;
  readonly onClose: () => void;
  readonly onRemove: () => void;
};

export function RemoveDialog({ summary, onClose, onRemove }: RemoveDialogProps): ReactNode {
  const signed = summary.state === "approved" || summary.state === "exported";
  return (
    <Dialog
      title="Delete this patient?"
      width="narrow"
      onClose={onClose}
      testId="remove-dialog"
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button variant="danger" onClick={onRemove} data-testid="remove-confirm">
            Delete patient
          </Button>
        </>
      }
    >
      <p>
        <strong>{formatPatientName(summary.patientName)}</strong>
        {summary.patientId && <span className="soft"> · {summary.patientId}</span>}
      </p>
      <p className="soft">
        The CT ({summary.sliceCount} slices), the automatic contour, every edit of every review
        {signed ? ", all signed versions with their RTSTRUCT files" : ""} and the measured times are deleted
        from this workspace. This cannot be undone. Files that you downloaded stay.
      </p>
    </Dialog>
  );
}
