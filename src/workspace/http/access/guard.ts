/**
 * What keeps other web sites away from a server that has no password because it listens on this machine alone: requests must
 * name an allowed host (else a site could rebind its own name to this address), and those that a page sends must come from
 * a page of this server. And what the pages may do: nothing from elsewhere.
 */
import { hostname, networkInterfaces } from "node:os";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { dicomWebRoot } from "#contract/workspace/dicom-web.ts";
import { DelineateError } from "#core/errors.ts";

const contentSecurityPolicy = policyOf("'self'");
/**
 * The thread that contours in the browser has a policy of its own: it compiles WebAssembly, and the codecs of compressed images write
 * the functions that call it as they start. It sees no page.
 */
const contouringThread = {
  path: /^\/assets\/contour\.worker-[\w-]+\.js$/,
  policy: policyOf("'self' 'wasm-unsafe-eval' 'unsafe-eval'"),
};

function policyOf(scripts: string): string {
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const localNames = ["localhost", "127.0.0.1", "[::1]"];

type Guarded = {
  /** The name or address that the server was told to listen on, allowed besides this machine's own. */
  readonly host: string;
  /** How browsers reach it where that is not its own name. */
  readonly publicUrl?: string | undefined;
  /** Browsers reach it over TLS. */
  readonly secure?: boolean;
  /** Origins of other sites, such as "https://viewer.example", whose pages may read DICOMweb. */
  readonly viewers?: readonly string[] | undefined;
};

export function guard(
  app: FastifyInstance,
  { host, publicUrl, secure = false, viewers = [] }: Guarded,
): void {
  const publicNames = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const allowed = new Set([...localNames, ...publicNames, ...namesOf(host)]);

  app.addHook("onRequest", async (request, reply) => {
    const isThread = contouringThread.path.test(request.url);
    reply.headers({
      "content-security-policy": isThread ? contouringThread.policy : contentSecurityPolicy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      // Nothing of another site shares this page's process: browsers give such a page memory that its threads share.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    if (secure) reply.header("strict-transport-security", "max-age=31536000");
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    const hostName = request.headers.host ?? "";
    if (!allowed.has(withoutPort(hostName)))
      throw new DelineateError(
        "forbidden",
        "This address is not one that the server was started for: it is told of further ones with --public-url.",
      );
    if (isViewer(request, viewers)) return admit(request, reply);
    const { origin } = request.headers;
    const site = request.headers["sec-fetch-site"];
    // Navigations may come from anywhere; what changes something, and what a page reads, may not.
    const foreign =
      (origin !== undefined && origin !== `http://${hostName}` && origin !== `https://${hostName}`) ||
      (site === "cross-site" && request.url.startsWith("/api/") && !isReturn(request));
    if (foreign) throw new DelineateError("forbidden", "Requests of other web sites are refused.");
    return undefined;
  });
}

/**
 * The browser comes back from the service that says who people are, mostly of another site. What it brings is checked against the
 * attempt in its cookie, which pages of other sites cannot read or set (sign-in.ts).
 */
function isReturn({ headers, method, url }: FastifyRequest): boolean {
  const isNavigation = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return method === "GET" && isNavigation && url.split("?")[0] === byteRoutes.singleSignOnAnswer;
}

/** A page of another site that the configuration names, and it reads. */
function isViewer({ headers: { origin }, method, url }: FastifyRequest, viewers: readonly string[]): boolean {
  const isListed = origin !== undefined && viewers.includes(origin);
  return isListed && ["GET", "OPTIONS"].includes(method) && url.startsWith(`${dicomWebRoot}/`);
}

/** Its browser lets it see the answer (Fetch 3.3); it signs in by a password of its own, never by this server's cookie. */
async function admit(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  reply.headers({ "access-control-allow-origin": request.headers.origin, vary: "origin" });
  if (request.method !== "OPTIONS") return undefined;
  reply.headers({
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "accept, authorization, content-type",
    "access-control-max-age": "600",
  });
  return reply.status(204).send();
}

/**
 * Listening everywhere answers to whatever this machine is called. Throws `usage` where the system does not tell its addresses,
 * which Fastify asks for as well when it listens at 0.0.0.0.
 */
export function namesOf(host: string): string[] {
  const names = host === "0.0.0.0" || host === "::" ? [hostname(), ...ownAddresses(host)] : [host];
  return names.map((name) => (name.includes(":") ? `[${name}]` : name.toLowerCase()));
}

function ownAddresses(host: string): string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((entries = []) =>
      entries.map(({ address }) => address),
    );
  } catch (cause) {
    throw new DelineateError(
      "usage",
      `This machine does not tell its own addresses, which listening at ${host} needs. Add AF_NETLINK to RestrictAddressFamilies= of the service's unit, or name one address with --host.`,
      { cause },
    );
  }
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}
