/** After signing: the version, and its file. */
import type { ReactNode } from "react";
import type { Version } from "#contract/workspace/case.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { DownloadButton } from "../download-button.tsx";

type SignedDialogProps = { readonly version: Version; readonly caseId: string; readonly onClose: () => void };

export function SignedDialog({ version, caseId, onClose }: SignedDialogProps): ReactNode {
  return (
    <Dialog
      title={`Version ${version.number} is signed`}
      onClose={onClose}
      testId="signed-dialog"
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <DownloadButton
            className="button button-primary"
            caseId={caseId}
            version={version.number}
            testId="download-signed"
          >
            <Icon name="download" />
            Download RTSTRUCT
          </DownloadButton>
        </>
      }
    >
      <div className="signed">
        <Icon name="approve" size={26} />
        <p>
          Signed by {version.reviewer}. The version stays as it is; to change the contour, reopen the review
          and sign anew.
        </p>
      </div>
      <dl className="facts">
        <div>
          <dt>SHA-256 of the file</dt>
          <dd className="digest">{version.digest}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
