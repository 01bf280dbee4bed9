/**
 * A dialog over the page: the browser's own modal <dialog>, which keeps the focus inside, closes on Esc and gives the focus
 * back. Rendered only while it is open.
 */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { IconButton } from "./button.tsx";

type DialogProps = {
  readonly title: string;
  /** Called by Esc, the cross and a press beside the dialog; absent: the dialog has to be answered. */
  readonly onClose?: () => void;
  readonly width?: "narrow" | "normal" | "wide";
  readonly children: ReactNode;
  /** The row of buttons: what closes first, the next step last. */
  readonly actions?: ReactNode;
  readonly testId?: string;
};

export function Dialog({
  title,
  onClose,
  width = "normal",
  children,
  actions,
  testId,
}: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  /** A text that is selected to beyond the dialog's edge is a click beside it, too. */
  const pressedBeside = useRef(false);
  const titleId = useId();
  // Closed before it leaves the page: of one that has left, the browser gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    // The browser would take the first button, which is the cross.
    const first = element.querySelector<HTMLElement>("[data-first]");
    (first ?? element.querySelector<HTMLElement>(".dialog-body"))?.focus();
    return () => {
      element.close();
      // What opened it may be gone: a structure that it removed, the button that signs. After the page was drawn without them.
      queueMicrotask(() => {
        if (document.activeElement === document.body)
          document.querySelector<HTMLElement>("[data-after-dialog]")?.focus();
      });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${width}`}
      aria-labelledby={titleId}
      data-testid={testId}
      // At a second Esc the browser asks nobody and closes it: one that has to be answered takes none.
      closedby={onClose === undefined ? "none" : "closerequest"}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onPointerDown={(event) => {
        pressedBeside.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        if (event.target === dialog.current && pressedBeside.current) onClose?.();
      }}
      // The page's shortcuts do not act on what lies below.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-frame">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {onClose && <IconButton icon="close" label="Close" shortcut="Esc" onClick={onClose} />}
        </header>
        {/* What scrolls must be reachable by keyboard. */}
        <div className="dialog-body" tabIndex={width === "wide" ? 0 : -1}>
          {children}
        </div>
        {actions && <footer className="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
