/** Accounts over HTTP: who may ask for what, when a session ends, whose name is signed, and what the audit log says of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AuditEntry,
  accountHeader,
  auditEntrySchema,
  mayDo,
  type Role,
  roles,
} from "#contract/workspace/account.ts";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { LogEntry } from "#contract/workspace/review.ts";
import { errorSchema } from "#contract/workspace/routes.ts";
import { ChainCheck } from "#workspace/accounts/audit-chain.ts";
import { addAccounts, password } from "../../../../test/workspace/accounts.ts";
import { block, createClient, edit, stamp } from "../../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../../test/workspace/phantom-server.ts";

type Client = ReturnType<typeof createClient>;

const hour = 3_600_000;
let now = Date.parse("2026-01-05T08:00:00Z");
let server: PhantomServer;
let clients: Readonly<Record<Role, Client>>;

beforeAll(async () => {
  server = await openPhantomServer(20, {
    contoured: "ct",
    prepare: addAccounts,
    metricsToken: "a token for the figures",
    now: () => new Date(now),
  });
  clients = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await signedIn(role)])));
});
afterAll(() => server.close());

async function signedIn(login: string): Promise<Client> {
  const client = createClient(server.client.base);
  await client.signIn(login, password);
  return client;
}

/** The status alone: a stream of events has no end. */
async function statusOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const cut = new AbortController();
  const sent = method === "GET" || method === "HEAD" ? {} : { body: "{}" };
  const response = await fetch(server.client.base + path, {
    method,
    headers: { ...headers, ...(sent.body && { "content-type": "application/json" }) },
    ...sent,
    signal: cut.signal,
    redirect: "manual",
  });
  cut.abort();
  return response.status;
}

test("a page's request is not taken in the session of another account, which signed in in its browser since", async () => {
  const { cookie } = clients.editor.headers();
  const editor = await clients.editor.call("session", {}, undefined);
  const asking = (id: string) =>
    fetch(`${server.client.base}/api/cases`, { headers: { cookie, [accountHeader]: id } });
  expect((await asking(editor.account?.id ?? "")).status).toBe(200);
  const refused = await asking(crypto.randomUUID());
  expect(errorSchema.parse(await refused.json()).error).toMatchObject({ code: "signed-out" });
});

test("every route of the server answers to its role and those above it, and to nobody else", async () => {
  const asked = server.routes.filter(({ url }) => url !== "/api/session" && url !== "/*");
  expect(asked.length).toBeGreaterThan(40);
  // The page's files, who is there, and whether the service is well.
  const open = server.routes.filter(({ access }) => access === "public").map(({ url }) => url);
  expect([...new Set(open)].sort()).toEqual(["/*", "/api/session", "/api/status", "/healthz", "/readyz"]);
  for (const { method, url, access } of asked) {
    const path = url.replace(/:(\w+)/g, () => crypto.randomUUID());
    const none = await statusOf(method, path, {});
    expect([method, url, "nobody", none === 401]).toEqual([method, url, "nobody", access !== "public"]);
    for (const role of roles) {
      const status = await statusOf(method, path, clients[role].headers());
      expect([method, url, role, status === 403 || status === 401]).toEqual([
        method,
        url,
        role,
        !mayDo(role, access),
      ]);
    }
  }
});

test("a program with the server's token reads the figures, and nothing else", async () => {
  const [token, wrong] = ["a token for the figures", "a token"].map((text) => ({
    authorization: `Bearer ${text}`,
  }));
  expect(await statusOf("GET", "/metrics", token)).toBe(200);
  expect(await statusOf("GET", "/metrics", wrong)).toBe(401);
  expect(await statusOf("GET", "/api/cases", token)).toBe(401);
});

test("what a page of another site asks for with a session, or a program without saying whose page it is, is refused", async () => {
  const { cookie } = clients.admin.headers();
  const path = "/api/uploads";
  expect(await statusOf("POST", path, { cookie })).toBe(403);
  expect(await statusOf("POST", path, { cookie, origin: "http://evil.example" })).toBe(403);
  expect(await statusOf("POST", path, { cookie, "sec-fetch-site": "same-site" })).toBe(403);
  expect(await statusOf("POST", path, { cookie, origin: server.client.base })).toBe(200);
});

