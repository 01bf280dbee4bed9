import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { removeSetApart, removeUnreadable } from "./set-apart.ts";

const root = mkdtempSync(join(tmpdir(), "set-apart-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("what is set apart of a series goes, and no text that an upload took for a UID names another folder", async () => {
  const data = join(root, "data");
  const keptFolder = join(data, "spool", "apart", "1.2.4");
  const goneFolder = join(data, "spool", "refused", "1.2.3");
  for (const folder of [keptFolder, goneFolder]) mkdirSync(folder, { recursive: true });
  for (const text of [
    "..",
    "../..",
    "../../..",
    ".",
    "",
    "../apart/1.2.4",
    "/",
    "1/../1.2.4",
    "9".repeat(300),
  ])
    for (const remove of [removeSetApart, removeUnreadable]) await remove(data, text);
  await removeSetApart(data, "1.2.3");
  expect([existsSync(keptFolder), existsSync(goneFolder)]).toEqual([true, false]);
});
