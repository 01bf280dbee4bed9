/**
 * The HTTP server over an open workspace: routes, bytes, events and the page's files, guarded, with every failure as the
 * contract's error. Opening the workspace, and the runner that works off its queue, are the caller's (open-server.ts).
 */
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import fastifyCookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { protocolHeader, protocolVersion } from "#contract/workspace/protocol.ts";
import type { WorkFacts } from "#contract/workspace/work.ts";
import { DelineateError } from "#core/errors.ts";
import type { Accounts } from "#workspace/accounts/accounts.ts";
import type { RegionFinder } from "#workspace/reviews/regions.ts";
import type { Runner } from "#workspace/work/runner.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { registerAccess, type ServedRoute } from "./access/access.ts";
import { registerAudit } from "./access/audit-requests.ts";
import { guard } from "./access/guard.ts";
import { passwordRequests } from "./access/passwords.ts";
import { registerSignIn } from "./access/sign-in.ts";
import { registerByteRoutes } from "./byte-routes.ts";
import { registerDicomWeb } from "./dicom-web/serve-dicom-web.ts";
import { registerEvents } from "./events.ts";
import { describeFailure, refuseWithoutDatabase, registerFailures } from "./failures.ts";
import { createHandlers } from "./handlers.ts";
import { type RequestFacts, registerOperations } from "./operations.ts";
import { registerRoutes } from "./routes.ts";
import { yieldToPeople } from "./yield-to-people.ts";

/** Without a model: by the workspace's. */
type ShownRule = Omit<WorkFacts["rules"][number], "model"> & { readonly model?: string | undefined };

export type ServerOptions = {
  /** The name or address that is listened on. */
  readonly host: string;
  /** The built page; without it there are only the routes. */
  readonly page?: string | undefined;
  readonly checkAnswers?: boolean;
  readonly makingSample?: () => boolean;
  readonly accounts: Accounts;
  /** By which CTs that come by the network are contoured and sent on: to be shown. */
  readonly rules?: readonly ShownRule[] | undefined;
  /** Origins of other sites whose pages may read DICOMweb. */
  readonly viewers?: readonly string[] | undefined;
  /** PEM. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** How browsers reach it where that is not its own name: behind another server. */
  readonly publicUrl?: string | undefined;
  /** With it a program reads the figures of /metrics where there are accounts. */
  readonly metricsToken?: string | undefined;
  /** Told of every request, without anything of a patient. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
};

/** Of one address, a minute: more than ten people's pages ask for, and less than keeps the server from others. */
const mostRequests = 6000;
/** For a request to come in whole: an upload's largest file on a slow line. */
const longestRequestMs = 600_000;

/** A log entry holds a patch; a thousand of them in one request are large. */
const largestBodyBytes = 64 * 2 ** 20;

/** What computes for the server. */
type Workers = { readonly runner: Runner; readonly regions: RegionFinder };

export function createServer(
  workspace: Workspace,
  workers: Workers,
  options: ServerOptions,
): { readonly app: FastifyInstance; readonly routes: () => readonly ServedRoute[] } {
  const { accounts, tls, page } = options;
  const secure = tls !== undefined || options.publicUrl?.startsWith("https:") === true;
  const app = fastify({
    bodyLimit: largestBodyBytes,
    logger: false,
    forceCloseConnections: true,
    requestTimeout: longestRequestMs,
    ...(tls && { https: tls }),
  });
  // First: also a refusal says which page it is for.
  app.addHook("onRequest", async (_, reply) => {
    reply.header(protocolHeader, protocolVersion);
  });
  registerFailures(app, workspace.onFault);
  guard(app, { host: options.host, publicUrl: options.publicUrl, secure, viewers: options.viewers });
  refuseWithoutDatabase(app, workspace.isUp);
  app.register(fastifyCookie);
  app.register(rateLimit, {
    max: mostRequests,
    timeWindow: "1 minute",
    keyGenerator: addressOf,
    errorResponseBuilder: tooMany,
  });
  // Another server is before this one then, and all people come from its address (open-server.ts).
  const behindServer = tls === undefined && options.publicUrl !== undefined;
  const byPassword = passwordRequests(app, { db: workspace.db, accounts, behindServer });
  const { stillSignedIn, routes } = registerAccess(app, {
    accounts,
    secure,
    token: options.metricsToken,
    byPassword,
  });
  registerAudit(app, accounts);
  registerOperations(app, workspace, options.onRequest);
  yieldToPeople(app, workers.runner.hold);
  const handlers = createHandlers(workspace, {
    ...workers,
    makingSample: options.makingSample ?? (() => false),
    rules: (options.rules ?? []).map((rule) => ({ ...rule, model: rule.model ?? workspace.modelId })),
  });
  // After the plugins, which must know of routes before they are there.
  app.register(async (routed) => {
    registerRoutes(routed, handlers, { checkAnswers: options.checkAnswers ?? false });
    registerSignIn(routed, { workspace, accounts, secure, behindServer });
    registerByteRoutes(routed, workspace);
    registerDicomWeb(routed, workspace, { publicUrl: options.publicUrl });
    registerEvents(routed, {
      feed: workspace.feed,
      stillSignedIn,
      onLook: workers.runner.expectWork,
    });
  });
  if (page !== undefined) app.register(servePage, { page });

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

  return { app, routes };
}

/** Also to who is not signed in yet: it holds no patient. */
async function servePage(app: FastifyInstance, { page }: { readonly page: string }): Promise<void> {
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, access: "public", rateLimit: false };
  });
  app.register(fastifyStatic, { root: page, cacheControl: false, setHeaders });
}

/** Whose requests are counted together: one machine's, of which IPv6 gives each 2^64 addresses. Who hung up has none any more. */
function addressOf({ ip }: FastifyRequest): string {
  const address: string | undefined = ip;
  if (address === undefined) return "gone";
  const isIpv6 = address.includes(":") && !address.includes(".");
  return isIpv6 ? address.split(":").slice(0, 4).join(":") : address;
}

function tooMany(): DelineateError {
  return new DelineateError(
    "too-many-requests",
    "Too many requests of one address or account. Wait a minute.",
  );
}

/** Files below assets/ have their content's hash in their name: a browser that has one need not ask again. */
function setHeaders(reply: Pick<FastifyReply, "header">, path: string): void {
  const named = path.includes(`${sep}assets${sep}`);
  reply.header("cache-control", named ? "max-age=31536000, immutable" : "no-cache");
}
