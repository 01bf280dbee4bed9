import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "./open-database.ts";

const folder = mkdtempSync(join(tmpdir(), "database-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a database is opened again as it is, and one of a newer version is refused", async () => {
  const made = await openDatabase(folder);
  await made.db.insertInto("removals").values({ case_id: "6f3f8c52-8d5c-4f6e-9a43-0f8a4c8a1b11" }).execute();
  await made.close();
  const again = await openDatabase(folder);
  expect(await again.db.selectFrom("removals").selectAll().execute()).toHaveLength(1);
  await again.boss.db.executeSql("insert into schema_version values (1000)");
  await again.close();
  await expect(openDatabase(folder)).rejects.toMatchObject({ code: "file-unreadable" });
});
