/**
 * The HTTP server over an open workspace: routes, bytes, events and the page's files, guarded, with every failure as the
 * contract's error. Opening the workspace, and the runner that works off its queue, are the caller's (open-server.ts).
 */
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { RegionFinder } from "#workspace/reviews/regions.ts";
import type { Runner } from "#workspace/work/runner.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { registerByteRoutes } from "./byte-routes.ts";
import { registerEvents } from "./events.ts";
import { describeFailure, refuseWithoutDatabase, registerFailures } from "./failures.ts";
import { guard } from "./guard.ts";
import { createHandlers } from "./handlers.ts";
import { type RequestFacts, registerOperations } from "./operations.ts";
import { registerRoutes } from "./routes.ts";
import { yieldToPeople } from "./yield-to-people.ts";

export type ServerOptions = {
  /** The name or address that is listened on. */
  readonly host: string;
  /** The built page; without it there are only the routes. */
  readonly page?: string | undefined;
  readonly checkAnswers?: boolean;
  readonly makingSample?: () => boolean;
  /** Told of every request, without anything of a patient. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
};

/** A log entry holds a patch; a thousand of them in one request are large. */
const largestBodyBytes = 64 * 2 ** 20;

/** What computes for the server. */
type Workers = { readonly runner: Runner; readonly regions: RegionFinder };

export function createServer(
  workspace: Workspace,
  workers: Workers,
  options: ServerOptions,
): FastifyInstance {
  const app = fastify({ bodyLimit: largestBodyBytes, logger: false, forceCloseConnections: true });
  registerFailures(app, workspace.onFault);
  guard(app, options.host);
  refuseWithoutDatabase(app, workspace.isUp);
  registerOperations(app, workspace, options.onRequest);
  yieldToPeople(app, workers.runner.hold);
  const handlers = createHandlers(workspace, {
    ...workers,
    makingSample: options.makingSample ?? (() => false),
  });
  registerRoutes(app, handlers, { checkAnswers: options.checkAnswers ?? false });
  registerByteRoutes(app, workspace);
  registerEvents(app, workspace.feed);
  const { page } = options;
  if (page !== undefined) app.register(fastifyStatic, { root: page, cacheControl: false, setHeaders });

  app.setNotFoundHandler(async (request, reply) => {
    // The page's own addresses are not files: it finds its way by itself.
    const wantsPage = request.method === "GET" && !request.url.startsWith("/api/");
    const index =
      page !== undefined && wantsPage
        ? await readFile(join(page, "index.html")).catch(() => undefined)
        : undefined;
    if (index !== undefined) return reply.type("text/html; charset=utf-8").send(index);
    return reply.status(404).send(describeFailure("not-found", "There is nothing at this address."));
  });

  return app;
}

/** Files below assets/ have their content's hash in their name: a browser that has one need not ask again. */
function setHeaders(reply: Pick<FastifyReply, "header">, path: string): void {
  const named = path.includes(`${sep}assets${sep}`);
  reply.header("cache-control", named ? "max-age=31536000, immutable" : "no-cache");
}
