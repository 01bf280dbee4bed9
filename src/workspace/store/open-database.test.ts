import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "./open-database.ts";

const folder = mkdtempSync(join(tmpdir(), "database-"));
const unnumbered = mkdtempSync(join(tmpdir(), "database-"));
const damaged = mkdtempSync(join(tmpdir(), "database-"));
afterAll(() => {
  for (const path of [folder, unnumbered, damaged]) rmSync(path, { recursive: true, force: true });
});

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

test("a database of before there were migrations is refused, and nothing in it is changed", async () => {
  const numbers = "select number from schema_version";
  const made = await PGlite.create(unnumbered);
  await made.exec("create table schema_version (number integer primary key)");
  await made.exec("insert into schema_version values (3)");
  await made.close();
  await expect(openDatabase(unnumbered)).rejects.toMatchObject({ code: "file-unreadable" });
  const again = await PGlite.create(unnumbered);
  expect((await again.query(numbers)).rows).toEqual([{ number: 3 }]);
  await again.close();
});

test("records that PostgreSQL cannot open are told in a sentence", async () => {
  writeFileSync(join(damaged, "PG_VERSION"), "none");
  await expect(openDatabase(damaged)).rejects.toMatchObject({
    code: "file-unreadable",
    message: expect.stringContaining(damaged),
  });
});
