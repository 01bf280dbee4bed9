/** What a machine keeps of the files that it read. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#workspace/records/database.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import { tidyCache } from "./cache.ts";

const folder = mkdtempSync(join(tmpdir(), "cache-"));
const cache = join(folder, "cache");
const hour = 3600_000;
const now = Date.UTC(2020, 5, 15);
let database: Database;
beforeAll(async () => {
  emptyWorkspace(folder);
  database = await openDatabase(join(folder, "records"));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A case of 100 bytes that was last used so many hours ago. */
async function keptCase(unusedHours: number): Promise<string> {
  const id = await bareCase(database.db);
  const file = { case_id: id, path: "ct/slices.bin", sha256: "", bytes: 100 };
  await database.db.insertInto("files").values(file).execute();
  place(id, unusedHours);
  return id;
}

function place(id: string, unusedHours: number): void {
  mkdirSync(join(cache, id, "ct"), { recursive: true });
  writeFileSync(join(cache, id, "ct", "slices.bin"), "");
  const used = new Date(now - unusedHours * hour);
  utimesSync(join(cache, id), used, used);
}

test("a cache loses removed patients, those of last week, and beyond its size the ones not used for longest", async () => {
  const removed = crypto.randomUUID();
  place(removed, 0);
  const ages = [0.5, 3, 2, 8 * 24];
  const [reading, older, newer, lastWeek] = await Promise.all(ages.map(keptCase));
  const casesExist = (): boolean[] =>
    [removed, reading, older, newer, lastWeek].map((id) => existsSync(join(cache, id)));
  await tidyCache(cache, database.db, { nowMs: now, mostBytes: 300 });
  expect(casesExist()).toEqual([false, true, true, true, false]);
  await tidyCache(cache, database.db, { nowMs: now, mostBytes: 200 });
  expect(casesExist()).toEqual([false, true, false, true, false]);
  // Somebody may be reading it.
  await tidyCache(cache, database.db, { nowMs: now, mostBytes: 0 });
  expect(casesExist()).toEqual([false, true, false, false, false]);
});
