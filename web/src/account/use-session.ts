/** Who is signed in, where the workspace has accounts. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Account, Session } from "#contract/workspace/account.ts";
import { unsavedWork } from "../review/session/record/unsaved-work.ts";
import { call, speakFor } from "../server/api.ts";
import { whenAnswering } from "../server/when-answering.ts";
import { signedOut } from "./signed-out.ts";

export type PageSession = {
  /** Undefined until the first answer. */
  readonly session: Session | undefined;
  /** The session of the account that worked here ended: its page and its unsaved strokes are still there. */
  readonly ended: boolean;
  /** Rejects with `RequestError`. */
  readonly signIn: (login: string, password: string) => Promise<void>;
  readonly signOut: () => void;
};

export function useSession(): PageSession {
  const [session, setSession] = useState<Session>();
  const saidSo = useSyncExternalStore(signedOut.subscribe, signedOut.isSo);

  useEffect(() => {
    let unmounted = false;
    const ask = async (): Promise<void> => {
      for (;;) {
        const answer = await call("session", {}, undefined).catch(() => undefined);
        if (unmounted) return;
        if (answer !== undefined) {
          speakFor(answer.account?.id);
          return setSession(answer);
        }
        await whenAnswering();
      }
    };
    void ask();
    return () => {
      unmounted = true;
    };
  }, []);

  const signIn = useCallback(async (login: string, password: string) => {
    const answer = await call("signIn", {}, { login, password });
    speakFor(answer.account?.id);
    signedOut.clear();
    setSession(answer);
  }, []);

  const account = session?.account ?? null;
  const ended = saidSo && account !== null;
  useSignInElsewhere(ended, account, setSession);
  return { session, ended, signIn, signOut: () => void leave() };
}

/** The same account signed in by another tab, as who comes through another service does: whoever looks at this one again goes on. */
function useSignInElsewhere(
  ended: boolean,
  account: Account | null,
  onSession: (session: Session) => void,
): void {
  const id = account?.id;
  useEffect(() => {
    if (!ended) return;
    const look = (): void => {
      void call("session", {}, undefined).then(
        (answer) => {
          if (answer.account?.id !== id) return;
          signedOut.clear();
          onSession(answer);
        },
        () => undefined,
      );
    };
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [ended, id, onSession]);
}

/** Loaded anew, the page holds nothing of who worked with it. What it can still save it saves first. */
async function leave(): Promise<void> {
  await unsavedWork.quiet();
  await call("signOut", {}, undefined).catch(() => undefined);
  window.location.assign("/");
}

export function isAdmin(account: Account | null): boolean {
  return account?.role === "admin";
}
