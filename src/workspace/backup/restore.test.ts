/** Backups of the versions before this one, which lack what tables have got since. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase, bareVersion } from "../../../test/workspace/bare-case.ts";
import { backUp, names } from "./backup.ts";
import { restore } from "./restore.ts";
import type { Row } from "./tables.ts";

/** Columns of migrations after the first. */
const since: Readonly<Record<string, readonly string[]>> = {
  cases: ["model_id"],
  automatic: ["helpers"],
  versions: ["withdrawn"],
};

/** As the program's first version would have made it of the same records. */
function asOfFirstVersion(backup: string): void {
  const path = join(backup, names.records);
  const rows = readFileSync(path, "utf8").split("\n").filter(Boolean);
  const older = rows.map((line) => {
    const { table, row } = JSON.parse(line) as Row;
    const left = Object.entries(JSON.parse(row)).filter(([column]) => !since[table]?.includes(column));
    return `${JSON.stringify({ table, row: JSON.stringify(Object.fromEntries(left)) })}\n`;
  });
  writeFileSync(path, older.join(""));
  const about = JSON.parse(readFileSync(join(backup, names.about), "utf8"));
  const records = createHash("sha256").update(older.join("")).digest("hex");
  writeFileSync(join(backup, names.about), JSON.stringify({ ...about, schema: 1, records }));
}

test("a file that the records name and that is gone is refused by its name; a backup of an older version is restored, with the defaults of what came since", async () => {
  const folder = mkdtempSync(join(tmpdir(), "restore-"));
  const [data, backup, again] = ["data", "backup", "again"].map((name) => join(folder, name));
  emptyWorkspace(data);
  const workspace = await openWorkspace(data);
  const caseId = await bareCase(workspace.db);
  const contour = { model_digest: "d", model_name: "", model_version: "", threshold: 0.5, volume_cc: 1 };
  const json = { helpers: "[]", trained_on: "[]", gtv_voxels: "[]", uncertain_voxels: "[]", expected: "{}" };
  const row = { ...contour, ...json, case_id: caseId, ms_per_slice: 1, finished_at: new Date() };
  await workspace.db.insertInto("automatic").values(row).execute();
  await bareVersion(workspace.db, caseId, { number: 1, digest: "" });
  const reviewId = await bareVersion(workspace.db, caseId, { number: 2, digest: "" });
  const sentBack = { reviewer: "Ann", reason: "A node is missing.", at: new Date().toISOString() };
  await workspace.db
    .updateTable("cases")
    .set({ sent_back: JSON.stringify(sentBack) })
    .execute();
  await workspace.db.updateTable("reviews").set({ state: "open" }).where("id", "=", reviewId).execute();
  const files = workspace.folderOf(caseId);
  const named = [files.automaticMask("d"), files.confidence("d"), files.rtstruct(1), files.rtstruct(2)];
  for (const path of named) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  await workspace.close();
  for (const path of named) {
    rmSync(path);
    await expect(backUp({ data, out: backup })).rejects.toMatchObject({
      code: "file-not-found",
      message: expect.stringContaining(relative(data, path)),
    });
    expect(readdirSync(folder)).toEqual(["data"]);
    writeFileSync(path, "");
  }
  await backUp({ data, out: backup });
  asOfFirstVersion(backup);

  emptyWorkspace(again);
  expect(await restore({ backup, data: again })).toMatchObject({ schema: 1, cases: 1 });
  const { db, close } = await openWorkspace(again);
  const [only] = await db.selectFrom("cases").select(["id", "model_id"]).execute();
  expect(only).toEqual({ id: caseId, model_id: "shipped" });
  const [{ helpers }] = await db.selectFrom("automatic").select("helpers").execute();
  expect(helpers).toEqual([]);
  // As far as the older records tell it.
  const versions = await db
    .selectFrom("versions")
    .select(["number", "withdrawn"])
    .orderBy("number")
    .execute();
  expect(versions.map(({ withdrawn }) => withdrawn)).toEqual([false, true]);
  await close();
  rmSync(folder, { recursive: true });
});

test("where a backup cannot be written, the place is told and nothing is left of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unwritable-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  await (await openWorkspace(data)).close();
  // So long a path that the folder has room in it, and no file in the folder: Linux takes 4095 bytes.
  const partial = `.${process.pid}.partial`;
  let out = folder;
  while (out.length < 3800) out = join(out, "a".repeat(200));
  mkdirSync(out, { recursive: true });
  const above = out;
  out = join(out, "b".repeat(4090 - out.length - 1 - partial.length - 100), "c".repeat(99));
  writeFileSync(join(folder, "file"), "");
  for (const place of [out, join(folder, "file", "backup")])
    await expect(backUp({ data, out: place })).rejects.toMatchObject({
      code: "file-unwritable",
      message: expect.stringContaining(place),
    });
  expect(readdirSync(above, { recursive: true }).filter((name) => String(name).includes("partial"))).toEqual(
    [],
  );
  rmSync(folder, { recursive: true });
});

test.each([
  ["cases/00000000-0000-4000-8000-000000000000/ct.dcm", ""],
  ["spool/series/1.2.3/1.2.3.4.dcm", "spool"],
])("what a restore left that ended half-way (%s) is not mixed with another backup", async (file, place) => {
  const folder = mkdtempSync(join(tmpdir(), "half-way-"));
  const [data, backup, again] = ["data", "backup", "again"].map((name) => join(folder, name));
  for (const each of [data, again]) {
    emptyWorkspace(each);
    await (await openWorkspace(each)).close();
  }
  // With a slash at its end, as a shell completes the name of a folder.
  await backUp({ data, out: `${backup}/` });
  mkdirSync(dirname(join(again, file)), { recursive: true });
  writeFileSync(join(again, file), "");
  await expect(restore({ backup, data: again })).rejects.toMatchObject({
    code: "file-exists",
    message: expect.stringContaining(join(again, place)),
  });
  rmSync(join(again, file.split("/")[0]), { recursive: true });
  expect(await restore({ backup, data: again })).toMatchObject({ cases: 0 });
  rmSync(folder, { recursive: true });
});
