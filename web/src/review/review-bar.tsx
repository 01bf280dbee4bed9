/** The bar over the images: whose they are, whether the work is saved, undo, and the next step. */
import type { ReactNode } from "react";
import { ReviewerButton } from "../app-header.tsx";
import { formatDuration, formatPatientName } from "../format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { WorthTag } from "../ui/worth-tag.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { StateTag } from "../worklist/case-state.tsx";
import { ChecksButton } from "./checks/checks-button.tsx";
import { MakeAnewButton } from "./derived/make-anew-button.tsx";
import { type ListPlace, ListWays } from "./list-ways.tsx";
import type { ReviewSession } from "./session/review-session.ts";
import type { ReviewState, SaveState } from "./session/review-state.ts";
import type { OpenReview } from "./use-review.ts";

type ReviewBarProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly review: OpenReview;
  readonly reviewer: Reviewer;
  readonly onHelp: () => void;
  readonly onApprove: () => void;
  /** Ends the review otherwise. */
  readonly onDecide: (kind: "no-tumour" | "sent-back") => void;
  readonly list: ListPlace;
  /** Instead of leaving for an address, while changes are not saved. */
  readonly onLeave: (address: string) => void;
};

export function ReviewBar(props: ReviewBarProps): ReactNode {
  const { session, state, review, reviewer, list, onHelp, onApprove, onDecide, onLeave } = props;
  const { summary } = state.detail;
  const { hasAutomatic } = state;
  const offline = state.saving === "offline";
  return (
    <header className="bar">
      <ListWays list={list} free={!offline && state.saving !== "lost"} onLeave={onLeave} />
      <div className="bar-patient">
        <h1 title={formatPatientName(summary.patientName)}>{formatPatientName(summary.patientName)}</h1>
        <span className="soft bar-id" title={summary.patientId}>
          {summary.patientId}
        </span>
        <StateTag state={state.editable ? "in-review" : summary.state} />
        {state.start === "manual" && <span className="tag">Manual</span>}
        <WorthTag worth={summary.expected} />
      </div>
      <div className="bar-group">
        <IconButton
          icon="undo"
          label={state.undoes === null ? "Undo" : `Undo ${state.undoes}`}
          shortcut="Ctrl+Z"
          disabled={state.undoes === null || !state.editable}
          data-testid="undo"
          onClick={() => session.pen.undo()}
        />
        <IconButton
          icon="redo"
          label={state.redoes === null ? "Redo" : `Redo ${state.redoes}`}
          shortcut="Ctrl+Shift+Z"
          disabled={state.redoes === null || !state.editable}
          data-testid="redo"
          onClick={() => session.pen.redo()}
        />
      </div>
      <span className="bar-room" />
      <span
        className="bar-note"
        title="Active contouring time: pauses of more than 15 seconds and time with this page hidden are left out."
        data-testid="active-time"
      >
        <Icon name="clock" />
        <span className="aside-label">Active time</span>
        {formatDuration(state.activeMs)}
      </span>
      <SaveNote saving={state.saving} />
      <ReviewerButton reviewer={reviewer} />
      <Menu
        label="More"
        trigger={<Icon name="more" size={17} />}
        testId="review-menu"
        items={[
          {
            label: "No tumour…",
            hint: "Closes the patient without a contour, signed by you.",
            icon: "check",
            testId: "no-tumour",
            disabled: offline || !state.editable || state.busy !== null,
            onChoose: () => onDecide("no-tumour"),
          },
          {
            label: "Send back…",
            hint: "Rejects the contour with a reason, which the worklist shows.",
            icon: "undo",
            testId: "send-back",
            disabled: offline,
            onChoose: () => onDecide("sent-back"),
          },
          {
            label: "Contour from scratch (manual)",
            hint: "A new, empty review without the model's contour, doubt and tools; its time is measured apart. Goes on with one that somebody drew in already.",
            icon: "edit",
            testId: "begin-manual",
            disabled: offline,
            onChoose: () => review.begin("manual", true),
          },
          {
            label: "Go on with the automatic contour",
            hint: !hasAutomatic
              ? "There is none yet."
              : "The assisted review where it was left; a new one if that is signed.",
            icon: "fill",
            testId: "begin-assisted",
            disabled: offline || !hasAutomatic || state.start === "assisted",
            onChoose: () => review.begin("assisted", false),
          },
        ]}
      />
      <IconButton icon="help" label="Keys and mouse" shortcut="?" onClick={onHelp} data-testid="help" />
      <MakeAnewButton session={session} state={state} />
      {state.editable && <ChecksButton session={session} state={state} />}
      <Button
        variant="primary"
        icon="approve"
        disabled={!state.editable || state.busy !== null}
        onClick={onApprove}
        data-testid="approve"
      >
        Approve…
      </Button>
    </header>
  );
}

const saveNotes: Record<
  SaveState,
  { readonly icon: IconName; readonly text: string; readonly title: string }
> = {
  saved: { icon: "check", text: "Saved", title: "Every change is on the server." },
  saving: { icon: "cloud", text: "Saving", title: "Changes are on their way to the server." },
  offline: {
    icon: "offline",
    text: "Offline",
    title:
      "The server does not answer. Your changes are kept in this tab and sent when it does; leave the tab open.",
  },
  reading: { icon: "eye", text: "Reading", title: "This page does not write the review." },
  stopped: { icon: "failed", text: "Reload needed", title: "This page can no longer change the review." },
  lost: {
    icon: "failed",
    text: "Not saved",
    title: "What you drew last could not be saved: see the messages.",
  },
};

function SaveNote({ saving }: { readonly saving: SaveState }): ReactNode {
  const { icon, text, title } = saveNotes[saving];
  return (
    <span
      className={`bar-note bar-save bar-save-${saving}`}
      role="status"
      title={title}
      data-testid="save-state"
      data-state={saving}
    >
      <Icon name={icon} />
      {text}
    </span>
  );
}
