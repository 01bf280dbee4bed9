/** The person who works at this browser: the account that is signed in; without accounts a name that is asked for once and kept. */
import { useState } from "react";
import type { Account } from "#contract/workspace/account.ts";
import type { PageSession } from "./account/use-session.ts";

const key = "delineate.reviewer";

export type Reviewer = {
  /** Null where the workspace has no accounts. */
  readonly account: Account | null;
  readonly signOut: () => void;
  /** Null until the person said it. */
  readonly name: string | null;
  /** The dialog that asks is open. */
  readonly asking: boolean;
  readonly ask: () => void;
  readonly cancel: () => void;
  readonly rename: (name: string) => void;
};

export function useReviewer({ session, signOut }: PageSession): Reviewer {
  const account = session?.account ?? null;
  const [name, setName] = useState(() => localStorage.getItem(key));
  const [asking, setAsking] = useState(false);
  return {
    account,
    signOut,
    name: account?.displayName ?? name,
    asking,
    ask: () => setAsking(true),
    cancel: () => setAsking(false),
    rename: (next) => {
      localStorage.setItem(key, next);
      setName(next);
      setAsking(false);
    },
  };
}
