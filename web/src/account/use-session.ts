/** Who is signed in, where the workspace has accounts. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Account, Session } from "#contract/workspace/account.ts";
import { call } from "../server/api.ts";
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
    let gone = false;
    const ask = async (): Promise<void> => {
      for (;;) {
        const answer = await call("session", {}, undefined).catch(() => undefined);
        if (gone) return;
        if (answer !== undefined) return setSession(answer);
        await whenAnswering();
      }
    };
    void ask();
    return () => {
      gone = true;
    };
  }, []);

  const signIn = useCallback(async (login: string, password: string) => {
    const answer = await call("signIn", {}, { login, password });
    signedOut.clear();
    setSession(answer);
  }, []);

  const account = session?.account ?? null;
  return { session, ended: saidSo && account !== null, signIn, signOut: leave };
}

/** Loaded anew, the page holds nothing of who worked with it. */
function leave(): void {
  const reload = (): void => window.location.assign("/");
  call("signOut", {}, undefined).then(reload, reload);
}

export function isAdmin(account: Account | null): boolean {
  return account?.role === "admin";
}
