import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLicence, unknownLicence } from "./read-licence.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "licence-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a data set's description states the licence, a file LICENCE before it, and silence is said", async () => {
  expect(await readLicence(folder)).toBe(unknownLicence);
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ name: "x", licence: "CC-BY-SA 4.0" }));
  expect(await readLicence(folder)).toBe("CC-BY-SA 4.0");
  writeFileSync(join(folder, "LICENCE"), "For our department only.\nSigned\n");
  expect(await readLicence(folder)).toBe("For our department only.");
});
