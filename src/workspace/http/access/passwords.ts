/**
 * Programs that know no sign-in page, such as viewers, send an account's name and password with every request (HTTP Basic, RFC 7617). What
 * fitted is remembered for a while, so that a study's images do not cost a password's time each. No challenge is sent: a browser that
 * asked its user by a window of its own would then send the password along with every request, whoever's page asks.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Account } from "#contract/workspace/account.ts";
import { DelineateError } from "#core/errors.ts";
import { type Accounts, whoIs } from "#workspace/accounts/accounts.ts";
import { accountOfChecked, type CheckedPassword, checkPassword } from "#workspace/accounts/users.ts";
import type { Db } from "#workspace/records/database.ts";

/** Then the password is looked at again, and the audit log says so again. */
const rememberedMs = 3_600_000;
const mostRemembered = 1000;
/** A minute: a person mistypes, a program guesses. */
const mostAttempts = 20;

type Remembered = { readonly until: number; readonly checked: Promise<CheckedPassword | null> };

type PasswordParts = {
  readonly db: Db;
  readonly accounts: Pick<Accounts, "audit">;
  readonly behindServer: boolean;
};

/**
 * How often passwords may be tried, by one address; by one account (`loginOf` a request) where all come from the address of a server
 * before this one.
 */
export function attemptsLimit(behindServer: boolean, loginOf: (request: FastifyRequest) => string) {
  const byAddress = { max: mostAttempts, timeWindow: "1 minute" };
  return behindServer ? { ...byAddress, keyGenerator: loginOf } : byAddress;
}

/** The account whose password a request brings; null where it brings none. Throws `wrong-password`, `too-many-requests`. */
export type AccountByPassword = (request: FastifyRequest) => Promise<Account | null>;

export function passwordRequests(
  app: FastifyInstance,
  { db, accounts, behindServer }: PasswordParts,
): AccountByPassword {
  // Who reads what is remembered finds no password.
  const secret = randomBytes(32);
  const remembered = new Map<string, Remembered>();
  let limit: ReturnType<FastifyInstance["createRateLimit"]> | undefined;

  async function check(
    request: FastifyRequest,
    login: string,
    password: string,
  ): Promise<CheckedPassword | null> {
    // The plugin is there once the server is ready.
    limit ??= app.createRateLimit(
      attemptsLimit(behindServer, (asking) => credentialsOf(asking)?.login.trim() ?? ""),
    );
    const attempts = await limit(request);
    if (!attempts.isAllowed && attempts.isExceeded)
      throw new DelineateError("too-many-requests", "Too many passwords were tried. Wait a minute.");
    const checked = await checkPassword(db, login, password);
    const event = { who: whoIs(checked?.account ?? null), action: "signIn", subject: {} };
    await accounts.audit(checked === null ? { ...event, refused: "wrong-password" } : event);
    return checked;
  }

  async function accountOf(request: FastifyRequest, login: string, password: string) {
    const key = createHmac("sha256", secret).update(`${login}\0${password}`).digest("hex");
    const before = remembered.get(key);
    if (before !== undefined && before.until > Date.now()) {
      const checked = await before.checked;
      const account = checked && (await accountOfChecked(db, checked));
      if (account !== null) return account;
    }
    const checked = check(request, login, password);
    if (remembered.size >= mostRemembered) remembered.clear();
    // Requests that come meanwhile wait for the same answer.
    remembered.set(key, { until: Date.now() + rememberedMs, checked });
    try {
      const match = await checked;
      if (match === null) remembered.delete(key);
      return match?.account ?? null;
    } catch (error) {
      remembered.delete(key);
      throw error;
    }
  }

  return async (request) => {
    const brought = credentialsOf(request);
    if (brought === undefined) return null;
    const { login, password } = brought;
    const account = login === "" ? null : await accountOf(request, login, password);
    if (account !== null) return account;
    throw new DelineateError("wrong-password", "This login and this password do not belong together.");
  };
}

/** Undefined where a request brings none; an empty login where it brings something else. */
function credentialsOf({
  headers,
}: FastifyRequest): { readonly login: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic +([\w+/=]{1,2000})$/i.exec(headers.authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  const colon = Math.max(0, text.indexOf(":"));
  return { login: text.slice(0, colon), password: text.slice(colon + 1) };
}