test("a viewer may read along, and neither write, draw nor sign", async () => {
  const { caseId } = server;
  const opening = { start: "assisted", reviewer: "x", fresh: false } as const;
  expect(await clients.viewer.refusal("openReview", { caseId }, opening)).toMatchObject({ status: 403 });
  const { id: reviewId } = await clients.editor.call("openReview", { caseId }, opening);
  expect((await clients.viewer.call("showReview", { reviewId }, undefined)).id).toBe(reviewId);
  const look = { reviewer: "x", act: "look" } as const;
  expect((await clients.viewer.call("attend", { reviewId }, look)).writer?.reviewer).toBe("Doctor editor");
  expect((await clients.viewer.call("attend", { reviewId }, { ...look, act: "write" })).lease).toBeNull();
  for (const act of ["ask", "take-over", "hand-over"] as const) {
    const refusal = await clients.viewer.refusal("attend", { reviewId }, { reviewer: "x", act });
    expect(refusal).toMatchObject({ status: 403, code: "not-your-role" });
  }
  // Nor by a page's last word, whatever it says of itself.
  const { structures } = await clients.editor.call("showReview", { reviewId }, undefined);
  const entries = [edit(structures[0].id, block({ k: 3, i0: 10, j0: 20, width: 8, height: 4 }))];
  const unsaved = { id: crypto.randomUUID(), reviewer: "x", after: 0, entries };
  const { lease } = await clients.editor.call("attend", { reviewId }, { ...look, act: "write" });
  const shown = await clients.viewer.call("attend", { reviewId }, look);
  expect(JSON.stringify(shown)).not.toContain(clients.editor.tab);
  for (const claim of [{ lease: null }, { lease, tab: clients.editor.tab }])
    expect(await clients.viewer.refusal("leave", { reviewId }, { ...claim, unsaved })).toMatchObject({
      status: 403,
      code: "not-your-role",
    });
  await clients.viewer.call("leave", { reviewId }, { tab: clients.editor.tab, lease, unsaved: null });
  expect((await clients.editor.call("attend", { reviewId }, { ...look, act: "write" })).lease).toBe(lease);
  expect(await clients.editor.call("showReview", { reviewId }, undefined)).toMatchObject({
    edits: [],
    late: [],
  });
  const approval = { reviewer: "x", comment: "", unseenReason: "x" };
  for (const who of ["viewer", "editor"] as const)
    expect((await clients[who].refusal("approve", { reviewId }, approval)).code).toBe("not-your-role");
});

test("who signs is the account, whatever the request says, and the file names it", async () => {
  const { caseId } = server;
  const opening = { start: "manual", reviewer: "Somebody else", fresh: false } as const;
  const review = await clients.approver.call("openReview", { caseId }, opening);
  const entries: LogEntry[] = [
    edit(review.structures[0].id, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 })),
    { ...stamp(), type: "activity", activeMs: 1000 },
  ];
  await clients.approver.call("appendLog", { reviewId: review.id }, { entries });
  const approval = { reviewer: "Somebody else", comment: "", unseenReason: "A trial." };
  const version = await clients.approver.call("approve", { reviewId: review.id }, approval);
  expect(version.reviewer).toBe("Doctor approver");
  const file = await clients.viewer.bytes(`/api/cases/${caseId}/versions/${version.number}/rtstruct`);
  const text = Buffer.from(file).toString("latin1");
  expect(text).toContain("approver");
  expect(text).not.toContain("Somebody else");
});

test("a wrong password and an unknown login are refused alike, and who guesses has to wait", async () => {
  const guess = createClient(server.client.base);
  const wrong = await guess.refusal("signIn", {}, { login: "admin", password: "x" });
  const unknown = await guess.refusal("signIn", {}, { login: "nobody", password: "x" });
  expect(wrong).toEqual(unknown);
  expect(wrong).toMatchObject({ status: 401, code: "wrong-password" });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 25; attempt++)
    statuses.push((await guess.refusal("signIn", {}, { login: "admin", password: "x" })).status);
  expect(statuses.at(-1)).toBe(429);
  // Whoever is signed in works on.
  expect((await clients.admin.call("session", {}, undefined)).account?.role).toBe("admin");
});

