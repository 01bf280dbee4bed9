/** What an admin keeps an eye on: work, rules and deliveries, accounts, and who did what. */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { AuditEntry, User } from "#contract/workspace/account.ts";
import type { Delivery } from "#contract/workspace/delivery.ts";
import type { WorkFacts } from "#contract/workspace/work.ts";
import { AppHeader } from "../app-header.tsx";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { ProblemBar } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { AccountTable } from "./account-table.tsx";
import { AuditTable } from "./audit-table.tsx";
import { DeliveryTable } from "./delivery-table.tsx";
import { WorkSection } from "./work-section.tsx";
import "./department.css";

/** What others do meanwhile is seen so soon. */
const refreshMs = 5000;

type Shown = {
  readonly users: readonly User[];
  readonly entries: readonly AuditEntry[];
  readonly work: WorkFacts;
  readonly deliveries: readonly Delivery[];
};

async function readAll(): Promise<Shown> {
  const [users, entries, work, deliveries] = await Promise.all([
    call("listUsers", {}, undefined),
    call("audit", {}, undefined),
    call("work", {}, undefined),
    call("listDeliveries", {}, undefined),
  ]);
  return { users, entries, work, deliveries };
}

export function DepartmentPage({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    readAll().then(
      (next) => {
        setShown(next);
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
          {shown !== undefined && (
            <>
              <WorkSection work={shown.work} />
              <DeliveryTable deliveries={shown.deliveries} onChanged={load} />
              <AccountTable users={shown.users} onChanged={load} />
              <AuditTable entries={shown.entries} />
            </>
          )}
        </div>
      </main>
    </>
  );
}
