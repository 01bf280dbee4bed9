/** Uploads of one CT at the same moment, and one after another. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { caseRow } from "#workspace/records/case-rows.ts";
import { listCases } from "#workspace/records/cases.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../../test/shared-inputs.ts";
import { writeSmallSeries } from "../../../../test/workspace/load/small-series.ts";
import { importFolder } from "./import-cases.ts";

/** A workspace of its own, and the folder that it lies in; both go with the test. */
async function openEmpty() {
  const folder = mkdtempSync(join(tmpdir(), "import-cases-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const workspace = await openWorkspace(data);
  onTestFinished(async () => {
    await workspace.close();
    rmSync(folder, { recursive: true });
  });
  return { folder, workspace };
}

test("of two uploads of a CT at once one takes it, and the other says that it is there", async () => {
  const { folder, workspace } = await openEmpty();
  const [name] = writeSmallSeries(folder, { count: 1, slices: 4 });
  const [first, second] = ["first", "second"].map((upload) => join(workspace.uploads, upload));
  for (const upload of [first, second]) cpSync(join(folder, name), upload, { recursive: true });
  const { files } = workspace;
  const take: typeof files.take = async (caseId, from) => {
    // When the first one has been read, and is not recorded yet.
    expect((await importFolder(workspace, second)).cases).toHaveLength(1);
    return files.take(caseId, from);
  };
  const { cases, problems } = await importFolder({ ...workspace, files: { ...files, take } }, first);
  expect(cases).toEqual([]);
  expect(problems).toEqual(["A CT series is on the worklist already and was not taken a second time."]);
});

test("images of a CT that was taken already, and are not its own, are told of and stay a finding; the same again are none", async () => {
  const { folder, workspace } = await openEmpty();
  const [name] = writeSmallSeries(folder, { count: 1, slices: 8 });
  const slices = readdirSync(join(folder, name)).sort();
  const upload = async (files: readonly string[], flipped?: string) => {
    const to = join(workspace.uploads, crypto.randomUUID());
    mkdirSync(to);
    for (const file of files) {
      const bytes = readFileSync(join(folder, name, file));
      if (file === flipped) bytes[bytes.length - 1] ^= 1;
      writeFileSync(join(to, file), bytes);
    }
    return importFolder(workspace, to);
  };
  const [{ id }] = (await upload(slices.slice(0, 4))).cases;
  const findings = async () => (await caseRow(workspace.db, id)).findings.length;

  expect((await upload(slices.slice(0, 4))).problems.join()).toContain("was not taken a second time");
  expect(await findings()).toBe(0);
  expect((await upload(slices.slice(0, 4), slices[2])).problems.join()).toContain(
    "1 of these images are not",
  );
  expect(await findings()).toBe(1);
  // The other half of what should have come at once.
  expect((await upload(slices.slice(4))).problems.join()).toContain("4 of these images are not there");
  expect((await upload(slices)).problems.join()).toContain("of 8 slices is on the worklist already with 4");
  expect(await findings()).toBe(1);
});

test("a case that was recorded keeps its files where the answer to that was lost with the line", async () => {
  const { folder, workspace } = await openEmpty();
  const [name] = writeSmallSeries(folder, { count: 1, slices: 4 });
  const upload = join(workspace.uploads, "upload");
  cpSync(join(folder, name), upload, { recursive: true });
  const transact: typeof workspace.transact = async (work) => {
    await workspace.transact(work);
    throw new Error("Connection terminated unexpectedly");
  };
  await expect(importFolder({ ...workspace, transact }, upload)).rejects.toThrow("terminated");
  const [{ id }] = await listCases(workspace);
  expect(readdirSync(workspace.folderOf(id).dicom)).toHaveLength(4);
  expect(await workspace.db.selectFrom("removals").selectAll().execute()).toEqual([]);
});
