/** The time that contouring took, by hand and assisted: the paper's last result, of this clinic's own reviews. */

import { type ReactNode, useCallback, useEffect, useState } from "react";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { Study } from "#contract/workspace/study.ts";
import { AppHeader } from "../app-header.tsx";
import { worklistAddress } from "../route.ts";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { EmptyState } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { StudyResult } from "./study-result.tsx";
import { StudyTable } from "./study-table.tsx";
import "./study.css";

export function StudyPage({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const [study, setStudy] = useState<Study>();
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    setProblem(null);
    call("study", {}, undefined).then(setStudy, (reason: unknown) => setProblem(explain(reason)));
  }, []);
  useEffect(load, [load]);

  return (
    <>
      <AppHeader page="study" reviewer={reviewer} />
      <main className="page">
        <div className="page-inner">
          <div className="page-title">
            <h1>Time study</h1>
            {study !== undefined && study.rows.length > 0 && (
              <a className="button button-plain" href={byteRoutes.studyCsv} download data-testid="study-csv">
                <Icon name="download" />
                Download CSV
              </a>
            )}
          </div>
          {problem !== null && (
            <EmptyState
              icon="offline"
              title="The study cannot be read"
              actions={
                <Button icon="refresh" onClick={load}>
                  Try again
                </Button>
              }
            >
              {problem}
            </EmptyState>
          )}
          {problem === null && study === undefined && (
            <EmptyState icon="spinner" title="Reading the reviews" />
          )}
          {study?.rows.length === 0 && (
            <EmptyState
              icon="clock"
              title="No review is signed yet"
              actions={
                <a className="button button-primary" href={worklistAddress()}>
                  Open the worklist
                </a>
              }
            >
              <p>
                Every review is timed while you work. Sign one that began with the automatic contour and one
                contoured from scratch, and this page compares the two, as the paper did: 15 minutes by hand,
                10 minutes assisted.
              </p>
            </EmptyState>
          )}
          {study !== undefined && study.rows.length > 0 && (
            <>
              <StudyResult study={study} />
              <StudyTable rows={study.rows} />
            </>
          )}
        </div>
      </main>
    </>
  );
}
