/** Who is signed in, at the end of the bar: password, accounts, signing out. */
import { type ReactNode, useState } from "react";
import type { Account } from "#contract/workspace/account.ts";
import { departmentAddress } from "../route.ts";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { isAdmin } from "./use-session.ts";

type AccountMenuProps = { readonly account: Account; readonly onSignOut: () => void };

export function AccountMenu({ account, onSignOut }: AccountMenuProps): ReactNode {
  const [changing, setChanging] = useState(false);
  const department = {
    label: "Department",
    hint: "Accounts, and who did what.",
    testId: "department",
    onChoose: () => window.location.assign(departmentAddress),
  } as const;
  return (
    <>
      <Menu
        label={`${account.displayName}, ${account.role}`}
        triggerClass="reviewer"
        testId="account-menu"
        trigger={
          <>
            <Icon name="person" />
            <span className="reviewer-name">{account.displayName}</span>
          </>
        }
        items={[
          ...(isAdmin(account) ? [department] : []),
          { label: "Change password…", onChoose: () => setChanging(true), testId: "change-password" },
          { label: "Sign out", onChoose: onSignOut, testId: "sign-out" },
        ]}
      />
      {changing && <PasswordDialog onClose={() => setChanging(false)} />}
    </>
  );
}
