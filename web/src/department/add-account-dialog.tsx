/** A new account with its first password. */
import { type ReactNode, useState } from "react";
import type { Role } from "#contract/workspace/account.ts";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Select, TextField } from "../ui/fields.tsx";
import { roleOptions } from "./role-options.ts";
import "../account/account.css";

const formId = "account-form";

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
    <Dialog
      title="Add an account"
      width="narrow"
      onClose={onClose}
      testId="account-dialog"
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" data-testid="account-save">
            Add
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
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
      </form>
    </Dialog>
  );
}
