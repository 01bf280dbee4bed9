/** Signing in and out: by password, or through another service; the session is a cookie that no script reads. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Account, Session } from "#contract/workspace/account.ts";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { routes } from "#contract/workspace/routes.ts";
import { DelineateError } from "#core/errors.ts";
import { type Accounts, whoIs } from "#workspace/accounts/accounts.ts";
import type { Attempt } from "#workspace/accounts/single-sign-on.ts";
import { accountOfForeign, authenticate, changeUser } from "#workspace/accounts/users.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { parseBody } from "../parse-body.ts";
import { ruleOf, ruleOfBytes } from "../routes.ts";
import { sessionCookie } from "./access.ts";
import { attemptsLimit } from "./passwords.ts";

const attemptCookie = "delineate-sign-in";
const attemptSeconds = 600;

type SignInParts = {
  readonly workspace: Workspace;
  readonly accounts: Accounts;
  readonly secure: boolean;
  readonly behindServer: boolean;
};

export function registerSignIn(app: FastifyInstance, parts: SignInParts): void {
  registerSession(app, parts);
  registerPassword(app, parts);
  registerSingleSignOn(app, parts);
}

function registerSession(app: FastifyInstance, { accounts, secure }: SignInParts): void {
  const { session, signOut } = routes;
  app.get(session.path, { config: ruleOf("session") }, async (request) =>
    describe(accounts, request.account),
  );
  app.delete(signOut.path, { config: ruleOf("signOut") }, async (request, reply) => {
    const token = request.cookies[sessionCookie(secure)];
    if (token !== undefined) await accounts.sessions.end(token);
    reply.clearCookie(sessionCookie(secure), { path: "/", secure });
    return {};
  });
}

function registerPassword(
  app: FastifyInstance,
  { workspace, accounts, secure, behindServer }: SignInParts,
): void {
  const { signIn, changePassword } = routes;
  const { db } = workspace;
  const limit = attemptsLimit(behindServer, loginOf);
  // A login stands in the body, which is read by then.
  const limited = { rateLimit: behindServer ? ({ ...limit, hook: "preHandler" } as const) : limit };
  app.post(signIn.path, { config: { ...ruleOf("signIn"), ...limited } }, async (request, reply) => {
    const { login, password } = parseBody(signIn.body, request.body);
    const account = await authenticate(db, login, password);
    const action = { who: whoIs(account), action: "signIn", subject: {} };
    // What was typed as a login may be a password in the wrong field: it is not kept.
    await accounts.audit(account === null ? { ...action, refused: "wrong-password" } : action);
    if (account === null)
      throw new DelineateError("wrong-password", "This login and this password do not belong together.");
    await begin(reply, { accounts, account, secure });
    return describe(accounts, account);
  });
  app.post(
    changePassword.path,
    { config: { ...ruleOf("changePassword"), ...limited } },
    async (request, reply) => {
      const { current, password } = parseBody(changePassword.body, request.body);
      const { account } = request;
      if (account === null) throw new DelineateError("usage", "This workspace has no accounts.");
      if ((await authenticate(db, account.login, current)) === null)
        throw new DelineateError("wrong-password", "The current password is another one.");
      await changeUser(workspace, account.id, { password });
      await begin(reply, { accounts, account, secure });
      return {};
    },
  );
}

function registerSingleSignOn(app: FastifyInstance, { workspace, accounts, secure }: SignInParts): void {
  const { singleSignOn } = accounts;
  if (singleSignOn === undefined) return;
  app.get(byteRoutes.singleSignOn, { config: ruleOfBytes("singleSignOn") }, async (_, reply) => {
    const { url, attempt } = await singleSignOn.begin();
    // Lax: it comes back with the navigation from the other service.
    const cookieOptions = {
      path: byteRoutes.singleSignOn,
      httpOnly: true,
      secure,
      sameSite: "lax",
      maxAge: attemptSeconds,
    } as const;
    return reply
      .setCookie(attemptCookie, Buffer.from(JSON.stringify(attempt)).toString("base64url"), cookieOptions)
      .redirect(url);
  });
  const answer = { config: ruleOfBytes("singleSignOnAnswer") };
  app.get(byteRoutes.singleSignOnAnswer, answer, async (request, reply) => {
    const attempt = attemptOf(request);
    reply.clearCookie(attemptCookie, { path: byteRoutes.singleSignOn, secure });
    const query = request.url.split("?")[1] ?? "";
    const foreign = await singleSignOn.finish(query, attempt);
    const account = await accountOfForeign(workspace, foreign);
    const action = { who: whoIs(account), action: "signIn", subject: {} };
    await accounts.audit(account === null ? { ...action, refused: "forbidden" } : action);
    if (account === null) throw new DelineateError("forbidden", "This account is disabled. Ask an admin.");
    await begin(reply, { accounts, account, secure });
    return reply.redirect("/");
  });
}

/** Whose password is tried. */
function loginOf({ account, body }: FastifyRequest): string {
  if (account !== null) return account.login;
  const login: unknown = Object(body).login;
  return typeof login === "string" ? login.trim() : "";
}

type Beginning = { readonly accounts: Accounts; readonly account: Account; readonly secure: boolean };

async function begin(reply: FastifyReply, { accounts, account, secure }: Beginning): Promise<void> {
  const token = await accounts.sessions.begin(account);
  reply.setCookie(sessionCookie(secure), token, { path: "/", httpOnly: true, secure, sameSite: "strict" });
}

/** Throws `wrong-password` where this browser began none. */
function attemptOf({ cookies }: FastifyRequest): Attempt {
  const text = Buffer.from(cookies[attemptCookie] ?? "", "base64url").toString();
  try {
    return JSON.parse(text) as Attempt;
  } catch (cause) {
    throw new DelineateError(
      "wrong-password",
      "This sign-in was not begun here, or too long ago. Begin it again.",
      { cause },
    );
  }
}

function describe({ required, singleSignOn }: Accounts, account: Account | null): Session {
  return { required, account, singleSignOn: singleSignOn !== undefined };
}
