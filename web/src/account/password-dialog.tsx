/** Asks for the current password and a new one. */
import { type ReactNode, useState } from "react";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import "./account.css";

const formId = "password-form";
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
    <Dialog
      title="Change your password"
      width="narrow"
      onClose={onClose}
      testId="password-dialog"
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            disabled={current === "" || password.length < shortest}
          >
            Change
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
      </form>
    </Dialog>
  );
}
