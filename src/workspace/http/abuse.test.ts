/** Requests that are none, seeded: the server answers or hangs up, writes nothing, reports no fault, and works on for others. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { malformedRequest, sendRaw } from "../../../test/workspace/malformed-http.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

const count = 400;
let server: PhantomServer;
beforeAll(async () => {
  server = await openPhantomServer(20);
});
afterAll(() => server.close());

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith("data/records"),
  );

test(`${count} malformed requests end their own connection and nothing else`, async () => {
  const url = new URL(server.client.base);
  const before = filesIn(server.folder);
  for (let at = 0; at < count; at += 8)
    await Promise.all(Array.from({ length: 8 }, (_, i) => sendRaw(url, malformedRequest(at + i, url.host))));
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
