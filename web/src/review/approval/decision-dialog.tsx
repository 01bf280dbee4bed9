/** Ends a review other than by approval: the patient has no tumour, or the contour is sent back with a reason. */
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/fields.tsx";
import type { Reviewer } from "../../use-reviewer.ts";
import { requiredToClose } from "../session/record/seen-slices.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { useRefusal } from "./use-refusal.ts";
import { stoppedWritingText, useStoppedWriting } from "./use-stopped-writing.ts";
import { useUnseen } from "./use-unseen.tsx";

type DecisionDialogProps = {
  readonly kind: "no-tumour" | "sent-back";
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: Reviewer;
  readonly onClose: () => void;
};

const words = {
  "no-tumour": {
    title: "Close: no tumour",
    text: "The patient is closed without a contour. What is drawn is kept and not signed.",
    reason: "Comment (optional)",
    action: "Sign and close",
  },
  "sent-back": {
    title: "Send this contour back",
    text: "The review is open for more work. Worklist and review show the reason until it is signed.",
    reason: "Reason",
    action: "Send back",
  },
} as const;
const formId = "decision-form";

export function DecisionDialog({ kind, session, state, reviewer, onClose }: DecisionDialogProps): ReactNode {
  const [name, setName] = useState(reviewer.name ?? "");
  const [reason, setReason] = useState("");
  const [sending, setSending] = useState(false);
  const { title, text, reason: reasonLabel, action } = words[kind];
  const { refusal, refuse, endRefusal } = useRefusal(action, state);
  const noTumour = kind === "no-tumour";
  const { unseenReason, unexplained, unseenPart } = useUnseen(
    session,
    state,
    requiredToClose(state),
    onClose,
  );
  const stopped = useStoppedWriting(state, sending) && noTumour;
  const reasonGiven = noTumour ? !unexplained : reason.trim() !== "";
  const ready = state.saving !== "offline" && name.trim() !== "" && reasonGiven && !stopped && !sending;

  const send = (): void => {
    setSending(true);
    endRefusal();
    const person = name.trim();
    const sent = noTumour
      ? session.record.closeWithoutTumour({ reviewer: person, comment: reason.trim(), unseenReason })
      : session.record.sendBack({ reviewer: person, reason: reason.trim() });
    sent.then(onClose, refuse).finally(() => setSending(false));
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      testId="decision-dialog"
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            disabled={!ready}
            data-testid="decision-confirm"
          >
            {action}
          </Button>
        </>
      }
    >
      <p className="soft">{text}</p>
      <form
        id={formId}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) send();
        }}
      >
        {noTumour && unseenPart}
        <TextField
          label="Reviewer"
          value={name}
          maxLength={64}
          // An account signs in its own name.
          disabled={reviewer.account !== null}
          data-testid="decision-reviewer"
          onChange={setName}
        />
        <TextArea
          label={reasonLabel}
          value={reason}
          maxLength={1000}
          data-testid="decision-reason"
          onChange={setReason}
        />
        {(refusal !== null || stopped) && (
          <p className="field-problem" role="alert">
            {refusal ?? stoppedWritingText}
          </p>
        )}
      </form>
    </Dialog>
  );
}
