/** What the person kept of the automatic contour, added to it and removed from it. */
import { type ReactNode, useDeferredValue, useMemo } from "react";
import { voxelVolumeCc } from "../../../../src/geometry/grid.ts";
import { formatCc, formatCount } from "../../format.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import type { PanelProps } from "./panels.tsx";
import { type SliceChanges, sliceChanges, totalChanges } from "./slice-changes.ts";

/** Undefined while the automatic contour is loading and where there is none. `id`: the structure that is measured. */
export function useChanges(
  session: ReviewSession,
  state: ReviewState,
  id: string,
): readonly SliceChanges[] | undefined {
  // Numbers may lag behind the pen, the pen may not lag behind numbers.
  const revision = useDeferredValue(state.structures.find((structure) => structure.id === id)?.revision);
  const automaticId = state.detail.automatic?.id;
  const automatic = automaticId === undefined ? undefined : session.maskOf(automaticId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mask changes in place, the revision says when
  return useMemo(() => {
    const now = session.maskOf(`structure:${id}`);
    return automatic && now && sliceChanges(automatic, now);
  }, [session, id, automatic?.data, revision]);
}

export function LedgerPanel({ session, state }: PanelProps): ReactNode {
  const gtv = state.structures.find(({ id }) => id === state.activeId);
  const slices = useChanges(session, state, state.activeId);
  if (state.detail.automatic === null)
    return <p className="panel-hint">This patient has no automatic contour to compare with.</p>;
  if (slices === undefined) return <p className="panel-hint">Loading the automatic contour…</p>;
  const ccPerVoxel = voxelVolumeCc(session.ct.grid);
  const total = totalChanges(slices);
  const touched = slices.filter(({ added, removed }) => added + removed > 0).length;
  const most = Math.max(1, ...slices.map(({ kept, added, removed }) => kept + added + removed));
  return (
    <>
      <dl className="ledger-total">
        {(["kept", "added", "removed"] as const).map((part) => (
          <div key={part} className={`ledger-${part}`}>
            <dt>{{ kept: "Kept", added: "Added", removed: "Removed" }[part]}</dt>
            <dd>
              {formatCc(total[part] * ccPerVoxel)} <span className="faint">cc</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="panel-hint">
        {gtv?.name}: {formatCount(touched, "slice")} of {slices.length} changed. Press a slice to see it.
      </p>
      <ul className="ledger" aria-label="Slices, from the head down">
        {slices.map(({ k, kept, added, removed }) => (
          <li key={k}>
            <button
              type="button"
              className="ledger-slice"
              aria-current={k === state.cursor[2] ? "true" : undefined}
              title={`Kept ${kept}, added ${added}, removed ${removed} voxels`}
              onClick={() => session.setCursor([state.cursor[0], state.cursor[1], k])}
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
          </li>
        ))}
      </ul>
    </>
  );
}
