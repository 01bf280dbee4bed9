/** Before signing: what will be signed, what was not looked at, who signs. */

import { type ReactNode, useEffect, useState } from "react";
import type { Version } from "#contract/workspace/case.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import type { Reviewer } from "../../use-reviewer.ts";
import { DerivedNotes } from "../derived/derived-notes.tsx";
import { outOfDate } from "../derived/out-of-date.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { ApprovalSummary } from "./approval-summary.tsx";
import { FaultsPart } from "./faults-part.tsx";
import { SignedDialog } from "./signed-dialog.tsx";
import { useFaults } from "./use-faults.ts";
import { useRefusal } from "./use-refusal.ts";
import { stoppedWritingText, useStoppedWriting } from "./use-stopped-writing.ts";
import { useUnseen } from "./use-unseen.tsx";

type ApproveDialogProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: Reviewer;
  readonly onClose: () => void;
};

const formId = "approve-form";
const action = "Sign and approve";

export function ApproveDialog({ session, state, reviewer, onClose }: ApproveDialogProps): ReactNode {
  const [name, setName] = useState(reviewer.name ?? "");
  const [comment, setComment] = useState("");
  const [signing, setSigning] = useState(false);
  const { refusal, refuse, endRefusal } = useRefusal(action, state);
  const [version, setVersion] = useState<Version | null>(null);
  const { unseenReason, unexplained, unseenPart } = useUnseen(session, state, state.required, onClose);
  const offline = state.saving === "offline";
  const stopped = useStoppedWriting(state, signing || version !== null);
  const late = outOfDate(state.structures);
  const faults = useFaults(session, state);
  const [faultsReason, setFaultsReason] = useState("");
  const nested = faults.every(({ severity }) => severity !== "error");
  const ready =
    !offline &&
    !stopped &&
    !signing &&
    name.trim() !== "" &&
    late.length === 0 &&
    !unexplained &&
    (nested || faultsReason.trim() !== "");

  // The signature is of what is saved.
  useEffect(() => {
    session.record.flush().catch(() => undefined);
  }, [session]);

  if (version !== null)
    return <SignedDialog version={version} caseId={state.detail.summary.id} onClose={onClose} />;

  const sign = (): void => {
    setSigning(true);
    endRefusal();
    session.record
      .approve({
        reviewer: name.trim(),
        comment: comment.trim(),
        unseenReason,
        ...(nested ? {} : { faultsReason: faultsReason.trim() }),
      })
      .then(setVersion, refuse)
      .finally(() => setSigning(false));
  };
  return (
    <Dialog
      title="Approve this contour"
      onClose={onClose}
      testId="approve-dialog"
      actions={<SignActions ready={ready} signing={signing} onClose={onClose} />}
    >
      <ApprovalSummary session={session} state={state} />
      <DerivedNotes session={session} state={state} place="approve" />
      <form
        id={formId}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) sign();
        }}
      >
        {unseenPart}
        <FaultsPart faults={faults} reason={faultsReason} onReason={setFaultsReason} />
        <TextField
          label="Reviewer"
          value={name}
          maxLength={64}
          // An account signs in its own name.
          disabled={reviewer.account !== null}
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
        <SigningProblems offline={offline} failure={refusal ?? (stopped ? stoppedWritingText : null)} />
      </form>
    </Dialog>
  );
}

type SignActionsProps = {
  readonly ready: boolean;
  readonly signing: boolean;
  readonly onClose: () => void;
};

function SignActions({ ready, signing, onClose }: SignActionsProps): ReactNode {
  return (
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
        {signing ? "Signing…" : action}
      </Button>
    </>
  );
}

type SigningProblemsProps = { readonly offline: boolean; readonly failure: string | null };

function SigningProblems({ offline, failure }: SigningProblemsProps): ReactNode {
  return (
    <>
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
    </>
  );
}
