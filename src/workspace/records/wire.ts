/**
 * What the processes of a workspace tell each other: that there is work, that a case is to be let go, how far one is. Nothing
 * depends on a message's arrival: who missed one finds out from the records, a little later.
 */
import type { Kysely } from "kysely";
import type { CaseSummary } from "#contract/workspace/case.ts";
import type { Tables } from "./tables.ts";

export type Message =
  | { readonly kind: "work" }
  /** There will be some in a moment: a CT is being sent. */
  | { readonly kind: "coming" }
  /** Whoever works on the case ends it. */
  | { readonly kind: "cancel"; readonly caseId: string }
  /** The case's records changed, or how far the work on it is; null: nothing is going on with it. */
  | { readonly kind: "case"; readonly caseId: string; readonly progress?: CaseSummary["progress"] }
  /** The line was cut and is back: whatever was told meanwhile was missed. */
  | { readonly kind: "again" };

export type Wire = {
  /** To all processes, this one among them. With `db`: when its transaction is done, and not if it fails. */
  tell(message: Message, db?: Kysely<Tables>): Promise<void>;
  /** Gives the function that ends it. */
  hear(listener: (message: Message) => void): () => void;
};

/** Within this process alone. */
export function createLocalWire(): Wire {
  const listeners = new Set<(message: Message) => void>();
  return {
    tell: async (message) => {
      for (const listener of listeners) listener(message);
    },
    hear: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
