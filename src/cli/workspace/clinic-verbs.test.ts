/** The verbs of the clinic's network as a script calls them: what they print, and what an interrupt leaves. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clinicYaml } from "../../../test/pacs/clinic-server.ts";

const folder = mkdtempSync(join(tmpdir(), "clinic-verbs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = new URL("../main.ts", import.meta.url).pathname;
const program = ["--disable-warning=ExperimentalWarning", main];

test("config check --json prints one document, also for a configuration with problems", () => {
  const path = join(folder, "clinic.yaml");
  const check = () => {
    const args = [...program, "config", "check", path, "--json"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return { status, answer: JSON.parse(stdout) };
  };
  writeFileSync(path, clinicYaml("typo: 1\n"));
  const bad = check();
  expect([bad.status, bad.answer.problems[0].message]).toEqual([1, "typo: there is no such setting"]);
  writeFileSync(path, clinicYaml());
  expect(check()).toEqual({ status: 0, answer: { problems: [], series: [] } });
});

test("a fetch that is interrupted leaves nothing behind", async () => {
  // A peer that sends one instance, and then no more.
  const server = createServer((_, response) => {
    response.setHeader("content-type", 'multipart/related; type="application/dicom"; boundary=b');
    response.write("--b\r\ncontent-type: application/dicom\r\n\r\nDICM\r\n--b\r\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const out = join(folder, "study");
  const child = spawn(process.execPath, [
    ...[...program, "fetch", `http://127.0.0.1:${port}`, "--study", "1.2.3", "--out", out],
  ]);
  const begun = (): string[] => readdirSync(folder).filter((name) => name.startsWith("study"));
  await expect.poll(() => begun().flatMap((name) => readdirSync(join(folder, name)))).toHaveLength(1);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([130, null]);
  expect(begun()).toEqual([]);
  server.closeAllConnections();
  server.close();
});

test("a study is fetched into a folder that is named with a slash at its end, and a place that cannot be is said", async () => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", 'multipart/related; type="application/dicom"; boundary=b');
    response.end("--b\r\ncontent-type: application/dicom\r\n\r\nDICM\r\n--b--\r\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fetchInto = async (out: string) => {
    const fetching = ["fetch", `http://127.0.0.1:${port}`, "--study", "1.2.3", "--out", out];
    const child = spawn(process.execPath, [...program, ...fetching]);
    const said: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    const [status] = await once(child, "close");
    return { status, stderr: said.join("") };
  };
  expect(await fetchInto(`${join(folder, "whole")}/`)).toMatchObject({ status: 0 });
  expect(readdirSync(join(folder, "whole"))).toEqual(["000001.dcm"]);
  const inFile = join(folder, "whole", "000001.dcm", "study");
  expect(await fetchInto(inFile)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`error (file-unwritable): ${inFile} cannot be written: a file stands`),
  });
  server.close();
});
