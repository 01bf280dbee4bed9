/** Every account: its role can be changed in place, and it can be disabled; what it signed stays. */
import { type ReactNode, useState } from "react";
import type { Role, User, UserChange } from "#contract/workspace/account.ts";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/fields.tsx";
import { ProblemBar } from "../ui/notices.tsx";
import { AddAccountDialog } from "./add-account-dialog.tsx";
import { roleOptions } from "./role-options.ts";

type AccountTableProps = { readonly users: readonly User[]; readonly onChanged: () => void };

export function AccountTable({ users, onChanged }: AccountTableProps): ReactNode {
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const change = (user: User, to: UserChange): void => {
    setProblem(null);
    call("changeUser", { userId: user.id }, to).then(onChanged, (reason: unknown) =>
      setProblem(explain(reason)),
    );
  };
  return (
    <section aria-labelledby="accounts-title">
      <div className="section-title">
        <h2 id="accounts-title">Accounts</h2>
        <Button onClick={() => setAdding(true)} data-testid="add-account">
          Add an account…
        </Button>
      </div>
      {problem !== null && <ProblemBar tone="caution">{problem}</ProblemBar>}
      <table className="department-table" data-testid="accounts">
        <thead>
          <tr>
            <th scope="col">Login</th>
            <th scope="col">Signs as</th>
            <th scope="col">Role</th>
            <th scope="col">Last seen</th>
            <th scope="col">
              <span className="aside-label">Disable</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id} className={user.disabled ? "soft" : undefined}>
              <th scope="row">{user.login}</th>
              <td>{user.displayName}</td>
              <td>
                <Select
                  label={`Role of ${user.login}`}
                  hideLabel
                  value={user.role}
                  options={roleOptions}
                  testId={`role-${user.login}`}
                  onChange={(role) => change(user, { role: role as Role })}
                />
              </td>
              {/* Who signed out, or got another password, was seen: nothing is kept of a session that ended. */}
              <td>{user.lastSeenAt === null ? "no session" : new Date(user.lastSeenAt).toLocaleString()}</td>
              <td>
                <Button
                  variant="quiet"
                  onClick={() => change(user, { disabled: !user.disabled })}
                  data-testid={`disable-${user.login}`}
                >
                  {user.disabled ? "Enable" : "Disable"}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {adding && (
        <AddAccountDialog
          onClose={() => setAdding(false)}
          onAdded={() => {
            setAdding(false);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