test("the audit log has who opened, signed and was refused, in a whole chain that the database lets nobody change", async () => {
  const text = Buffer.from(await clients.admin.bytes(byteRoutes.auditFile)).toString();
  const entries: AuditEntry[] = text
    .trimEnd()
    .split("\n")
    .map((line) => auditEntrySchema.parse(JSON.parse(line)));
  const check = new ChainCheck();
  expect(entries.map((entry) => check.next(entry)).filter((problem) => problem !== undefined)).toEqual([]);
  const has = (part: Partial<AuditEntry>) => expect(entries).toContainEqual(expect.objectContaining(part));
  has({ who: "viewer", action: "signIn", refused: "" });
  has({ who: "", action: "signIn", refused: "wrong-password" });
  has({ who: "viewer", action: "openReview", subject: { caseId: server.caseId }, refused: "not-your-role" });
  has({ who: "approver", action: "approve", refused: "" });
  has({ who: "editor", action: "approve", refused: "not-your-role" });
  expect(text).not.toContain("Somebody else");
  const listed = await clients.admin.call("audit", {}, undefined);
  expect(listed[0].number).toBeGreaterThanOrEqual(entries.length);
});

test("an admin changes a role at once, the last admin stays one, and a disabled account is out", async () => {
  const users = await clients.admin.call("listUsers", {}, undefined);
  const idOf = (login: string) => users.find((user) => user.login === login)?.id ?? "";
  await clients.admin.call("changeUser", { userId: idOf("editor") }, { role: "viewer" });
  expect((await clients.editor.refusal("beginUpload", {}, {})).code).toBe("not-your-role");
  await clients.admin.call("changeUser", { userId: idOf("editor") }, { role: "editor" });
  await clients.editor.call("beginUpload", {}, {});
  const last = await clients.admin.refusal("changeUser", { userId: idOf("admin") }, { role: "viewer" });
  expect(last).toMatchObject({ status: 400, code: "usage" });
  await clients.admin.call("changeUser", { userId: idOf("editor") }, { disabled: true });
  expect((await clients.editor.refusal("beginUpload", {}, {})).code).toBe("signed-out");
  const twice = { login: "ann", displayName: "doctor VIEWER", role: "viewer", password } as const;
  expect((await clients.admin.refusal("addUser", {}, twice)).code).toBe("usage");
  const another = { password: "another correct horse" };
  await clients.admin.call("changeUser", { userId: idOf("editor") }, another);
  const log = (await clients.admin.call("audit", {}, undefined)).toReversed();
  const changes = log.filter(({ action }) => action === "changeUser" || action === "addUser").slice(-8);
  expect(changes.map(({ subject: { userId, ...asked }, refused }) => ({ ...asked, refused }))).toEqual([
    { role: "viewer", refused: "" },
    { role: "editor", refused: "" },
    { role: "viewer", refused: "" },
    { role: "viewer", refused: "usage" },
    { disabled: "true", refused: "" },
    { ...twice, password: "another", refused: "" },
    { ...twice, password: "another", refused: "usage" },
    { password: "another", refused: "" },
  ]);
  expect(JSON.stringify(log)).not.toContain(another.password);
});

test("a session ends an hour after its person asked for something, at the latest after half a day, and by signing out", async () => {
  const asks = (role: Role) => clients[role].request("listModels", {}, undefined);
  const waits = (role: Role) => clients[role].request("listCases", {}, undefined);
  now += 0.9 * hour;
  expect((await asks("admin")).status).toBe(200);
  // The page asks by itself.
  expect((await waits("viewer")).status).toBe(200);
  now += 0.9 * hour;
  expect([(await asks("admin")).status, (await waits("viewer")).status]).toEqual([200, 401]);
  for (let hours = 1.8; hours < 11.5; hours += 0.9) {
    now += 0.9 * hour;
    expect((await asks("admin")).status).toBe(200);
  }
  now += 0.9 * hour;
  expect((await asks("admin")).status).toBe(401);
});
