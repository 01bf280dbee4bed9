/** Signing in over TLS, and through a real OpenID Connect provider; nothing is mocked. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { request as secureRequest } from "node:https";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { emptyWorkspace } from "../../../../test/shared-inputs.ts";
import { addAccounts, password } from "../../../../test/workspace/accounts.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "delineate-sign-in-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Served with accounts; the folder is `name` below this test's. */
async function served(name: string, options: Partial<Parameters<typeof openServer>[0]>, withAccounts = true) {
  const data = join(folder, name);
  emptyWorkspace(data);
  if (withAccounts) await addAccounts(data);
  const onFault = (fault: unknown) => console.error(fault);
  return openServer({ data, host: "127.0.0.1", port: 0, sample: false, onFault, ...options });
}

test("beyond this machine it listens only with accounts and TLS, and the workspace is free again when it does not", async () => {
  const everywhere = { host: "0.0.0.0" };
  await expect(served("none", everywhere, false)).rejects.toMatchObject({
    code: "usage",
    message: /no accounts/,
  });
  const proxied = { publicUrl: "https://delineate.example" };
  await expect(served("none", proxied, false)).rejects.toMatchObject({
    code: "usage",
    message: /no accounts/,
  });
  await expect(served("clear", everywhere)).rejects.toMatchObject({ code: "usage", message: /in the clear/ });
  await (await served("none", {}, false)).close();
});

test("over TLS the session's cookie is for this host and TLS alone, and no script reads it", async () => {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  const tls = { cert: readFileSync(cert), key: readFileSync(key) };
  const server = await served("tls", { tls, host: "0.0.0.0" });
  try {
    const { port } = new URL(server.url);
    const answer = await post(
      `https://localhost:${port}/api/session`,
      { login: "viewer", password },
      tls.cert,
    );
    expect(answer.status).toBe(200);
    const [cookie] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-delineate=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers["strict-transport-security"]).toMatch(/max-age=/);
  } finally {
    await server.close();
  }
});

