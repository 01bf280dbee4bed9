/**
 * Routes from the contract's table: bodies parsed before a handler sees them, answers typed by the table and, where asked
 * for, checked against it. What the handlers do is the workspace's (src/workspace).
 */
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { type RouteName, routes } from "#contract/workspace/routes.ts";
import { DelineateError } from "#core/errors.ts";

type Body<Name extends RouteName> = (typeof routes)[Name] extends { body: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** Ids of the path by their names. */
export type Parameters = Readonly<Record<string, string>>;

export type Handlers = {
  readonly [Name in RouteName]: (
    parameters: Parameters,
    body: Body<Name>,
  ) => Promise<z.input<(typeof routes)[Name]["answer"]>>;
};

/** `checkAnswers`: an answer that breaks the contract is a fault. For tests: large answers take time to check. */
export function registerRoutes(
  app: FastifyInstance,
  handlers: Handlers,
  { checkAnswers }: { readonly checkAnswers: boolean },
): void {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route = routes[name];
    const { method, path, answer } = route;
    const schema = "body" in route ? route.body : undefined;
    // The table ties each name's body to its handler; over all names at once the compiler cannot see it.
    const handle = handlers[name] as (parameters: Parameters, body: unknown) => Promise<unknown>;
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const body = schema === undefined ? undefined : parseBody(schema, request.body);
        const result = await handle(checkIds(request.params as Parameters), body);
        return reply.send(checkAnswers ? answer.parse(result) : result);
      },
    });
  }
}

function parseBody(schema: z.ZodType, body: unknown): unknown {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DelineateError(
    "usage",
    `The request is not as expected: ${issue.path.join(".") || "its body"}: ${issue.message}.`,
  );
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `not-found` for an id that can be none. */
export function checkIds(parameters: Parameters): Parameters {
  for (const name of ["caseId", "reviewId", "uploadId", "lateId", "deliveryId"]) {
    const id = parameters[name];
    if (id !== undefined && !uuid.test(id))
      throw new DelineateError("not-found", "There is nothing at this address.");
  }
  return parameters;
}
