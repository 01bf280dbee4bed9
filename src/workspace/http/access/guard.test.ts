/** Who is let in: pages of this server under names of this machine, and programs; and faults that tell nothing. */
import { readFileSync } from "node:fs";
import type * as Os from "node:os";
import fastify from "fastify";
import { expect, test, vi } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { registerFailures } from "../failures.ts";
import { guard, namesOf } from "./guard.ts";

/** As the system answers a process that may open no netlink socket. */
vi.mock("node:os", async (original) => ({
  ...(await original<typeof Os>()),
  networkInterfaces: () => {
    throw new Error("uv_interface_addresses returned Unknown system error 97");
  },
}));

const faults: unknown[] = [];
function serverFor(host: string) {
  const app = fastify();
  registerFailures(app, (fault) => faults.push(fault));
  guard(app, { host });
  app.all("/api/x", async () => ({}));
  app.get("/api/fault", async () => {
    throw new Error("a path or a name");
  });
  app.all(byteRoutes.singleSignOnAnswer, async () => ({}));
  app.get("/page", async () => "page");
  return app;
}

const local = "127.0.0.1:8042";

const get = (url: string, headers: Record<string, string>) => ({ method: "GET", url, headers }) as const;
/** What a browser says of a link or a redirect that another site leads through. */
const led = {
  host: local,
  "sec-fetch-site": "cross-site",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
};
const answer = `${byteRoutes.singleSignOnAnswer}?code=x&state=y`;
const post = (url: string, headers: Record<string, string>) => ({ method: "POST", url, headers }) as const;

test.each([
  ["a program of this machine", 200, get("/api/x", { host: local })],
  ["a page of this server", 200, post("/api/x", { host: local, origin: `http://${local}` })],
  ["this machine by name", 200, get("/api/x", { host: "localhost:1" })],
  ["this machine by IPv6", 200, get("/api/x", { host: "[::1]:8042" })],
  ["a name that was rebound to this address", 403, get("/api/x", { host: "evil.example:8042" })],
  ["another site's form", 403, post("/api/x", { host: local, origin: "http://evil.example" })],
  ["another port's page", 403, post("/api/x", { host: local, origin: "http://127.0.0.1:9999" })],
  ["a sandboxed page", 403, post("/api/x", { host: local, origin: "null" })],
  ["another site's image", 403, get("/api/x", { host: local, "sec-fetch-site": "cross-site" })],
  ["a link on another site to the page", 200, get("/page", { host: local, "sec-fetch-site": "cross-site" })],
  ["the way back from the sign-on service", 200, get(answer, led)],
  ["another site's link to anything else", 403, get("/api/x", led)],
  ["another site's link below that way", 403, get(`${byteRoutes.singleSignOnAnswer}/x`, led)],
  ["another site's form to that way", 403, post(answer, led)],
  ["another site's frame with that way", 403, get(answer, { ...led, "sec-fetch-dest": "iframe" })],
  ["another site's script with that way", 403, get(answer, { ...led, "sec-fetch-mode": "no-cors" })],
])("%s: %i", async (_, status, request) => {
  const response = await serverFor("127.0.0.1").inject(request);
  expect(response.statusCode).toBe(status);
  expect(response.headers["content-security-policy"]).toContain("default-src 'self'");
  expect(response.headers["x-content-type-options"]).toBe("nosniff");
});

test("a host that was asked for is let in, another is not", async () => {
  const app = serverFor("review.hospital");
  const status = async (host: string) => (await app.inject({ url: "/api/x", headers: { host } })).statusCode;
  expect(await status("Review.Hospital:80")).toBe(200);
  expect(await status("other.hospital")).toBe(403);
});

test("a fault is a plain sentence to the page and whole to the log", async () => {
  const response = await serverFor("127.0.0.1").inject({ url: "/api/fault", headers: { host: local } });
  expect(response.statusCode).toBe(500);
  expect(response.json().error.code).toBe("unexpected");
  expect(response.body).not.toContain("a path or a name");
  expect(faults).toEqual([expect.objectContaining({ message: "a path or a name" })]);
});

test("this machine's addresses are asked for where it listens everywhere, alone; where they are not told, that is said", () => {
  expect(namesOf("127.0.0.1")).toEqual(["127.0.0.1"]);
  for (const host of ["0.0.0.0", "::"]) expect(() => namesOf(host)).toThrow("AF_NETLINK");
});

test("the unit that listens everywhere may ask for this machine's addresses", () => {
  const unit = readFileSync(new URL("../../../../deploy/delineate.service", import.meta.url), "utf8");
  expect(unit).toContain("--host 0.0.0.0");
  expect(unit).toMatch(/^RestrictAddressFamilies=.*\bAF_NETLINK\b/m);
});
