/** Says, before a review is left while its last changes are not saved, where they are. */
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** `address`: where the person wanted to go. `lost`: what cannot be saved, in words; null where the server is only away. */
export function LeaveDialog({
  address,
  lost,
  onStay,
}: {
  readonly address: string;
  readonly lost: string | null;
  readonly onStay: () => void;
}): ReactNode {
  return (
    <Dialog
      title={lost === null ? "Last changes not saved yet" : "Last changes not saved"}
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
        {lost ??
          "The server does not answer. What you drew since then is kept in this tab and sent as soon as the server is back, from any page. Until then, do not close the tab or reload it."}
      </p>
    </Dialog>
  );
}
