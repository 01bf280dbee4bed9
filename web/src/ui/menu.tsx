/**
 * A button that opens a list of commands. Keyboard as WAI-ARIA's menu button pattern: arrows, Home, End, Esc; a popover, so
 * that a press anywhere else closes it.
 */
import { type ComponentProps, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Icon, type IconName } from "./icon.tsx";

type MenuItem = {
  readonly label: string;
  readonly hint?: string;
  readonly icon?: IconName;
  readonly onChoose: () => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

type MenuProps = {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly testId?: string;
  readonly triggerClass?: string;
};

export function Menu({ label, trigger, items, testId, triggerClass = "icon-button" }: MenuProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();

  const onToggle: ComponentProps<"div">["onToggle"] = (event) => {
    const isOpen = event.newState === "open";
    setOpen(isOpen);
    if (!isOpen || list.current === null || button.current === null) return;
    const { top, bottom, left, right } = button.current.getBoundingClientRect();
    const { width, height } = list.current.getBoundingClientRect();
    // What lies below the window cannot be scrolled to: above the button then.
    const below = bottom + 4 + height <= window.innerHeight;
    list.current.style.top = `${below ? bottom + 4 : Math.max(0, top - 4 - height)}px`;
    list.current.style.left = `${left + width > window.innerWidth - 8 ? right - width : left}px`;
    choices(list.current)[0]?.focus();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={triggerClass}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        data-testid={testId}
      >
        {trigger}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className="menu"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onToggle={onToggle}
        onKeyDown={moveFocus}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className="menu-item"
            disabled={item.disabled}
            data-testid={item.testId}
            onClick={() => {
              list.current?.hidePopover();
              item.onChoose();
            }}
          >
            {item.icon && <Icon name={item.icon} />}
            <span>
              {item.label}
              {item.hint && <span className="menu-hint">{item.hint}</span>}
            </span>
          </button>
        ))}
      </div>
    </>
  );
}

function choices(list: HTMLElement): HTMLButtonElement[] {
  return [...list.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  event.stopPropagation();
  const items = choices(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  items[(target + items.length) % items.length]?.focus();
}
