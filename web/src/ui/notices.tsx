/** What the page tells: a bar with a problem, a bar of progress, a page with nothing on it. */
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

type ProblemBarProps = {
  readonly children: ReactNode;
  readonly tone?: "bad" | "caution" | "good" | "note";
  readonly onDismiss?: () => void;
  readonly action?: ReactNode;
};

const problemIcons = {
  bad: "failed",
  caution: "offline",
  good: "check",
  note: "person",
} as const satisfies Record<string, IconName>;

/** Across its column, until it is dismissed or no longer true. */
export function ProblemBar({ children, tone = "bad", onDismiss, action }: ProblemBarProps): ReactNode {
  return (
    <div className={`problem problem-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={problemIcons[tone]} />
      <div className="problem-text">{children}</div>
      {action}
      {onDismiss && <IconButton icon="close" label="Dismiss" size="small" onClick={onDismiss} />}
    </div>
  );
}

type ProgressProps = {
  readonly label: string;
  /** From 0 to 1; null while nothing is known. */
  readonly part: number | null;
};

export function Progress({ label, part }: ProgressProps): ReactNode {
  const percent = part === null ? undefined : Math.round(100 * Math.min(1, Math.max(0, part)));
  return (
    <div
      className={`progress ${percent === undefined ? "progress-unknown" : ""}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className="progress-bar" style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}

type EmptyStateProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
};

export function EmptyState({ icon, title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children && <div className="empty-text">{children}</div>}
      {actions && <div className="empty-actions">{actions}</div>}
    </div>
  );
}
