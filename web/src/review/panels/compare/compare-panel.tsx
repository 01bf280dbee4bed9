/** Two contours over each other in the paper's colours, and the numbers of their difference. */
import { type ReactNode, useEffect, useRef } from "react";
import { formatDifference, formatNumber } from "../../../format.ts";
import { Select, Toggle } from "../../../ui/fields.tsx";
import type { ReviewSession } from "../../session/review-session.ts";
import type { Comparison, ReviewState } from "../../session/review-state.ts";
import type { PanelProps } from "../panel-props.ts";
import { comparableSources, comparedPair } from "./compared-pair.ts";
import { useMetrics } from "./use-metrics.ts";
import "./compare.css";

export function ComparePanel({ session, state }: PanelProps): ReactNode {
  const { comparison } = state;
  const sources = comparableSources(state);
  if (sources.length < 2)
    return <p className="panel-hint">There is nothing to compare with yet: one contour only.</p>;
  const pair = comparison ?? comparedPair(state);
  const { referenceId, otherId } = pair;
  const choose = (part: Partial<Comparison>): void => session.view.setComparison({ ...pair, ...part });
  return (
    <>
      <Toggle
        label="Show in the images"
        checked={comparison !== null}
        testId="compare-on"
        onChange={(on) => session.view.setComparison(on ? pair : null)}
      />
      <Select
        label="Reference"
        value={referenceId}
        options={sources}
        testId="compare-reference"
        onChange={(id) => choose({ referenceId: id })}
      />
      <Select
        label="Compared with"
        value={otherId}
        options={sources}
        testId="compare-other"
        onChange={(id) => choose({ otherId: id })}
      />
      {comparison !== null && (
        <>
          <ul className="legend">
            <li className="colour-key legend-reference">Reference only</li>
            <li className="colour-key legend-other">Other only</li>
            <li className="colour-key legend-both">Both</li>
          </ul>
          <MetricsTable session={session} state={state} />
        </>
      )}
    </>
  );
}

function MetricsTable({ session, state }: { session: ReviewSession; state: ReviewState }): ReactNode {
  const { overlap, distances, stale } = useMetrics(session, state);
  const table = useRef<HTMLTableElement>(null);
  const shown = overlap !== undefined;
  useEffect(() => {
    // The numbers are what it was switched on for.
    if (shown) table.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  if (overlap === undefined)
    return (
      <p className="panel-hint" role="status">
        Loading the contours…
      </p>
    );
  const { slice, volume, differenceCc } = overlap;
  const ofOverlap = ["dsc", "jsc", "tpr", "fpr"] as const;
  const ofDistance = [
    ["HD95", "hd95Mm", 1],
    ["Mean distance", "meanMm", 2],
    ["Added path", "aplMm", 0],
  ] as const;
  return (
    <table ref={table} className="metrics" data-testid="metrics">
      <thead>
        <tr>
          <th scope="col">
            <span className="aside-label">Measure</span>
          </th>
          <th scope="col">Slice {state.cursor[2] + 1}</th>
          <th scope="col">Volume</th>
        </tr>
      </thead>
      <tbody>
        {ofOverlap.map((name) => (
          <tr key={name}>
            <th scope="row">{name.toUpperCase()}</th>
            <td>{ratio(name, slice[name])}</td>
            <td data-testid={`volume-${name}`}>{ratio(name, volume[name])}</td>
          </tr>
        ))}
        {ofDistance.map(([title, name, digits]) => (
          <tr key={name} className={stale || distances === undefined ? "metrics-stale" : undefined}>
            <th scope="row">
              {title} <span className="faint">mm</span>
            </th>
            <td>{formatNumber(distances?.slice[name] ?? null, digits)}</td>
            <td>{formatNumber(distances?.volume[name] ?? null, digits)}</td>
          </tr>
        ))}
        <tr title="Volume of the one compared minus the reference's">
          <th scope="row">
            Difference <span className="faint">cc</span>
          </th>
          <td>–</td>
          <td>{formatDifference(differenceCc, 2)}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** FPR counts against the whole slice or CT, a small number even where much is wrong. */
function ratio(name: "dsc" | "jsc" | "tpr" | "fpr", value: number | null): string {
  return name === "fpr" && value === 0 ? "0" : formatNumber(value, name === "fpr" ? 5 : 3);
}
