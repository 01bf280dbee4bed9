/** A client of the workspace's server for tests: requests by the contract's table, answers parsed by it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import type { z } from "zod";
import type { CaseState, CaseSummary } from "#contract/workspace/case.ts";
import type { LogEntry } from "#contract/workspace/review.ts";
import { errorSchema, type RouteName, routes } from "#contract/workspace/routes.ts";
import { bytesToBase64 } from "#editing/patch/base64.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";

type WholeBody<Name extends RouteName> = (typeof routes)[Name] extends {
  body: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : undefined;
/** Which page asks, the lease that it writes with and the log that it signs are the client's own where a test does not say. */
type Filled = "tab" | "lease" | "logLength";
type Body<Name extends RouteName> =
  WholeBody<Name> extends infer Whole
    ? Whole extends object
      ? Omit<Whole, Filled> & Partial<Pick<Whole, Extract<keyof Whole, Filled>>>
      : Whole
    : never;
type Answer<Name extends RouteName> = z.output<(typeof routes)[Name]["answer"]>;

export type Refusal = { readonly status: number } & z.infer<typeof errorSchema>["error"];

export function createClient(url: string) {
  const base = url.replace(/\/$/, "");
  const tab = crypto.randomUUID();
  /** By review. */
  const leases = new Map<string, string | null>();

  /** Of whoever signed in, and what a browser says of the page that asks. */
  let session: Readonly<Record<string, string>> = {};

  async function request<Name extends RouteName>(
    name: Name,
    parameters: Readonly<Record<string, string>>,
    body: Body<Name>,
  ): Promise<Response> {
    const { method, path } = routes[name];
    const by = { base, session, tab, reviewId: parameters.reviewId, lease: leases.get(parameters.reviewId) };
    const sent = body && JSON.stringify({ ...(await impliedFields(name, by)), ...Object(body) });
    return fetch(base + fill(path, parameters), initOf(method, session, sent));
  }

  /** The parsed answer; an error with what the server said otherwise. */
  async function call<Name extends RouteName>(
    name: Name,
    parameters: Readonly<Record<string, string>>,
    body: Body<Name>,
  ): Promise<Answer<Name>> {
    const response = await request(name, parameters, body);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${JSON.stringify(answer)}`);
    const parsed = routes[name].answer.parse(answer);
    if (name === "attend") leases.set(parameters.reviewId, (parsed as Answer<"attend">).lease);
    // Who opens a review writes it, if nobody else does.
    const { id = "", reviewer } = { ...Object(parsed), ...Object(body) };
    if (name === "openReview") await call("attend", { reviewId: id }, { reviewer, act: "write" });
    return parsed as Answer<Name>;
  }

  /** What the server said against it; an error if it said nothing against it. */
  async function refusal<Name extends RouteName>(
    name: Name,
    parameters: Readonly<Record<string, string>>,
    body: Body<Name>,
  ): Promise<Refusal> {
    const response = await request(name, parameters, body);
    if (response.ok) throw new Error(`${name} was not refused`);
    return { status: response.status, ...errorSchema.parse(await response.json()).error };
  }

  async function bytes(path: string): Promise<Uint8Array> {
    const response = await fetch(base + path, { headers: session });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async function send(uploadId: string, path: string, content: Uint8Array): Promise<Response> {
    const address = `${base}/api/uploads/${uploadId}/file?path=${encodeURIComponent(path)}`;
    return fetch(address, { method: "PUT", headers: session, body: new Uint8Array(content) });
  }

  return {
    base,
    tab,
    call,
    refusal,
    bytes,
    send,
    request,
    /** What every request of it says from now on. */
    headers: () => session,
    /** Everything after it is asked for by that account, as its page would. */
    signIn: async (login: string, password: string): Promise<void> => {
      session = sessionOf(await request("signIn", {}, { login, password } as Body<"signIn">), base);
    },
    mask: async (caseId: string, sourceId: string): Promise<Uint8Array> =>
      new Uint8Array(
        inflateRawSync(await bytes(`/api/cases/${caseId}/sources/${encodeURIComponent(sourceId)}/mask`)),
      ),
    /** Every file below the folder. */
    importFolder: (folder: string): Promise<Answer<"finishUpload">> =>
      importBelow(folder, {
        begin: async () => (await call("beginUpload", {}, {})).uploadId,
        send,
        finish: (uploadId) => call("finishUpload", { uploadId }, {}),
      }),
    /** Resolves when the case is in one of the states, by the server's own events. */
    waitFor: (caseId: string, states: readonly CaseState[]) => caseIn(cases(base), caseId, states),
    cases: () => cases(base),
  };
}

async function caseIn(
  changes: AsyncIterable<CaseSummary>,
  caseId: string,
  states: readonly CaseState[],
): Promise<CaseSummary> {
  for await (const summary of changes) {
    if (summary.id === caseId && states.includes(summary.state)) return summary;
  }
  throw new Error("the server ended its events");
}

function sessionOf(response: Response, origin: string): Readonly<Record<string, string>> {
  if (!response.ok) throw new Error(`signIn: ${response.status}`);
  const cookies = response.headers.getSetCookie().map((text) => text.split(";")[0]);
  return { cookie: cookies.join("; "), origin };
}

type Uploading<Result> = {
  begin(): Promise<string>;
  send(uploadId: string, path: string, content: Uint8Array): Promise<Response>;
  finish(uploadId: string): Promise<Result>;
};

async function importBelow<Result>(
  folder: string,
  { begin, send, finish }: Uploading<Result>,
): Promise<Result> {
  const uploadId = await begin();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const response = await send(uploadId, path, await readFile(path));
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }
  return finish(uploadId);
}

function initOf(
  method: string,
  session: Readonly<Record<string, string>>,
  body: string | undefined,
): RequestInit {
  if (body === undefined) return { method, headers: session };
  return { method, headers: { ...session, "content-type": "application/json" }, body };
}

type By = {
  readonly base: string;
  readonly session: Readonly<Record<string, string>>;
  readonly tab: string;
  readonly reviewId: string;
  readonly lease: string | null | undefined;
};

/** What a body needs and a test does not say. */
async function impliedFields(name: RouteName, by: By): Promise<object> {
  const { shape = {} } = (routes[name] as { body: { shape?: object } }).body;
  return {
    ...("tab" in shape ? { tab: by.tab } : {}),
    ...("lease" in shape ? { lease: by.lease ?? crypto.randomUUID() } : {}),
    ...("logLength" in shape ? { logLength: await lengthOfLog(by) } : {}),
  };
}

/** As it is now; 0 where it is not shown. */
async function lengthOfLog({ base, session, reviewId }: By): Promise<number> {
  const shown = await fetch(base + fill(routes.showReview.path, { reviewId }), { headers: session });
  return shown.ok ? routes.showReview.answer.parse(await shown.json()).logLength : 0;
}

/** Every case as it is now, then as it changes. */
async function* cases(base: string): AsyncGenerator<CaseSummary> {
  const stream = await fetch(`${base}/api/events`);
  if (stream.body === null) return;
  const list = await (await fetch(`${base}/api/cases`)).json();
  yield* routes.listCases.answer.parse(list);
  let text = "";
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^event: case\ndata: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield routes.segmentCase.answer.parse(JSON.parse(data));
    }
  }
}

function fill(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name]));
}

/** A block of voxels of one slice changes sides. */
export function block(place: Omit<MaskPatch[number], "flips">): MaskPatch {
  return [{ ...place, flips: new Uint8Array(place.width * place.height).fill(1) }];
}

export function edit(
  structureId: string,
  patch: MaskPatch,
  kind: Extract<LogEntry, { type: "edit" }>["kind"] = "brush",
): Extract<LogEntry, { type: "edit" }> {
  return { ...stamp(), type: "edit", structureId, kind, patch: bytesToBase64(encodePatch(patch)) };
}

/** A new id and the time. */
export function stamp(): Pick<LogEntry, "id" | "at"> {
  return { id: crypto.randomUUID(), at: new Date().toISOString() };
}
