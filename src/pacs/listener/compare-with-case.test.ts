/** What was sent again, against a case that a worker moves on at the same moment. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { fileHeader } from "#dicom/dataset/write-dataset.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { instanceBytes } from "../../../test/pacs/conversation.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import { startPostgres } from "../../../test/workspace/postgres-server.ts";
import { compareWithCase } from "./compare-with-case.ts";
import { openSpool } from "./spool.ts";

test("a finding of the listener and one of a worker, written at the same moment, are both there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "compare-"));
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const workspace = await openWorkspace(join(folder, "data"), undefined, { database });
  const worker = new pg.Client({ connectionString: database });
  await worker.connect();
  onTestFinished(async () => {
    await worker.end();
    await workspace.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });
  const caseId = await bareCase(workspace.db, { seriesUid: "2.25.1.1" });
  const spool = await openSpool(join(folder, "spool"));
  const path = join(folder, "late.dcm");
  const [sopClassUid, transferSyntaxUid] = [ctImageStorage, "1.2.840.10008.1.2"];
  const header = fileHeader({ sopClassUid, sopInstanceUid: "2.25.1", transferSyntaxUid });
  writeFileSync(path, joinBytes([header, instanceBytes("2.25.1")]));

  await worker.query("begin");
  const grid = JSON.stringify({ size: [1, 1, 1], spacingMm: [1, 1, 1] });
  await worker.query("update cases set findings = '[\"Read.\"]', grid = $1", [grid]);
  const files = [{ path, sopInstanceUid: "2.25.1" }];
  const sent = { caseId, seriesUid: "2.25.1.1", files, isCt: true };
  const comparing = compareWithCase({ workspace, spool }, sent);
  const waiting = async () =>
    (await postgres.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).rowCount;
  await expect.poll(waiting).toBe(1);
  await worker.query("commit");
  await comparing;
  const { findings } = await caseRow(workspace.db, caseId);
  expect(findings).toEqual(["Read.", expect.stringContaining("arrived after it was taken")]);
});
