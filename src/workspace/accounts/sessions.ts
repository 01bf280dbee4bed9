/** Who is signed in: a random token in the browser's cookie, its hash here. A session ends by itself, or when its person says so. */
import { createHash, randomBytes } from "node:crypto";
import type { Account } from "#contract/workspace/account.ts";
import type { Db } from "#workspace/records/database.ts";
import { accountOf } from "./users.ts";

/** A session ends where nothing was asked for so long: an hour away from the screen. */
const idleMs = 3_600_000;
/** And after a working day. */
const longestMs = 12 * 3_600_000;

export class Sessions {
  readonly #db: Db;
  readonly #now: () => Date;

  constructor(db: Db, now: () => Date = () => new Date()) {
    this.#db = db;
    this.#now = now;
  }

  /** The token for the cookie. Sessions that ended are forgotten. */
  async begin({ id }: Account): Promise<string> {
    const token = randomBytes(32).toString("base64url");
    const now = this.#now();
    await this.#db.deleteFrom("sessions").where("began_at", "<", this.#earliest(now).began).execute();
    const row = { token_hash: hashOf(token), user_id: id, began_at: now, seen_at: now };
    await this.#db.insertInto("sessions").values(row).execute();
    return token;
  }

  /** Null where it ended or never was. `awake`: a person asks, not the page by itself: the session is not idle. */
  async account(token: string, awake: boolean): Promise<Account | null> {
    const now = this.#now();
    const { began, seen } = this.#earliest(now);
    const row = await this.#db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.user_id")
      .select(["users.id", "login", "display_name", "role"])
      .where("token_hash", "=", hashOf(token))
      .where("began_at", ">=", began)
      .where("seen_at", ">=", seen)
      .where("disabled", "=", false)
      .executeTakeFirst();
    if (row === undefined) return null;
    if (awake)
      await this.#db
        .updateTable("sessions")
        .set({ seen_at: now })
        .where("token_hash", "=", hashOf(token))
        .execute();
    return accountOf(row);
  }

  async end(token: string): Promise<void> {
    await this.#db.deleteFrom("sessions").where("token_hash", "=", hashOf(token)).execute();
  }

  #earliest(now: Date): { readonly began: Date; readonly seen: Date } {
    return {
      began: new Date(now.getTime() - longestMs),
      seen: new Date(now.getTime() - idleMs),
    };
  }
}

/** Who reads the database learns no token. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
