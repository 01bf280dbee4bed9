/** Before signing: what will be signed, what was not looked at, who signs. After it: the file. */

import { type ReactNode, useEffect, useState } from "react";
import type { Version } from "#contract/workspace/case.ts";
import { formatSlices } from "../../format.ts";
import { explain } from "../../server/explain.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { Reviewer } from "../../use-reviewer.ts";
import { DownloadButton } from "../download-button.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { ApprovalSummary } from "./approval-summary.tsx";

type ApproveDialogProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: Reviewer;
  readonly onClose: () => void;
};

const formId = "approve-form";

export function ApproveDialog({ session, state, reviewer, onClose }: ApproveDialogProps): ReactNode {
  const [name, setName] = useState(reviewer.name ?? "");
  const [comment, setComment] = useState("");
  const [reason, setReason] = useState("");
  const [signing, setSigning] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [version, setVersion] = useState<Version | null>(null);
  const unseen = [...state.required].filter((k) => !state.seen.has(k)).sort((a, b) => a - b);
  const offline = state.saving === "offline";
  const ready = !offline && name.trim() !== "" && (unseen.length === 0 || reason.trim() !== "") && !signing;

  // The signature is of what is saved.
  useEffect(() => {
    session.flush().catch(() => undefined);
  }, [session]);

  if (version !== null)
    return <Signed version={version} caseId={state.detail.summary.id} onClose={onClose} />;

  const sign = (): void => {
    setSigning(true);
    setFailure(null);
    session
      .approve({
        reviewer: name.trim(),
        comment: comment.trim(),
        unseenReason: unseen.length === 0 ? null : reason.trim(),
      })
      .then(setVersion, (cause: unknown) => setFailure(explain(cause)))
      .finally(() => setSigning(false));
  };
  const showUnseen = (): void => {
    session.setCursor([state.cursor[0], state.cursor[1], unseen[0]]);
    onClose();
  };

  return (
    <Dialog
      title="Approve this contour"
      onClose={onClose}
      testId="approve-dialog"
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Go on editing
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            icon="approve"
            disabled={!ready}
            data-testid="approve-confirm"
          >
            {signing ? "Signing…" : "Sign and approve"}
          </Button>
        </>
      }
    >
      <ApprovalSummary session={session} state={state} />
      <form
        id={formId}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) sign();
        }}
      >
        {unseen.length > 0 && (
          <div className="unseen" data-testid="unseen">
            <div className="unseen-head">
              <Icon name="failed" />
              <p>
                <strong>
                  {unseen.length === 1
                    ? "1 slice with GTV or doubt was"
                    : `${unseen.length} slices with GTV or doubt were`}{" "}
                  never on screen
                </strong>
                <br />
                <span className="soft">Slices {formatSlices(unseen)}</span>
              </p>
              <Button onClick={showUnseen} data-testid="show-unseen">
                Show them
              </Button>
            </div>
            <TextArea
              label="Reason for signing without having seen them"
              value={reason}
              maxLength={1000}
              data-testid="unseen-reason"
              onChange={setReason}
            />
          </div>
        )}
        <TextField
          label="Reviewer"
          value={name}
          maxLength={64}
          data-testid="approve-reviewer"
          onChange={setName}
        />
        <TextArea
          label="Comment (optional)"
          value={comment}
          maxLength={1000}
          data-testid="approve-comment"
          onChange={setComment}
        />
        {offline && (
          <p className="field-problem" role="status">
            The server does not answer. Your changes are kept in this tab; sign when they are saved.
          </p>
        )}
        {failure !== null && (
          <p className="field-problem" role="alert">
            {failure}
          </p>
        )}
      </form>
    </Dialog>
  );
}

type SignedProps = { readonly version: Version; readonly caseId: string; readonly onClose: () => void };

function Signed({ version, caseId, onClose }: SignedProps): ReactNode {
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
