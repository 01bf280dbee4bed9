/** Over the images of an approved review: it is for looking, until it is opened again. */

import type { ReactNode } from "react";
import { formatTime } from "../../format.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBar } from "../../ui/notices.tsx";
import { DownloadButton } from "../download-button.tsx";
import { ReportLink } from "../report-link.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

type ApprovedBarProps = {
  readonly session: ReviewSession;
  readonly state: ReviewState;
  readonly reviewer: string;
};

export function ApprovedBar({ session, state, reviewer }: ApprovedBarProps): ReactNode {
  const { versions, summary } = state.detail;
  const version = versions
    .filter(({ reviewId }) => reviewId === state.reviewId)
    .sort((a, b) => a.number - b.number)
    .at(-1);
  const closing = state.decisions.findLast(({ kind }) => kind === "no-tumour");
  const reopen = (): void => {
    session.view.endProblem("reopen");
    session.record.reopen(reviewer).catch((reason: unknown) => session.view.showProblem("reopen", reason));
  };
  return (
    <ProblemBar
      tone="good"
      action={
        <>
          {version && (
            <DownloadButton
              className="button button-plain"
              caseId={summary.id}
              version={version.number}
              testId="download-rtstruct"
            >
              <Icon name="download" />
              RTSTRUCT
            </DownloadButton>
          )}
          {version && (
            <ReportLink
              className="button button-plain"
              caseId={summary.id}
              version={version.number}
              testId="download-report"
            />
          )}
          <Button icon="edit" onClick={reopen} data-testid="reopen" data-after-dialog="">
            Reopen to change
          </Button>
        </>
      }
    >
      {summary.state === "no-tumour"
        ? `Closed: no tumour, signed by ${closing?.reviewer} on ${formatTime(closing?.at ?? summary.changedAt)}. For looking only.`
        : version
          ? `Version ${version.number}, signed by ${version.reviewer} on ${formatTime(version.approvedAt)}. For looking only.`
          : "This review is signed. For looking only."}
    </ProblemBar>
  );
}
