/** Saves the report of a signed version: one page to read and to print. */
import type { ReactNode } from "react";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { fillPath } from "../server/api.ts";

type ReportLinkProps = {
  readonly caseId: string;
  readonly version: number;
  readonly className: string;
  readonly testId: string;
};

export function ReportLink({ caseId, version, className, testId }: ReportLinkProps): ReactNode {
  const href = fillPath(byteRoutes.report, { caseId, number: String(version) });
  return (
    <a
      className={className}
      href={href}
      download
      title="One HTML page with volumes, checks and pictures, to be printed on A4"
      data-testid={testId}
    >
      Report
    </a>
  );
}
