/** What will be signed, in numbers. */
import type { ReactNode } from "react";
import { voxelVolumeCc } from "../../../../src/geometry/grid.ts";
import { formatCc, formatDuration, formatNumber } from "../../format.ts";
import { useChanges } from "../panels/ledger-panel.tsx";
import { totalChanges } from "../panels/slice-changes.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

type ApprovalSummaryProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ApprovalSummary({ session, state }: ApprovalSummaryProps): ReactNode {
  const gtv = state.structures.find(({ type }) => type === "GTV");
  const slices = useChanges(session, state, gtv?.id ?? state.activeId);
  const ccPerVoxel = voxelVolumeCc(session.ct.grid);
  const total = slices && totalChanges(slices);
  const both = total && 2 * total.kept + total.added + total.removed;
  const touched = slices?.filter(({ added, removed }) => added + removed > 0).length;
  const drawn = state.structures.some(({ volumeCc }) => volumeCc > 0);
  return (
    <>
      <table className="sign-structures">
        <caption className="aside-label">Structures</caption>
        <tbody>
          {state.structures.map(({ id, name, type, colour, volumeCc }) => (
            <tr key={id}>
              <th scope="row">
                <span className="structure-colour" style={{ background: `rgb(${colour.join(" ")})` }} />
                {name}
              </th>
              <td className="faint">{type}</td>
              <td className="number">{volumeCc === 0 ? "empty" : `${formatCc(volumeCc)} cc`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!drawn && <p className="field-problem">Nothing is drawn: the file would hold no contour.</p>}
      <dl className="sign-facts">
        {total && (
          <>
            <Fact title="DSC to automatic">{formatNumber(both ? (2 * total.kept) / both : null, 3)}</Fact>
            <Fact title="Slices changed">{touched}</Fact>
            <Fact title="Added">{formatCc(total.added * ccPerVoxel)} cc</Fact>
            <Fact title="Removed">{formatCc(total.removed * ccPerVoxel)} cc</Fact>
          </>
        )}
        <Fact title="Active time">{formatDuration(state.activeMs)}</Fact>
      </dl>
    </>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
