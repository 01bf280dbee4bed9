/** Beside Approve: how many errors and warnings the checks have found; pressed, it lists them. */
import { type ReactNode, useState } from "react";
import { counted } from "#core/counted.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { DerivedNotes } from "../derived/derived-notes.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { type Check, placeOf, useChecks } from "./use-checks.ts";
import "./checks.css";

type ChecksProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ChecksButton({ session, state }: ChecksProps): ReactNode {
  const [open, setOpen] = useState(false);
  const checks = useChecks(session, state);
  const errors = checks.filter(({ severity }) => severity === "error").length;
  const warnings = checks.length - errors;
  const worst = errors > 0 ? "error" : warnings > 0 ? "warning" : "none";
  const counts = [
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  const close = (): void => setOpen(false);
  return (
    <>
      <button
        type="button"
        className={`button button-plain checks-${worst}`}
        title="What the checks have found in the contours as they are"
        data-testid="checks"
        onClick={() => setOpen(true)}
      >
        <Icon name={worst === "none" ? "check" : "failed"} />
        <span className="aside-label">Checks: </span>
        {worst === "none" ? "No faults" : counts.join(", ")}
      </button>
      {open && (
        <Dialog
          title="Checks"
          onClose={close}
          testId="checks-dialog"
          actions={<Button onClick={close}>Close</Button>}
        >
          <CheckList checks={checks} session={session} state={state} onShow={close} />
          <DerivedNotes session={session} state={state} place="checks" />
        </Dialog>
      )}
    </>
  );
}

type CheckListProps = ChecksProps & { readonly checks: readonly Check[]; readonly onShow: () => void };

function CheckList({ checks, session, state, onShow }: CheckListProps): ReactNode {
  if (checks.length === 0)
    return <p className="soft">Targets lie in each other, no contour is in the air, every slice was seen.</p>;
  const show = (slice: number): void => {
    session.view.setCursor(placeOf(session.getState(), slice));
    onShow();
  };
  return (
    <ul className="checks">
      {checks.map(({ id, severity, text, alike, slice }) => (
        <li key={id} className="check" data-testid={`check-${severity}`}>
          <span className={`checks-${severity}`}>
            <Icon name="failed" />
            {severity === "error" ? "Error" : "Warning"}
          </span>
          <div className="check-text">
            {text}
            {alike.length > 0 && (
              <details>
                <summary>{alike.length} more like this</summary>
                {alike.map((other) => (
                  <p key={other}>{other}</p>
                ))}
              </details>
            )}
          </div>
          {slice !== null && (
            <Button disabled={state.busy !== null} onClick={() => show(slice)}>
              Show
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
