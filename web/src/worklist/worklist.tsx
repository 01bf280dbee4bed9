/** The first page: every patient on this server, what state they are in, and the way to add more. */

import { type ReactNode, useCallback, useState } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { AppHeader } from "../app-header.tsx";
import { worklistAddress } from "../route.ts";
import { call } from "../server/api.ts";
import { downloadVersion } from "../server/download-version.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { EmptyState, ProblemBar } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { type Arrangement, arrangeCases, toggleSorting } from "./arrange-cases.ts";
import { arrangementOf, queryOf } from "./arrangement-query.ts";
import { CaseTable } from "./case-table.tsx";
import { Filters, noFilter } from "./filters.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { AddButtons } from "./upload/add-buttons.tsx";
import { UploadPanel } from "./upload/upload-panel.tsx";
import { useDrop } from "./upload/use-drop.ts";
import { useUpload } from "./upload/use-upload.ts";
import { useCases } from "./use-cases.ts";
import "./worklist.css";

type WorklistProps = {
  readonly reviewer: Reviewer;
  /** arrangement-query.ts */
  readonly query: string;
};

export function Worklist({ reviewer, query }: WorklistProps): ReactNode {
  const { cases, online, problem, makingSample, refetch } = useCases();
  const upload = useUpload(refetch);
  const over = useDrop(upload.add);
  const arrangement = arrangementOf(query);
  const [removing, setRemoving] = useState<CaseSummary | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const attempt = useCallback((action: Promise<unknown>) => {
    action.catch((reason: unknown) => setFailure(explain(reason)));
  }, []);
  const busy = upload.state.stage === "sending" || upload.state.stage === "reading";
  const shown = cases && arrangeCases(cases, arrangement);

  return (
    <>
      <AppHeader page="worklist" reviewer={reviewer} />
      {!online && cases !== undefined && (
        <ProblemBar tone="caution">
          The connection to the server is lost; this list may be out of date. Trying again.
        </ProblemBar>
      )}
      {failure !== null && <ProblemBar onDismiss={() => setFailure(null)}>{failure}</ProblemBar>}
      <main className="page">
        <div className="page-inner">
          <div className="page-title">
            <h1>Worklist</h1>
            <AddButtons upload={upload} />
          </div>
          <UploadPanel upload={upload} />
          {cases !== undefined && cases.length > 0 && (
            <Filters
              cases={cases}
              shown={shown ?? []}
              filter={arrangement}
              onChange={(filter) => arrange({ ...arrangement, ...filter })}
            />
          )}
          {shown !== undefined && shown.length > 0 && (
            <CaseTable
              cases={shown}
              query={query}
              sorting={arrangement.sorting}
              onSort={(key) => arrange({ ...arrangement, sorting: toggleSorting(arrangement.sorting, key) })}
              onRetry={({ id }) => attempt(call("segmentCase", { caseId: id }, { model: null }))}
              onRemove={setRemoving}
              onDownload={({ id }) => attempt(downloadLatest(id))}
            />
          )}
          {shown !== undefined && shown.length > 0 && (
            <p className="drop-hint">
              <Icon name="upload" size={14} />
              Drop a folder of DICOM files or a zip anywhere on this page
            </p>
          )}
          {shown?.length === 0 && cases !== undefined && cases.length > 0 && (
            <EmptyState
              icon="search"
              title="No patient matches"
              actions={<Button onClick={() => arrange({ ...arrangement, ...noFilter })}>Show all</Button>}
            >
              Nothing on the list has this text in name, ID or series and this state.
            </EmptyState>
          )}
          {cases?.length === 0 && (
            <EmptyState icon="inbox" title="Add the first planning CT">
              Drop a folder of DICOM files or a zip anywhere on this page. The tumour is contoured
              automatically and waits here for your review. Nothing leaves this computer.
            </EmptyState>
          )}
          {makingSample && (
            <p className="drop-hint" role="status">
              <Icon name="spinner" />A synthetic sample patient is being made and appears here within a minute
            </p>
          )}
          {cases === undefined &&
            (problem === null ? (
              <Skeleton />
            ) : (
              <EmptyState
                icon="offline"
                title="The worklist cannot be read"
                actions={
                  <Button icon="refresh" onClick={refetch}>
                    Try again
                  </Button>
                }
              >
                {problem}
              </EmptyState>
            ))}
        </div>
      </main>
      {over && (
        <div className="drop" aria-hidden="true">
          <Icon name="upload" size={30} />
          {busy ? "Drop: sent when the upload before it is done" : "Drop a folder of DICOM files or a zip"}
        </div>
      )}
      {removing && (
        <RemoveDialog
          summary={removing}
          onClose={() => setRemoving(null)}
          onRemove={() => {
            setRemoving(null);
            attempt(call("removeCase", { caseId: removing.id }, undefined).then(refetch));
          }}
        />
      )}
    </>
  );
}

/** The address is what remembers it; the page before this one stays where "back" leads. */
function arrange(arrangement: Arrangement): void {
  window.history.replaceState(null, "", worklistAddress(queryOf(arrangement)));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Saves the newest version's RTSTRUCT. */
async function downloadLatest(caseId: string): Promise<void> {
  const { versions } = await call("showCase", { caseId }, undefined);
  const newest = Math.max(...versions.map(({ number }) => number));
  if (versions.length === 0) throw new Error("This patient has no signed version yet.");
  await downloadVersion(caseId, newest);
}

function Skeleton(): ReactNode {
  return (
    <div className="table-frame skeleton" role="status" aria-label="Loading">
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className="skeleton-row">
          <span style={{ width: "14%" }} />
          <span style={{ width: "8%" }} />
          <span style={{ width: "10%" }} />
          <span style={{ width: `${24 + 4 * (row % 3)}%` }} />
        </div>
      ))}
    </div>
  );
}
