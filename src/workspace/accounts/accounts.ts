/** The accounts that a server works with: whether anybody has to sign in, who is, and what stands in the audit log. */
import type { Account } from "#contract/workspace/account.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type AuditEvent, appendAudit } from "./audit.ts";
import { Sessions } from "./sessions.ts";
import type { SingleSignOn } from "./single-sign-on.ts";
import { hasUsers } from "./users.ts";

export type Accounts = {
  /** False where the workspace has no account: who reaches it may do everything, and it listens on its own machine alone. */
  readonly required: boolean;
  readonly sessions: Sessions;
  readonly singleSignOn: SingleSignOn | undefined;
  /** Nothing where there are no accounts: it would not say who. */
  audit(event: AuditEvent): Promise<void>;
};

type AccountOptions = {
  readonly singleSignOn?: SingleSignOn | undefined;
  readonly now?: (() => Date) | undefined;
};

/** The first account is made while no server runs (`delineate user add`): what is found now holds until the next start. */
export async function openAccounts(
  workspace: Pick<Workspace, "db" | "transact">,
  { singleSignOn, now }: AccountOptions = {},
): Promise<Accounts> {
  const required = singleSignOn !== undefined || (await hasUsers(workspace.db));
  return {
    required,
    sessions: new Sessions(workspace.db, now),
    singleSignOn,
    audit: async (event) => {
      if (required) await appendAudit(workspace, event);
    },
  };
}

/** What the audit log calls somebody. */
export const whoIs = (account: Account | null): string => account?.login ?? "";
