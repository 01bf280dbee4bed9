/** Mistakes of who sets a service up: each is told in one sentence, the program ends, and no workspace is made. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "refusals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
emptyWorkspace(at("data"));
writeFileSync(at("text.pem"), "no certificate");
writeFileSync(
  at("clinic.yaml"),
  `aeTitle: DELINEATE
listener: { port: 0, callers: [{ aeTitle: CT, addresses: [127.0.0.1] }] }
webPeers: { archive: { url: https://pacs.example, username: me, secretIn: DELINEATE_NO_SUCH_VARIABLE } }
`,
);

/** Something stays open in it, as a library may leave it: it does not end by itself. */
const heldOpen = ["--import", "data:text/javascript,setInterval(() => {}, 1000)"];

function delineate(args: readonly string[], node: readonly string[] = []) {
  const main = new URL("../main.ts", import.meta.url).pathname;
  // A program that does not end is killed, and has no status then.
  const { status, stderr } = spawnSync(process.execPath, [...node, main, ...args], {
    input: "",
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  return { status, stderr };
}

test.each<[string, number, string[], string]>([
  ["a listing of accounts", 1, ["user", "list"], "There is no workspace in"],
  ["an audit log", 1, ["audit", "export", at("audit.jsonl")], "There is no workspace in"],
  ["a list of what to remove", 1, ["retention", "list", "--config", at("clinic.yaml")], "no workspace in"],
  ["a backup", 1, ["backup", at("backup")], "There is no workspace in"],
])("%s of a workspace that is not there", (_, code, args, sentence) => {
  const { status, stderr } = delineate([...args, "--data", at("misspelt")]);
  expect([status, stderr]).toEqual([code, expect.stringContaining(sentence)]);
  expect(existsSync(at("misspelt"))).toBe(false);
  expect(existsSync(at("audit.jsonl"))).toBe(false);
});

test("a service with a public address without https is told what was expected", () => {
  const { status, stderr } = delineate(["serve", "--data", at("data"), "--public-url", "contours.example"]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("Expected an address such as")]);
  expect(stderr).not.toContain("    at ");
});

test.each<[string, number, string[], string]>([
  [
    "a certificate that is none",
    2,
    ["--tls-certificate", at("text.pem"), "--tls-key", at("text.pem")],
    "PEM",
  ],
  ["a peer's secret that is not set", 1, ["--config", at("clinic.yaml")], "DELINEATE_NO_SUCH_VARIABLE"],
])("a service with %s ends, and its process with it, whatever is open still", (_, code, args, sentence) => {
  const { status, stderr } = delineate(["serve", "--data", at("data"), "--port", "0", ...args], heldOpen);
  expect([status, stderr]).toEqual([code, expect.stringContaining(sentence)]);
  expect(stderr).not.toContain("    at ");
});

test("a backup that is not there is told as that", () => {
  expect(delineate(["restore", at("no-backup"), "--data", at("misspelt")]).stderr).toContain(
    "There is no backup",
  );
  expect(existsSync(at("misspelt"))).toBe(false);
});
