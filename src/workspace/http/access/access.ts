/**
 * Who may ask for what: every route states the role that it asks for (contract/workspace/routes.ts), and a server with a route
 * that states none does not start. Where the workspace has no accounts, everybody may; it listens on its own machine alone then.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { type Access, type Account, accountHeader, mayDo, type Role } from "#contract/workspace/account.ts";
import { DelineateError } from "#core/errors.ts";
import type { Accounts } from "#workspace/accounts/accounts.ts";
import type { AccountByPassword } from "./passwords.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    background?: boolean;
    /** A program may ask with the server's token in place of a session. */
    byToken?: boolean;
    /** A program may ask with a name and a password in place of a session (passwords.ts). */
    byPassword?: boolean;
  }
  interface FastifyRequest {
    /** Null: nobody is signed in. */
    account: Account | null;
  }
}

/** Browsers take a cookie of this name only over TLS, from this host, for all paths (RFC 6265bis 4.1.3.2). */
export const sessionCookie = (secure: boolean): string => (secure ? "__Host-delineate" : "delineate");

export type ServedRoute = { readonly method: string; readonly url: string; readonly access: Access };

type AccessControl = {
  readonly stillSignedIn: StillSignedIn;
  /** Once the server is ready. */
  readonly routes: () => readonly ServedRoute[];
};

/** Whether who asked is still signed in, where anybody has to be: for answers that take longer than a session. */
export type StillSignedIn = (request: FastifyRequest) => Promise<boolean>;

type AccessOptions = {
  readonly accounts: Accounts;
  /** Browsers reach the server over TLS. */
  readonly secure: boolean;
  /** For the routes that a program may ask without a session; none may where it is left out. */
  readonly token?: string | undefined;
  /** For the routes that a program may ask with a password. */
  readonly byPassword: AccountByPassword;
};

export function registerAccess(
  app: FastifyInstance,
  { accounts, secure, token: shared, byPassword: accountByPassword }: AccessOptions,
): AccessControl {
  const accountOf = async (request: FastifyRequest, awake: boolean): Promise<Account | null> => {
    const token = app.parseCookie(request.headers.cookie ?? "")[sessionCookie(secure)];
    return token === undefined ? null : accounts.sessions.account(token, awake);
  };
  const routed: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    routed.push(route);
  });
  app.addHook("onReady", async () => {
    const open = routed.filter(({ config }) => config?.access === undefined);
    const named = open.map(({ method, url }) => `${method} ${url}`);
    if (named.length > 0) throw new Error(`These routes state no role: ${named.join(", ")}`);
  });
  app.decorateRequest("account", null);
  app.addHook("onRequest", async (request) => {
    const { access, background, byToken, byPassword } = request.routeOptions.config;
    // Without a route there is nothing at this address, for anybody.
    if (!accounts.required || access === undefined) return;
    if (byToken && isBearer(request, shared)) return;
    request.account = await accountOf(request, background !== true);
    if (byPassword && request.account === null) request.account = await accountByPassword(request);
    if (request.account !== null) requireOwnPage(request);
    if (access === "public") return;
    if (request.account === null)
      throw new DelineateError("signed-out", "Sign in first: the session ended, or there was none.");
    // What a page holds is its own account's: it is not taken in the name of who signed in after it.
    const whose = request.headers[accountHeader];
    if (whose !== undefined && whose !== request.account.id)
      throw new DelineateError("signed-out", "Another account signed in in this browser. Sign in again.");
    requireRole(request.account, access);
  });
  return {
    stillSignedIn: async (request) => !accounts.required || (await accountOf(request, false)) !== null,
    routes: () =>
      routed.flatMap(({ method, url, config }) =>
        [method].flat().map((verb) => ({ method: verb, url, access: config?.access ?? "admin" })),
      ),
  };
}

/** RFC 6750 2.1. */
function isBearer({ headers }: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ""), digest(`Bearer ${token}`));
}

/** Throws `not-your-role`. Everybody may where there are no accounts (null). */
export function requireRole(account: Account | null, access: Access): void {
  if (account === null || mayDo(account.role, access)) return;
  throw new DelineateError(
    "not-your-role",
    `Your account may ${doings[account.role]}; this asks for the role ${access}. An admin can change it.`,
  );
}

const doings: Readonly<Record<Role, string>> = {
  viewer: "look only",
  editor: "add patients and draw, but not sign",
  approver: "draw and sign, but not keep accounts",
  admin: "do everything",
};

/** A browser sends a session's cookie along with what another site's page asks for, too; it says whose page that is. */
function requireOwnPage({ method, headers }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  // Where there is an origin the guard has compared it.
  if (headers.origin !== undefined || headers["sec-fetch-site"] === "same-origin") return;
  throw new DelineateError(
    "forbidden",
    "A request with a session must say that it comes from this server's page.",
  );
}
