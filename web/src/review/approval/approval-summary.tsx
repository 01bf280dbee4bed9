/** What will be signed, in numbers. */
import type { ReactNode } from "react";
import { formatCc, formatDuration, formatNumber } from "../../format.ts";
import { worthText } from "../../ui/worth.ts";
import { useLedger } from "../panels/use-ledger.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

type ApprovalSummaryProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ApprovalSummary({ session, state }: ApprovalSummaryProps): ReactNode {
  const worth = state.detail.summary.expected;
  // All GTVs together, as the signed version counts them.
  const gtvs = state.structures.filter(({ type }) => type === "GTV").map(({ id }) => id);
  const ledger = useLedger(session, state, gtvs);
  const bothCc = ledger && ledger.automaticCc + ledger.editedCc;
  // What was drawn from nothing changed nothing.
  const assisted = state.start === "assisted";
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
              <td className="faint">{name.startsWith(type) ? "" : type}</td>
              <td className="number">{volumeCc === 0 ? "empty" : `${formatCc(volumeCc)} cc`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!drawn && <p className="field-problem">Nothing is drawn: the file would hold no contour.</p>}
      <dl className="sign-facts">
        {ledger && (
          <>
            <Fact title="DSC to automatic">
              {formatNumber(bothCc ? (2 * ledger.keptCc) / bothCc : null, 3)}
            </Fact>
            {assisted && <Fact title="Slices changed">{ledger.slicesTouched}</Fact>}
            {assisted && <Fact title="Added">{formatCc(ledger.addedCc)} cc</Fact>}
            {assisted && <Fact title="Removed">{formatCc(ledger.removedCc)} cc</Fact>}
          </>
        )}
        {worth && assisted && <Fact title="Automatic contour">{worthText(worth)}</Fact>}
        <Fact title="Edits">{state.editCount}</Fact>
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
