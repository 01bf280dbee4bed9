/**
 * Requests to the server, typed by the table that both share (contract/workspace/routes.ts). Answers are parsed: what the
 * page works with is what the contract says.
 */
import type { z } from "zod";
import { accountHeader } from "#contract/workspace/account.ts";
import { errorSchema, type RouteName, routes } from "#contract/workspace/routes.ts";
import { signedOut } from "../account/signed-out.ts";
import { otherVersion } from "./other-version.ts";

export type RouteBody<Name extends RouteName> = (typeof routes)[Name] extends {
  body: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : undefined;
type Answer<Name extends RouteName> = z.output<(typeof routes)[Name]["answer"]>;

/**
 * What the server refused, that it could not be reached (`code` "unreachable") or that its answer is none that this page knows
 * ("not-understood"); `message` is for the person.
 */
export class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }
}

let speaker: string | undefined;

/** Whose page this is, by the account's id, with every request from now on; undefined for nobody's. */
export function speakFor(accountId: string | undefined): void {
  speaker = accountId;
}

/** The headers of a request that say so. */
export function speakerHeaders(): Readonly<Record<string, string>> {
  return speaker === undefined ? {} : { [accountHeader]: speaker };
}

/** Throws `RequestError`. `keepalive` lets a small request outlive the page. */
export async function call<Name extends RouteName>(
  name: Name,
  parameters: Readonly<Record<string, string>>,
  body: RouteBody<Name>,
  options: { readonly keepalive?: boolean } = {},
): Promise<Answer<Name>> {
  const { method, path, answer } = routes[name];
  const response = await send(fillPath(path, parameters), {
    method,
    keepalive: options.keepalive ?? false,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const read = answer.safeParse(await response.json().catch(throwBrokenOff));
  if (read.success) return read.data as Answer<Name>;
  // What the schema says of an answer's fields helps nobody at this end.
  throw new RequestError(
    "not-understood",
    "The server's answer is not as this page expects. Reload the page; if that does not help, restart the server.",
  );
}

/** The bytes of a route of `byteRoutes`, raw deflate undone. Throws `RequestError`. */
export async function fetchInflated(path: string): Promise<Uint8Array> {
  const response = await send(path, { method: "GET" });
  const stream = response.body;
  if (stream === null) return new Uint8Array();
  const inflated = new Response(stream.pipeThrough(new DecompressionStream("deflate-raw")));
  return new Uint8Array(await inflated.arrayBuffer().catch(throwBrokenOff));
}

/** A file, and its name; by POST where the server makes it when it is asked. Throws `RequestError`. */
export async function fetchFile(
  path: string,
  method: "GET" | "POST",
): Promise<{ readonly content: Blob; readonly name: string }> {
  const response = await send(path, { method });
  const content = await response.blob().catch(throwBrokenOff);
  const [, name = "export"] =
    /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return { content, name };
}

/** Throws `RequestError` for every answer that is no success. */
async function send(path: string, init: RequestInit): Promise<Response> {
  const sentAt = signedOut.signIns();
  const headers = { ...init.headers, ...speakerHeaders() };
  const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new RequestError("unreachable", "The server does not answer. Is it still running?");
  });
  otherVersion.hear(response);
  if (response.ok) return response;
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) {
    const { code, message } = parsed.data.error;
    if (code === "signed-out") signedOut.report(sentAt);
    throw new RequestError(code, message);
  }
  throw new RequestError("unexpected", `The server answered ${response.status} to ${path}.`);
}

function throwBrokenOff(): never {
  throw new RequestError("unreachable", "The server's answer broke off. Is it still running?");
}

/** `/api/cases/:caseId` and { caseId } to a path. A missing parameter is a programming fault. */
export function fillPath(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
}
