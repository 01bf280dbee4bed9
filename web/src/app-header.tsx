/** The bar at the top of every page but the review: product, pages, reviewer. */
import type { ReactNode } from "react";
import { AccountMenu } from "./account/account-menu.tsx";
import { isAdmin } from "./account/use-session.ts";
import { departmentAddress, hereAddress, studyAddress, worklistAddress } from "./route.ts";
import { Icon } from "./ui/icon.tsx";
import type { Reviewer } from "./use-reviewer.ts";

type AppHeaderProps = {
  readonly page: "worklist" | "study" | "here" | "department";
  readonly reviewer: Reviewer;
};

export function AppHeader({ page, reviewer }: AppHeaderProps): ReactNode {
  return (
    <header className="app-head">
      <a href={worklistAddress()} className="brand">
        <BrandMark />
        Delineate
      </a>
      <nav aria-label="Pages" className="app-nav">
        <a href={worklistAddress()} aria-current={page === "worklist" ? "page" : undefined}>
          Worklist
        </a>
        <a href={studyAddress} aria-current={page === "study" ? "page" : undefined}>
          Time study
        </a>
        <a href={hereAddress} aria-current={page === "here" ? "page" : undefined}>
          On this computer
        </a>
        {isAdmin(reviewer.account) && (
          <a href={departmentAddress} aria-current={page === "department" ? "page" : undefined}>
            Department
          </a>
        )}
      </nav>
      <ReviewerButton reviewer={reviewer} />
    </header>
  );
}

export function ReviewerButton({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const { account, signOut } = reviewer;
  if (account !== null) return <AccountMenu account={account} onSignOut={signOut} />;
  return (
    <button
      type="button"
      className="reviewer"
      onClick={reviewer.ask}
      title={`Reviewer: ${reviewer.name ?? "none"}. Press to change.`}
      data-testid="reviewer"
    >
      <Icon name="person" />
      <span className="aside-label">Reviewer: </span>
      <span className="reviewer-name">{reviewer.name ?? "No reviewer"}</span>
    </button>
  );
}

/** A slice with a contour in it. */
export function BrandMark(): ReactNode {
  return (
    <svg viewBox="0 0 20 20" className="brand-mark" aria-hidden="true" fill="none">
      <path
        d="M2.5 10c0-4 3-6 7.5-6s7.5 2 7.5 6-3 6-7.5 6-7.5-2-7.5-6Z"
        stroke="currentColor"
        strokeWidth="1.5"
      />
      <path
        d="M10.2 8.100c1.3-1 3.4-.5 3.7 1.2.3 1.6-.6 3.1-2.2 3.2-1.7.1-2.8-1-2.6-2.4.1-.9.4-1.5 1.1-2Z"
        fill="var(--accent)"
      />
    </svg>
  );
}
