/** Login and password, or the way to another service that knows who somebody is. */
import { type ReactNode, useState } from "react";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import type { PageSession } from "./use-session.ts";

type SignInFormProps = {
  readonly signIn: PageSession["signIn"];
  readonly singleSignOn: boolean;
  /** Nobody else may sign in here, where a page is open: the other service is asked in a new tab, and this page waits. */
  readonly login?: string;
};

export function SignInForm({ signIn, singleSignOn, login: fixed }: SignInFormProps): ReactNode {
  const [login, setLogin] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = (): void => {
    setBusy(true);
    setProblem(null);
    signIn(login, password).catch((reason: unknown) => {
      setProblem(explain(reason));
      setPassword("");
      setBusy(false);
    });
  };
  return (
    <form
      className="form-dialog"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label="Login"
        value={login}
        autoComplete="username"
        disabled={fixed !== undefined}
        first={fixed === undefined}
        data-testid="login"
        onChange={setLogin}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        autoComplete="current-password"
        first={fixed !== undefined}
        problem={problem}
        data-testid="password"
        onChange={setPassword}
      />
      <Button
        type="submit"
        variant="primary"
        disabled={busy || login === "" || password === ""}
        data-testid="sign-in"
      >
        Sign in
      </Button>
      {singleSignOn && (
        <a
          className="button button-plain"
          href={byteRoutes.singleSignOn}
          target={fixed === undefined ? undefined : "_blank"}
          rel="noopener"
          data-testid="single-sign-on"
        >
          Sign in with your hospital's account
        </a>
      )}
    </form>
  );
}
