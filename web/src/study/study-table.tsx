/** Every signed review of the study. */
import type { ReactNode } from "react";
import type { Study } from "#contract/workspace/study.ts";
import { formatCc, formatDuration, formatGap, formatNumber, formatTime } from "../format.ts";
import { reviewAddress } from "../route.ts";

export function StudyTable({ rows }: { readonly rows: Study["rows"] }): ReactNode {
  const sorted = [...rows].sort(
    (a, b) =>
      a.patientId.localeCompare(b.patientId, "en", { numeric: true }) ||
      b.start.localeCompare(a.start) ||
      a.approvedAt.localeCompare(b.approvedAt),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="table-frame" tabIndex={0} aria-label="Signed reviews">
      <table className="table" data-testid="study-table">
        <thead>
          <tr>
            <th scope="col">Patient ID</th>
            <th scope="col">Start</th>
            <th scope="col">Reviewer</th>
            <th scope="col" title="Whether the reviewer had this patient open the other way before">
              Order
            </th>
            <th scope="col">Signed</th>
            <th scope="col" className="number">
              Active time
            </th>
            <th scope="col" className="number">
              Edits
            </th>
            <th scope="col" className="number">
              Slices touched
            </th>
            <th scope="col" className="number">
              Added path (mm)
            </th>
            <th scope="col" className="number">
              DSC to automatic
            </th>
            <th scope="col" className="number">
              GTV (cc)
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={`${row.reviewId} ${row.approvedAt}`}>
              <td>
                <a href={reviewAddress(row.caseId)}>{row.patientId || "No ID"}</a>
              </td>
              <td>{startOf(row)}</td>
              <td>{row.reviewer}</td>
              <td className="soft">{orderOf(row)}</td>
              <td className="soft">{formatTime(row.approvedAt)}</td>
              <td className="number">{formatDuration(row.activeMs)}</td>
              <td className="number">{row.edits}</td>
              <td className="number">{row.slicesTouched}</td>
              <td className="number">{formatNumber(row.addedPathLengthMm, 0)}</td>
              <td className="number">{formatNumber(row.dscToAutomatic, 3)}</td>
              <td className="number">{formatCc(row.volumeCc)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Not counted are reviews by hand in which a network was asked, and what is signed once more after reopening. */
function startOf({ start, modelAsked, again }: Study["rows"][number]): string {
  const name = start === "assisted" ? "Assisted" : "Manual";
  if (again) return `${name}, signed again: not counted`;
  return start === "manual" && modelAsked ? `${name}, model asked: not counted` : name;
}

function orderOf({ arm, sinceOtherArmMs }: Study["rows"][number]): string {
  return sinceOtherArmMs === null ? arm : `${arm}, after ${formatGap(sinceOtherArmMs)}`;
}