test.each([
  ["of an address, for any account", undefined, 429],
  [
    "of an account, where all people come from the address of a server before this one",
    "https://delineate.example",
    200,
  ],
])("attempts are counted %s", async (_, publicUrl, other) => {
  const server = await served(`limit-${other}`, { publicUrl });
  try {
    const signIn = async (login: string, secret: string): Promise<number> => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ login, password: secret });
      return (await fetch(`${server.url}/api/session`, { method: "POST", headers, body })).status;
    };
    const basic = async (login: string, secret: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`;
      return (await fetch(`${server.url}/api/dicom-web/studies`, { headers: { authorization } })).status;
    };
    for (const [attempt, wrong] of [
      [signIn, 401],
      [basic, 401],
    ] as const) {
      for (let at = 0; at < 20; at++) expect(await attempt("editor", `guess number ${at}`)).toBe(wrong);
      expect(await attempt("editor", password)).toBe(429);
      expect(await attempt("viewer", password)).toBe(other);
    }
  } finally {
    await server.close();
  }
});

function post(url: string, body: object, ca: Buffer) {
  return new Promise<{ status: number | undefined; headers: Record<string, string | string[] | undefined> }>(
    (resolve, reject) => {
      const sent = secureRequest(
        url,
        { method: "POST", ca, headers: { "content-type": "application/json" } },
        (answer) => {
          answer.resume().once("end", () => resolve({ status: answer.statusCode, headers: answer.headers }));
        },
      );
      sent.once("error", reject);
      sent.end(JSON.stringify(body));
    },
  );
}

/** The provider's own pages for trials: any login is somebody, any password is right. */
async function startProvider(
  clientSecret: string,
  answerUrl: string,
): Promise<{ readonly issuer: string; readonly server: Server }> {
  const port = await freePort();
  // By another name than the server under test: for browsers that is another site.
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "delineate", client_secret: clientSecret, redirect_uris: [answerUrl] }],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false,
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, name: `Doctor ${sub}`, preferred_username: sub }),
    }),
    pkce: { required: () => true },
  });
  const server = createServer(provider.callback());
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return { issuer, server };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, "127.0.0.1", () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** Node.js's fetch says "cors" of itself, whatever the headers. */
function exchange(url: URL, { method, headers, body }: Sent, says: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...headers, ...says } }, resolve)
      .once("error", reject)
      .end(body);
  });
}

/**
 * A browser as far as signing in needs one: cookies by host and SameSite, redirects, what it says of where a navigation comes from
 * (Fetch Metadata), and the provider's forms filled in.
 */
class Browser {
  readonly #cookies = new Map<string, Map<string, { readonly value: string; readonly sameSite: string }>>();
  #page: URL | undefined;

  /** `isForeign`: on its way it was led through another site than the page's that it began on. */
  async go(
    address: string,
    init: Sent = {},
    isForeign = false,
  ): Promise<{ url: URL; status: number; text: string }> {
    const url = new URL(address);
    const from = this.#page;
    const foreign = isForeign || (from !== undefined && from.hostname !== url.hostname);
    const site = from === undefined ? "none" : foreign ? "cross-site" : "same-origin";
    const jar = this.#cookies.get(url.host) ?? new Map<string, { value: string; sameSite: string }>();
    this.#cookies.set(url.host, jar);
    const isSent = (sameSite: string): boolean =>
      !foreign || (sameSite === "lax" && (init.method ?? "GET") === "GET");
    const cookie = [...jar]
      .filter(([, { sameSite }]) => isSent(sameSite))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
    const says = {
      "sec-fetch-site": site,
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      cookie,
    };
    const response = await exchange(url, init, says);
    for (const line of response.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const sameSite = /SameSite=(\w+)/i.exec(line)?.[1].toLowerCase() ?? "lax";
      if (/expires=Thu, 01 Jan 1970|Max-Age=0/i.test(line)) jar.delete(name);
      else jar.set(name, { value, sameSite });
    }
    const next = response.headers.location;
    if (next !== undefined) return this.go(new URL(next, url).href, {}, foreign);
    this.#page = url;
    return { url, status: response.statusCode ?? 0, text: await text(response) };
  }

  /** Submits the page's form with these values beside its hidden ones. */
  submit({ url, text }: { url: URL; text: string }, values: Readonly<Record<string, string>>) {
    const action = /<form[^>]+action="([^"]+)"/.exec(text)?.[1] ?? "";
    const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name, value],
    );
    return this.go(new URL(action, url).href, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `${new URLSearchParams({ ...Object.fromEntries(hidden), ...values })}`,
    });
  }
}

test("another service says who somebody is: a new account that looks only, the same one next time, and no other's", async () => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const secret = "a secret between the two";
  const provider = await startProvider(secret, `${base}${byteRoutes.singleSignOnAnswer}`);
  const singleSignOn = { issuer: provider.issuer, clientId: "delineate", clientSecret: secret };
  const server = await served("oidc", { port, singleSignOn });
  const session = async (browser: Browser) => JSON.parse((await browser.go(`${base}/api/session`)).text);
  const signIn = async (login: string) => {
    const browser = new Browser();
    await browser.go(`${base}/`);
    const form = await browser.go(`${base}${byteRoutes.singleSignOn}`);
    expect(form.url.hostname).toBe("localhost");
    const consent = await browser.submit(form, { prompt: "login", login, password: "x" });
    const end = await browser.submit(consent, { prompt: "consent" });
    return { browser, end };
  };
  try {
    const ann = await signIn("ann");
    expect(ann.end.url.pathname).toBe("/");
    const { account } = await session(ann.browser);
    expect(account).toMatchObject({ login: "ann", displayName: "Doctor ann", role: "viewer" });
    expect((await session((await signIn("ann")).browser)).account.id).toBe(account.id);
    // An account with a password is not taken over by whoever is called the same there.
    const admin = await signIn("admin");
    expect(admin.end.status).toBe(400);
    expect((await session(admin.browser)).account).toBeNull();
    // An answer that this browser did not ask for.
    const stray = await new Browser().go(`${base}${byteRoutes.singleSignOnAnswer}?code=x&state=y`);
    expect([stray.status, JSON.parse(stray.text).error.code]).toEqual([401, "wrong-password"]);
  } finally {
    await server.close();
    provider.server.closeAllConnections();
    provider.server.close();
  }
});
