/** The page of somebody who is not signed in; and the dialog above a page whose session ended, which keeps what is open there. */
import type { ReactNode } from "react";
import { BrandMark } from "../app-header.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import type { PageSession } from "./use-session.ts";
import "./account.css";

export function SignInPage({ signIn, session }: PageSession): ReactNode {
  return (
    <main className="page sign-in-page">
      <div className="sign-in-box">
        <h1 className="brand">
          <BrandMark />
          Delineate
        </h1>
        <SignInForm signIn={signIn} singleSignOn={session?.singleSignOn === true} />
      </div>
    </main>
  );
}

/** Another account begins with the page loaded anew: what the first one drew and did not save is not the other's. */
export function SignInAgain({ signIn, session, signOut }: PageSession): ReactNode {
  const account = session?.account;
  if (!account) return null;
  return (
    <Dialog
      title="Your session ended"
      width="narrow"
      testId="sign-in-again"
      actions={
        <Button variant="quiet" onClick={signOut} data-testid="somebody-else">
          Somebody else
        </Button>
      }
    >
      <p className="soft">
        Sign in again as {account.displayName}. The page stays as it is, and what you drew last is saved then.
        {session.singleSignOn &&
          " Your hospital's account is asked in a new tab: come back to this one then."}
      </p>
      <SignInForm signIn={signIn} singleSignOn={session.singleSignOn} login={account.login} />
    </Dialog>
  );
}
