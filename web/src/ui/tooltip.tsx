/**
 * A label that appears beside a control on hover and keyboard focus. It repeats the control's accessible name and adds the
 * shortcut, hence hidden from assistive technology. It lies in the top layer, so that no scrolling panel and no dialog cuts it.
 */
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Long enough not to flicker under a moving pointer. */
const delayMs = 350;
const gapPx = 8;

export type Side = "right" | "below" | "left";

type TooltipProps = {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly side: Side;
  readonly children: ReactNode;
};

export function Tooltip({ anchor, side, children }: TooltipProps): ReactNode {
  const [open, setOpen] = useState(false);
  const bubble = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    const control = anchor.current;
    if (control === null) return;
    let timer = 0;
    const show = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setOpen(true), delayMs);
    };
    const focus = (): void => {
      if (control.matches(":focus-visible")) setOpen(true);
    };
    const hide = (): void => {
      window.clearTimeout(timer);
      setOpen(false);
    };
    control.addEventListener("pointerenter", show);
    control.addEventListener("focus", focus);
    for (const event of ["pointerleave", "pointerdown", "blur", "keydown"])
      control.addEventListener(event, hide);
    return () => {
      window.clearTimeout(timer);
      control.removeEventListener("pointerenter", show);
      control.removeEventListener("focus", focus);
      for (const event of ["pointerleave", "pointerdown", "blur", "keydown"])
        control.removeEventListener(event, hide);
    };
  }, [anchor]);

  useLayoutEffect(() => {
    const element = bubble.current;
    const control = anchor.current;
    if (!open || element === null || control === null) return;
    element.showPopover();
    place(element, control.getBoundingClientRect(), side);
  }, [open, anchor, side]);

  if (!open) return null;
  return (
    <span ref={bubble} className="tooltip" popover="manual" aria-hidden="true">
      {children}
    </span>
  );
}

/** Beside the control, pushed back into the window where it would leave it. */
function place(bubble: HTMLElement, control: DOMRect, side: Side): void {
  const { width, height } = bubble.getBoundingClientRect();
  const middle = {
    x: control.left + (control.width - width) / 2,
    y: control.top + (control.height - height) / 2,
  };
  let { x, y } = middle;
  if (side === "right") x = control.right + gapPx;
  if (side === "left") x = control.left - width - gapPx;
  if (side === "below") y = control.bottom + gapPx;
  if (y + height > window.innerHeight) y = control.top - height - gapPx;
  bubble.style.left = `${Math.max(4, Math.min(x, window.innerWidth - width - 4))}px`;
  bubble.style.top = `${Math.max(4, y)}px`;
}
