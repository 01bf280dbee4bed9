/** The audit log's last entries, the newest first. The whole is a file whose chain can be checked. */
import type { ReactNode } from "react";
import type { AuditEntry } from "#contract/workspace/account.ts";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { reviewAddress } from "../route.ts";
import { Icon } from "../ui/icon.tsx";
import { wordsOf } from "./audit-words.ts";

export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }): ReactNode {
  return (
    <section aria-labelledby="audit-title">
      <div className="section-title">
        <h2 id="audit-title">Who did what</h2>
        <a className="button button-plain" href={byteRoutes.auditFile} download data-testid="audit-file">
          <Icon name="download" />
          Download all
        </a>
      </div>
      <table className="department-table" data-testid="audit">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">About</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number} className={entry.refused === "" ? undefined : "soft"}>
              <td>{new Date(entry.at).toLocaleString()}</td>
              <td>{entry.who === "" ? "nobody" : entry.who}</td>
              <td data-action={entry.action}>
                {wordsOf(entry.action)}
                {entry.refused !== "" && `, refused: ${entry.refused}`}
              </td>
              <td>
                <Subject subject={entry.subject} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Subject({ subject }: Pick<AuditEntry, "subject">): ReactNode {
  const { caseId, ...others } = subject;
  return (
    <>
      {caseId !== undefined && <a href={reviewAddress(caseId)}>patient</a>}
      {Object.entries(others).map(([name, value]) => (
        <span key={name} className="soft">
          {" "}
          {name} {name.endsWith("Id") ? value.slice(0, 8) : value}
        </span>
      ))}
    </>
  );
}
