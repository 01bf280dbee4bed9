/** One collapsible part of the right column; whether it is open is kept in the browser. */
import { type ReactNode, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Icon } from "../../ui/icon.tsx";

type PanelProps = {
  readonly id: string;
  readonly title: string;
  /** Open the first time. */
  readonly open?: boolean;
  /** Short and always in sight, such as a number. */
  readonly note?: ReactNode;
  /** Rendered only while the panel is open: a closed one computes nothing. */
  readonly children: () => ReactNode;
};

export function Panel({ id, title, open: first = false, note, children }: PanelProps): ReactNode {
  const key = `delineate.panel.${id}`;
  const [open, setOpen] = useState(() => (localStorage.getItem(key) ?? String(first)) === "true");
  const section = useRef<HTMLElement>(null);
  const toggle = (): void => {
    localStorage.setItem(key, String(!open));
    // What was opened is in sight, whatever stands above it.
    flushSync(() => setOpen(!open));
    if (!open) section.current?.scrollIntoView({ block: "nearest" });
  };
  return (
    <section ref={section} className="panel" aria-labelledby={`panel-${id}`}>
      <h2 className="panel-head">
        <button
          type="button"
          id={`panel-${id}`}
          aria-expanded={open}
          data-testid={`panel-${id}`}
          onClick={toggle}
        >
          <Icon name="chevron" size={13} />
          {title}
          {note !== undefined && <span className="panel-note">{note}</span>}
        </button>
      </h2>
      {open && <div className="panel-body">{children()}</div>}
    </section>
  );
}
