/** Accounts for tests: one of each role, all with one password. */
import { roles } from "#contract/workspace/account.ts";
import { addUser } from "#workspace/accounts/users.ts";
import { openWorkspace } from "#workspace/workspace.ts";

export const password = "correct horse battery";

/** Logins are the roles; what stands under signatures is the role with "Doctor" before it. */
export async function addAccounts(data: string): Promise<void> {
  const workspace = await openWorkspace(data);
  try {
    for (const role of roles)
      await addUser(workspace, { login: role, displayName: `Doctor ${role}`, role, password });
  } finally {
    await workspace.close();
  }
}
