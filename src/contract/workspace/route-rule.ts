/** What each route states beside its path. */
import type { Access } from "./account.ts";

export type RouteRule = {
  readonly access: Access;
  /** Stands in the audit log; "account": with what is asked of an account, but for its password. */
  readonly audited?: true | "account";
  /** The page asks by itself: it says nothing of a person who is there. */
  readonly background?: true;
  /** A program may ask with an account's name and password in place of a session (http/access/passwords.ts). */
  readonly byPassword?: true;
};
