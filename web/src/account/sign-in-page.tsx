/** The page of somebody who is not signed in; and the dialog above a page whose session ended, which keeps what is open there. */
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { BrandMark } from "../app-header.tsx";
import { unsavedWork } from "../review/session/record/unsaved-work.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemBar } from "../ui/notices.tsx";
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
  const unsaved = useSyncExternalStore(unsavedWork.subscribe, unsavedWork.isFailing);
  const [leaving, setLeaving] = useState(false);
  const account = session?.account;
  if (!account) return null;
  const leave = (): void => {
    unsavedWork.giveUp();
    signOut();
  };
  return (
    <Dialog
      title="Your session ended"
      width="narrow"
      testId="sign-in-again"
      actions={
        <Button
          variant="quiet"
          onClick={unsaved && !leaving ? () => setLeaving(true) : leave}
          data-testid="somebody-else"
        >
          {unsaved && leaving ? "Discard it" : "Somebody else"}
        </Button>
      }
    >
      {unsaved && leaving && (
        <ProblemBar tone="caution">
          What {account.displayName} drew last is not saved yet: it is on this page alone, and lost for who
          goes on as somebody else. It is saved once {account.displayName} signs in.
        </ProblemBar>
      )}
      <p className="soft">
        Sign in again as {account.displayName}. The page stays as it is, and what you drew last is saved then.
        {session.singleSignOn &&
          " Your hospital's account is asked in a new tab: come back to this one then."}
      </p>
      <SignInForm signIn={signIn} singleSignOn={session.singleSignOn} login={account.login} />
    </Dialog>
  );
}
