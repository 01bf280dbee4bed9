/** What an admin keeps an eye on: accounts, and who did what. */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { AuditEntry, User } from "#contract/workspace/account.ts";
import { AppHeader } from "../app-header.tsx";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { ProblemBar } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { AccountTable } from "./account-table.tsx";
import { AuditTable } from "./audit-table.tsx";
import "./department.css";

/** What others do meanwhile is seen so soon. */
const refreshMs = 5000;

export function DepartmentPage({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const [users, setUsers] = useState<readonly User[]>([]);
  const [entries, setEntries] = useState<readonly AuditEntry[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    Promise.all([call("listUsers", {}, undefined), call("audit", {}, undefined)]).then(
      ([known, done]) => {
        setUsers(known);
        setEntries(done);
        setProblem(null);
      },
      (reason: unknown) => setProblem(explain(reason)),
    );
  }, []);
  useEffect(() => {
    load();
    const timer = setInterval(load, refreshMs);
    return () => clearInterval(timer);
  }, [load]);
  return (
    <>
      <AppHeader page="department" reviewer={reviewer} />
      <main className="page">
        <div className="page-inner">
          <div className="page-title">
            <h1>Department</h1>
          </div>
          {problem !== null && <ProblemBar tone="caution">{problem}</ProblemBar>}
          <AccountTable users={users} onChanged={load} />
          <AuditTable entries={entries} />
        </div>
      </main>
    </>
  );
}
