/**
 * Routes from the contract's table: bodies parsed before a handler sees them, answers typed by the table and, where asked
 * for, checked against it. What the handlers do is the workspace's (src/workspace).
 */
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Account } from "#contract/workspace/account.ts";
import { byteRouteRules } from "#contract/workspace/byte-routes.ts";
import type { RouteRule } from "#contract/workspace/route-rule.ts";
import { type RouteName, routes } from "#contract/workspace/routes.ts";
import { DelineateError } from "#core/errors.ts";
import { parseBody } from "./parse-body.ts";

type Body<Name extends RouteName> = (typeof routes)[Name] extends { body: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** Ids of the path by their names. */
export type Parameters = Readonly<Record<string, string>>;

/** These answer with a cookie (sign-in.ts). */
const cookieRoutes = ["session", "signIn", "signOut", "changePassword"] as const;
type HandledRoute = Exclude<RouteName, (typeof cookieRoutes)[number]>;

export type Handlers = {
  readonly [Name in HandledRoute]: (
    parameters: Parameters,
    body: Body<Name>,
    /** Who asks; null where there are no accounts. */
    account: Account | null,
  ) => Promise<z.input<(typeof routes)[Name]["answer"]>>;
};

/** `checkAnswers`: an answer that breaks the contract is a fault. For tests: large answers take time to check. */
export function registerRoutes(
  app: FastifyInstance,
  handlers: Handlers,
  { checkAnswers }: { readonly checkAnswers: boolean },
): void {
  const isHandled = (name: RouteName): name is HandledRoute =>
    !(cookieRoutes as readonly RouteName[]).includes(name);
  for (const name of (Object.keys(routes) as RouteName[]).filter(isHandled)) {
    const route = routes[name];
    const { method, path, answer } = route;
    const schema = "body" in route ? route.body : undefined;
    // The table ties each name's body to its handler; over all names at once the compiler cannot see it.
    const handle = handlers[name] as (
      parameters: Parameters,
      body: unknown,
      account: Account | null,
    ) => Promise<unknown>;
    app.route({
      method,
      url: path,
      config: ruleOf(name),
      handler: async (request, reply) => {
        const body = schema === undefined ? undefined : parseBody(schema, inOwnName(request));
        const result = await handle(checkIds(request.params as Parameters), body, request.account);
        return reply.send(checkAnswers ? answer.parse(result) : result);
      },
    });
  }
}

/** What access.ts and audit-requests.ts read of a route. */
export function ruleOf(name: RouteName): FastifyContextConfig {
  const rule: RouteRule = routes[name];
  return configOf(name, rule);
}

/** The same of one whose answer is bytes. */
export function ruleOfBytes(name: keyof typeof byteRouteRules): FastifyContextConfig {
  return configOf(name, byteRouteRules[name]);
}

function configOf(
  name: string,
  { access, audited, background, byPassword }: RouteRule,
): FastifyContextConfig {
  return {
    access,
    background: background === true,
    byPassword: byPassword === true,
    ...(audited && { audit: name, auditsAccount: audited === "account" }),
  };
}

/** Whoever a request says it is of, it is of the account: its name stands under what is signed. */
function inOwnName({ account, body }: FastifyRequest): unknown {
  if (account === null) return body;
  const named = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "reviewer" in value
      ? { ...value, reviewer: account.displayName }
      : value;
  const whole = named(body);
  // A page's last word holds its unsaved strokes with their own name.
  return typeof whole === "object" && whole !== null && "unsaved" in whole
    ? { ...whole, unsaved: named(whole.unsaved) }
    : whole;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `not-found` for an id that can be none. */
export function checkIds(parameters: Parameters): Parameters {
  for (const name of ["caseId", "reviewId", "uploadId", "lateId", "userId", "deliveryId"]) {
    const id = parameters[name];
    if (id !== undefined && !uuid.test(id))
      throw new DelineateError("not-found", "There is nothing at this address.");
  }
  return parameters;
}
