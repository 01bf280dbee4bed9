/** Accounts and the audit log on the command line, while no server runs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "accounts-"));
const data = join(folder, "data");
const log = join(folder, "audit.jsonl");
emptyWorkspace(data);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function delineate(args: readonly string[], input = "") {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, ...args],
    { input, encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

test("an account is made with a password from standard input, and stands in a log that shows any change", () => {
  const add = ["user", "add", "ann", "--name", "Ann Example", "--role", "admin", "--data", data];
  expect(delineate(add, "too short\n")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("12 characters"),
  });
  expect(delineate(add, "correct horse battery\n").status).toBe(0);
  const { stdout } = delineate(["user", "list", "--json", "--data", data]);
  expect(JSON.parse(stdout)).toMatchObject([{ login: "ann", displayName: "Ann Example", role: "admin" }]);
  expect(delineate(["audit", "export", log, "--data", data]).status).toBe(0);
  const auditLog = readFileSync(log, "utf8");
  const asked = { displayName: "Ann Example", role: "admin", password: "another" };
  expect(JSON.parse(auditLog).subject).toEqual({ login: "ann", ...asked, by: "the command line" });
  // What was refused stands there as refused, and not only as if it had been done.
  expect(delineate(add, "correct horse battery\n").stderr).toContain("There is an account ann already");
  const later = join(folder, "later.jsonl");
  expect(delineate(["audit", "export", later, "--data", data]).status).toBe(0);
  const refusals = readFileSync(later, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).refused);
  expect(refusals).toEqual(["", "", "usage"]);
  const { hash } = JSON.parse(auditLog);
  expect(delineate(["audit", "check", log, "--holds", hash]).status).toBe(0);
  expect(delineate(["audit", "check", log, "--holds", "another"]).stderr).toContain("broken-audit");
  expect(delineate(["audit", "check", join(folder, "none.jsonl")]).stderr).toContain("(file-not-found)");
  expect(delineate(["audit", "check", folder]).stderr).toContain("(file-unreadable)");
  writeFileSync(log, auditLog.replace('"ann"', '"bob"'));
  expect(delineate(["audit", "check", log])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("line 1"),
  });
});
