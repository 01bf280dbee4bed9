/** Asks for the current password and a new one. */
import { type ReactNode, useState } from "react";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { TextField } from "../ui/fields.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";

const shortest = 12;

export function PasswordDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (): void => {
    call("changePassword", {}, { current, password }).then(onClose, (reason: unknown) =>
      setProblem(explain(reason)),
    );
  };
  return (
    <FormDialog
      title="Change your password"
      onClose={onClose}
      onSubmit={submit}
      submit="Change"
      disabled={current === "" || password.length < shortest}
      testId="password-dialog"
    >
      <TextField
        label="Current password"
        type="password"
        first
        value={current}
        problem={problem}
        autoComplete="current-password"
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        type="password"
        hint={`At least ${shortest} characters; a sentence is fine. Your other sessions end.`}
        value={password}
        autoComplete="new-password"
        onChange={setPassword}
      />
    </FormDialog>
  );
}
