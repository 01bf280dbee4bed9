/** Who is let in: pages of this server under names of this machine, and programs; and faults that tell nothing. */
import fastify from "fastify";
import { expect, test } from "vitest";
import { registerFailures } from "./failures.ts";
import { guard } from "./guard.ts";

const faults: unknown[] = [];
function serverFor(host: string) {
  const app = fastify();
  registerFailures(app, (fault) => faults.push(fault));
  guard(app, host);
  app.all("/api/x", async () => ({}));
  app.get("/api/fault", async () => {
    throw new Error("a path or a name");
  });
  app.get("/page", async () => "page");
  return app;
}

const local = "127.0.0.1:8042";

test.each<[string, number, Record<string, string>, "GET" | "POST", string]>([
  ["a program of this machine", 200, { host: local }, "GET", "/api/x"],
  ["a page of this server", 200, { host: local, origin: `http://${local}` }, "POST", "/api/x"],
  ["this machine by name", 200, { host: "localhost:1" }, "GET", "/api/x"],
  ["this machine by IPv6", 200, { host: "[::1]:8042" }, "GET", "/api/x"],
  ["a name that was rebound to this address", 403, { host: "evil.example:8042" }, "GET", "/api/x"],
  ["another site's form", 403, { host: local, origin: "http://evil.example" }, "POST", "/api/x"],
  ["another port's page", 403, { host: local, origin: "http://127.0.0.1:9999" }, "POST", "/api/x"],
  ["a sandboxed page", 403, { host: local, origin: "null" }, "POST", "/api/x"],
  ["another site's image", 403, { host: local, "sec-fetch-site": "cross-site" }, "GET", "/api/x"],
  [
    "a link on another site to the page",
    200,
    { host: local, "sec-fetch-site": "cross-site" },
    "GET",
    "/page",
  ],
])("%s: %i", async (_, status, headers, method, url) => {
  const response = await serverFor("127.0.0.1").inject({ method, url, headers });
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
