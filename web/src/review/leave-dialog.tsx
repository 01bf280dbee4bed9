/** Asks before changes that are only in this tab are left behind. */
import type { ReactNode } from "react";
import { worklistAddress } from "../route.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

export function LeaveDialog({ onStay }: { readonly onStay: () => void }): ReactNode {
  return (
    <Dialog
      title="Your last changes are not saved"
      width="narrow"
      onClose={onStay}
      testId="leave-dialog"
      actions={
        <>
          <a className="button button-danger" href={worklistAddress}>
            Leave and lose them
          </a>
          <Button variant="primary" onClick={onStay}>
            Stay
          </Button>
        </>
      }
    >
      <p className="soft">
        The server does not answer. What you drew since then is kept in this tab only; it is sent as soon as
        the server is back. Stay on this page until it says "Saved".
      </p>
    </Dialog>
  );
}
