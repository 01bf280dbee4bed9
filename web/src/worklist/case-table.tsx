/** The cases as a table: sortable by its heads, rows by arrows, a case opens by Enter or a press on its row. */
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import {
  formatAge,
  formatCc,
  formatPatientName,
  formatSeries,
  formatStudyDate,
  formatTime,
} from "../format.ts";
import { byHandAddress, reviewAddress } from "../route.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { WorthTag } from "../ui/worth-tag.tsx";
import { type Sorting, type SortKey, worthShown } from "./arrange-cases.ts";
import { CaseStateCell } from "./case-state.tsx";

const columns: readonly { readonly key: SortKey; readonly title: string; readonly number?: boolean }[] = [
  { key: "patientName", title: "Patient" },
  { key: "patientId", title: "ID" },
  { key: "state", title: "State" },
  { key: "expected", title: "Expected DSC" },
  { key: "studyDate", title: "Study date" },
  { key: "seriesDescription", title: "Series" },
  { key: "sliceCount", title: "Slices", number: true },
  { key: "gtvCc", title: "GTV (cc)", number: true },
  { key: "changedAt", title: "Changed" },
];

type CaseActions = {
  readonly onRetry: (summary: CaseSummary) => void;
  readonly onRemove: (summary: CaseSummary) => void;
  readonly onDownload: (summary: CaseSummary) => void;
};

type CaseTableProps = CaseActions & {
  readonly cases: readonly CaseSummary[];
  /** Of the list, for the way back to it. */
  readonly query: string;
  readonly sorting: Sorting;
  readonly onSort: (key: SortKey) => void;
};

export function CaseTable({ cases, query, sorting, onSort, ...actions }: CaseTableProps): ReactNode {
  const nowMs = useMinutes();
  return (
    <div className="table-frame">
      <table className="table case-table" onKeyDown={moveAmongRows}>
        <caption className="aside-label">Patients</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, number }) => (
              <th
                key={key}
                scope="col"
                className={number ? "number" : undefined}
                aria-sort={
                  sorting.key === key ? (sorting.descending ? "descending" : "ascending") : undefined
                }
              >
                <button type="button" className="sort" onClick={() => onSort(key)}>
                  {title}
                  <Icon name="chevron" size={12} />
                </button>
              </th>
            ))}
            <th scope="col">
              <span className="aside-label">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {cases.map((summary) => (
            <CaseRow key={summary.id} summary={summary} query={query} nowMs={nowMs} {...actions} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type CaseRowProps = CaseActions & {
  readonly summary: CaseSummary;
  readonly query: string;
  readonly nowMs: number;
};

function CaseRow({ summary, query, nowMs, onRetry, onRemove, onDownload }: CaseRowProps): ReactNode {
  const { id, state } = summary;
  const name = formatPatientName(summary.patientName);
  return (
    // The link in it is what keyboard and screen reader use; a press beside it is a convenience.
    <tr
      data-testid={`case-${id}`}
      data-state={state}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest("a, button") === null)
          window.location.hash = reviewAddress(id, query);
      }}
    >
      <th scope="row" className="case-name">
        <a href={reviewAddress(id, query)} className="case-link" title={name}>
          {name}
        </a>
        {summary.sample && <span className="tag">Sample</span>}
      </th>
      <td className="soft">
        <span className="case-id" title={`${summary.patientId}, in names of files ${summary.patientLabel}`}>
          {summary.patientId || "–"}
        </span>
      </td>
      <td className="case-state">
        <CaseStateCell summary={summary} onRetry={() => onRetry(summary)} />
      </td>
      <td className="case-expected">
        <WorthTag worth={worthShown(summary)} headed />
      </td>
      <td className="soft">{formatStudyDate(summary.studyDate)}</td>
      <td className="soft case-series" title={formatSeries(summary)}>
        {formatSeries(summary)}
      </td>
      <td className="number soft">{summary.sliceCount}</td>
      <td className="number">{formatCc(summary.gtvCc)}</td>
      <td className="soft">
        <time dateTime={summary.changedAt} title={formatTime(summary.changedAt)}>
          {formatAge(summary.changedAt, nowMs)}
        </time>
      </td>
      <td className="case-actions">
        <div>
          {(state === "approved" || state === "exported") && (
            <IconButton
              icon="download"
              label={`Download RTSTRUCT of ${name}`}
              side="left"
              data-testid={`download-${id}`}
              onClick={() => onDownload(summary)}
            />
          )}
          {state !== "received" && state !== "failed" && (
            <IconButton
              icon="edit"
              label={`Contour ${name} by hand, without the automatic contour`}
              side="left"
              data-testid={`by-hand-${id}`}
              onClick={() => {
                window.location.hash = byHandAddress(id, query);
              }}
            />
          )}
          <IconButton
            icon="clear"
            label={`Delete ${name}`}
            side="left"
            data-testid={`remove-${id}`}
            onClick={() => onRemove(summary)}
          />
        </div>
      </td>
    </tr>
  );
}

function moveAmongRows(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a.case-link")];
  const row = document.activeElement?.closest("tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  event.preventDefault();
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

/** The time, anew every half minute. */
function useMinutes(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), 30_000);
    return () => window.clearInterval(timer);
  }, []);
  return nowMs;
}
