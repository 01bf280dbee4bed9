/** Says, before a review is left while the server is away, where its last changes are. */
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** `address`: where the person wanted to go. */
export function LeaveDialog({
  address,
  onStay,
}: {
  readonly address: string;
  readonly onStay: () => void;
}): ReactNode {
  return (
    <Dialog
      title="Last changes not saved yet"
      width="narrow"
      onClose={onStay}
      testId="leave-dialog"
      actions={
        <>
          <a className="button button-plain" href={address}>
            Leave this patient
          </a>
          <Button variant="primary" onClick={onStay}>
            Stay
          </Button>
        </>
      }
    >
      <p className="soft">
        The server does not answer. What you drew since then is kept in this tab and sent as soon as the
        server is back, from any page. Until then, do not close the tab or reload it.
      </p>
    </Dialog>
  );
}
