/** What the person kept of the automatic contour, added to it and removed from it. */
import type { ReactNode } from "react";
import { counted } from "#core/counted.ts";
import type { LedgerSlice } from "#editing/patch/ledger.ts";
import { formatCc } from "../../format.ts";
import type { PanelProps } from "./panel-props.ts";
import { useLedger } from "./use-ledger.ts";
import "./ledger.css";

export function LedgerPanel({ session, state }: PanelProps): ReactNode {
  const active = state.structures.find(({ id }) => id === state.activeId);
  const ledger = useLedger(session, state, [state.activeId]);
  if (state.detail.automatic === null)
    return <p className="panel-hint">This patient has no automatic contour to compare with.</p>;
  if (ledger === undefined) return <p className="panel-hint">Loading the automatic contour…</p>;
  const done = session.pen.doneInWords;
  const totals = [
    ["kept", "Kept", ledger.keptCc],
    ["added", "Added", ledger.addedCc],
    ["removed", "Removed", ledger.removedCc],
  ] as const;
  const most = Math.max(1, ...ledger.slices.map(({ kept, added, removed }) => kept + added + removed));
  return (
    <>
      <dl className="ledger-total">
        {totals.map(([part, title, cc]) => (
          <div key={part} className={`ledger-${part}`}>
            <dt className="colour-key">{title}</dt>
            <dd>
              {formatCc(cc)} <span className="faint">cc</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="panel-hint">
        {active?.name}: {ledger.slicesTouched} of {counted(ledger.slices.length, "slice")} changed
      </p>
      {done.length > 0 && <p className="panel-hint">By {done.join(", ")}</p>}
      <ul className="ledger" aria-label="Slices, from the head down">
        {ledger.slices.toReversed().map((slice) => (
          <li key={slice.k}>
            <LedgerRow
              {...{ slice, most }}
              current={slice.k === state.cursor[2]}
              onGo={() => session.view.setCursor([state.cursor[0], state.cursor[1], slice.k])}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

type LedgerRowProps = {
  readonly slice: LedgerSlice;
  /** Voxels at the full width of the bar. */
  readonly most: number;
  readonly current: boolean;
  readonly onGo: () => void;
};

function LedgerRow({ slice, most, current, onGo }: LedgerRowProps): ReactNode {
  const { k, kept, added, removed } = slice;
  return (
    <button
      type="button"
      className="ledger-slice"
      aria-current={current ? "true" : undefined}
      title={`Slice ${k + 1}: ${kept} voxels kept, ${added} added, ${removed} removed`}
      onClick={onGo}
    >
      <span className="ledger-number">{k + 1}</span>
      <span className="ledger-bar">
        <span className="ledger-kept" style={{ width: `${(100 * kept) / most}%` }} />
        <span className="ledger-added" style={{ width: `${(100 * added) / most}%` }} />
        <span className="ledger-removed" style={{ width: `${(100 * removed) / most}%` }} />
      </span>
      <span className="ledger-change">
        {added + removed === 0 ? <span className="faint">as it was</span> : `+${added} −${removed}`}
      </span>
    </button>
  );
}
