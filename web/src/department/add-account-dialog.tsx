/** A new account with its first password. */
import { type ReactNode, useState } from "react";
import type { Role } from "#contract/workspace/account.ts";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Select, TextField } from "../ui/fields.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { roleOptions } from "./role-options.ts";

type AddAccountDialogProps = { readonly onClose: () => void; readonly onAdded: () => void };

export function AddAccountDialog({ onClose, onAdded }: AddAccountDialogProps): ReactNode {
  const [login, setLogin] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (): void => {
    call("addUser", {}, { login, displayName, role, password }).then(onAdded, (reason: unknown) =>
      setProblem(explain(reason)),
    );
  };
  return (
    <FormDialog
      title="Add an account"
      onClose={onClose}
      onSubmit={submit}
      submit="Add"
      testId="account-dialog"
    >
      <TextField
        label="Login"
        first
        value={login}
        problem={problem}
        data-testid="new-login"
        onChange={setLogin}
      />
      <TextField
        label="Name"
        hint="Written into every version that this person signs."
        value={displayName}
        maxLength={64}
        data-testid="new-name"
        onChange={setDisplayName}
      />
      <Select
        label="Role"
        value={role}
        options={roleOptions}
        testId="new-role"
        onChange={(value) => setRole(value as Role)}
      />
      <TextField
        label="First password"
        type="password"
        hint="At least 12 characters. Tell it to the person, who changes it."
        autoComplete="new-password"
        value={password}
        data-testid="new-password"
        onChange={setPassword}
      />
    </FormDialog>
  );
}
