/** The import as a program: killed with SIGKILL it goes on, and what it makes is described, split and trained on. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCt, writeSet } from "./archive.ts";
import { signalAt } from "./signal-at.ts";

const folder = mkdtempSync(join(tmpdir(), "import kill ü-"));
const archive = join(folder, "archive");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const patients = 30;

beforeAll(async () => {
  for (let number = 0; number < patients; number++) {
    const name = `p${String(number).padStart(2, "0")}`;
    const ct = await writeCt(join(archive, name, "ct"), {
      person: { id: name, name },
      uidName: name,
      seed: number,
    });
    writeSet(join(archive, name, "set.dcm"), ct, { GTV: [5, 9 + (number % 5)] });
  }
});

const main = join(import.meta.dirname, "../src/cli/main.ts");

function importTo(out: string, node: readonly string[] = []) {
  const { status, signal } = spawnSync(process.execPath, [...node, main, "import", archive, "--out", out]);
  return { status, signal };
}

/** Each patient's file without the salted digest of its ID. */
function patientsOf(cohort: string): unknown[] {
  return readdirSync(join(cohort, "patients"))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const { person, ...rest } = JSON.parse(readFileSync(join(cohort, "patients", name), "utf8"));
      expect(person).toMatch(/^[0-9a-f]{64}$/);
      return rest;
    });
}

test("killed after the first patients and started again, the cohort is that of an uninterrupted import", () => {
  const whole = join(folder, "whole");
  expect(importTo(whole).status).toBe(0);
  const killed = join(folder, "killed");
  expect(importTo(killed, signalAt("case-0003.json", "SIGKILL")).signal).toBe("SIGKILL");
  const importedCount = patientsOf(killed).length;
  expect(importedCount).toBeLessThan(patients);
  expect(importTo(killed).status).toBe(0);
  expect(patientsOf(killed)).toEqual(patientsOf(whole));
  expect(patientsOf(whole).length).toBe(patients);
});

test("an archive of which no patient can be taken ends with code 1, and says why", () => {
  // A CT alone has no contour to learn from.
  const args = ["import", join(archive, "p00", "ct"), "--out", join(folder, "none")];
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stdout).toContain("0 patients taken");
});

test("a cohort without a patient is begun again with another --roi, one with patients is not", () => {
  const out = join(folder, "misspelt");
  const importAs = (roi: string) =>
    spawnSync(process.execPath, [main, "import", archive, "--out", out, "--roi", roi], { encoding: "utf8" });
  expect(importAs("GTW").status).toBe(1);
  expect(importAs("GTV").status).toBe(0);
  expect(patientsOf(out)).toHaveLength(patients);
  expect(importAs("GTV.*").stderr).toContain("was begun with --roi 'GTV'");
});

test("the command line's JSON tells what was taken and holds no path of a source, and it trains on the cohort", () => {
  const out = join(folder, "whole");
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  const imported = run("import", archive, "--out", out, "--json");
  expect(imported.status).toBe(0);
  const report = JSON.parse(imported.stdout);
  expect(report).toMatchObject({ added: [], refused: [] });
  expect(report.patients.length).toBe(patients);
  expect(imported.stdout).not.toContain(archive);
  const described = run("cohort", "describe", out, "--json");
  expect(JSON.parse(described.stdout).patients.length).toBe(patients);
  const split = run("cohort", "split", out, "--test", "0.2", "--out", join(folder, "split.json"));
  expect(split.status).toBe(0);
  expect(split.stdout).toContain("Patients");
  const options = "--set size=64 --set width=4 --epochs 1 --set batch=16".split(" ");
  const trained = run("train", out, "--out", join(folder, "run"), ...options);
  expect(trained.status).toBe(0);
  expect(existsSync(join(folder, "run", "model.onnx"))).toBe(true);
});
