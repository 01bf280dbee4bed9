/** Requests that are none, seeded: the server answers or hangs up, writes nothing, reports no fault, and works on for others. */
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

const count = 400;
let server: PhantomServer;
beforeAll(async () => {
  server = await openPhantomServer(20);
});
afterAll(() => server.close());

const random = createRandom("http-abuse");
const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)];
const noise = (length: number): string =>
  String.fromCharCode(...Array.from({ length }, () => random.integer(256)));

/** What a request line, a header and a body may hold that they should not. */
function malformed(host: string): string {
  const method = pick(["GET", "POST", "PUT", "DELETE", "BREW", "", noise(5)]);
  const path = pick([
    "/api/cases/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/api/cases/%00",
    `/api/cases/${"a".repeat(random.integer(20_000))}`,
    "/api/uploads/x/file?path=../../x",
    `/api/cases?${noise(50)}`,
    "*",
    noise(30),
  ]);
  const version = pick(["HTTP/1.1", "HTTP/9.9", "HTTP/1.0", ""]);
  const headers = [
    `Host: ${host}`,
    pick([
      "",
      "Content-Length: -1",
      "Content-Length: 99999999999",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
    ]),
    pick(["", "Content-Type: application/json", "Content-Type: text/plain", `Cookie: ${noise(200)}`]),
    pick(["", `X-Long: ${"x".repeat(random.integer(30_000))}`, `Bad Name: ${noise(20)}`]),
  ].filter((header) => header !== "");
  const body = pick([
    "",
    "{",
    "{}",
    `[${"[".repeat(5000)}`,
    "5\r\nabc",
    "ffffffffff\r\n",
    noise(500),
    '{"__proto__":{"x":1}}',
  ]);
  return `${method} ${path} ${version}\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** Resolves when the server answered or hung up; hangs up itself after what it sent. */
function send(text: string): Promise<void> {
  const { hostname, port } = new URL(server.client.base);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname, () => socket.end(Buffer.from(text, "latin1")));
    socket.on("data", () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => done());
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith("data/records"),
  );

test(`${count} malformed requests end their own connection and nothing else`, async () => {
  const { host } = new URL(server.client.base);
  const before = filesIn(server.folder);
  for (let at = 0; at < count; at += 8)
    await Promise.all(Array.from({ length: 8 }, () => send(malformed(host))));
  expect(filesIn(server.folder)).toEqual(before);
  expect(server.faults).toEqual([]);
  expect(await server.client.call("listCases", {}, undefined)).toEqual([]);
});

test("an upload's names lead nowhere but into the upload", async () => {
  const { uploadId } = await server.client.call("beginUpload", {}, {});
  for (const path of [
    "../../outside.dcm",
    "/etc/outside.dcm",
    "a/../../../outside.dcm",
    "..\\..\\outside.dcm",
    "outside\0.dcm",
    "",
  ])
    await server.client.send(uploadId, path, new Uint8Array([1, 2, 3]));
  const written = filesIn(server.folder).filter((name) => name.includes("outside"));
  expect(written.filter((name) => !name.startsWith(join("data", "uploads")))).toEqual([]);
  await server.client.call("abandonUpload", { uploadId }, undefined);
  expect(server.faults).toEqual([]);
});
