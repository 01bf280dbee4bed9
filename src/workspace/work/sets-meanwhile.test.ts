/** Structure sets that come while those before them are being taken in, and once more. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { text, textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace, phantomFolder } from "../../../test/shared-inputs.ts";
import { caseWork } from "./case-work.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";
import { importFolder } from "./upload/import-cases.ts";

test("a structure set that comes while another is taken in is taken in after it, once", async () => {
  const data = mkdtempSync(join(tmpdir(), "meanwhile-"));
  emptyWorkspace(data);
  const workspace = await openWorkspace(data);
  const tasks = createTaskRunner();
  const phantom = await phantomFolder(47, 64);
  onTestFinished(async () => {
    await tasks.stop();
    await workspace.close();
    for (const folder of [data, dirname(phantom)]) rmSync(folder, { recursive: true });
  });
  const set = readFileSync(join(phantom, "rtstruct.dcm"));
  const upload = (label: string) => {
    const folder = join(workspace.uploads, label);
    mkdirSync(folder);
    const { dataSet, transferSyntaxUid } = readDicom(set, "a structure set");
    const uid = text(dataSet, tags.SOPInstanceUID);
    const labelled = new Map([
      ...dataSet,
      [tags.StructureSetLabel, textElement("SH", label)],
      [tags.SOPInstanceUID, textElement("UI", `${uid}.${label.length}`)],
    ]);
    writeFileSync(join(folder, "rtstruct.dcm"), writeDicomFile(labelled, transferSyntaxUid));
    return importFolder(workspace, folder);
  };
  const ct = join(workspace.uploads, "ct");
  cpSync(join(phantom, "ct"), ct, { recursive: true });
  const [{ id }] = (await importFolder(workspace, ct)).cases;

  const reading: TaskRunner = {
    ...tasks,
    masks: async (task, progress) => {
      if (task.firstNumber === 0) {
        const { taken } = await upload("second");
        expect(taken).toEqual([expect.stringContaining('Structure set "second" with 1 ROI was added')]);
      }
      return tasks.masks(task, progress);
    },
  };
  const { work } = caseWork(workspace, { reading, contouring: tasks, idle: () => undefined });
  const takenJobs: string[] = [];
  const workOff = async (): Promise<void> => {
    for (let job = await workspace.queue.take("reading"); job; job = await workspace.queue.take("reading")) {
      takenJobs.push(job.kind);
      await work[job.kind](job);
    }
  };
  await workOff();
  await upload("first");
  await workOff();
  expect(takenJobs).toEqual(["prepare", "masks", "masks", "masks"]);
  const labels = async (): Promise<string[]> => {
    const imported = workspace.db.selectFrom("imported").select("label").where("case_id", "=", id);
    return (await imported.orderBy("label").execute()).map(({ label }) => label);
  };
  expect(await labels()).toEqual(["GTV, imported", "GTV, imported (2)"]);

  // As if the work on it had been given up: who adds it once more has it taken in.
  await workspace.db.deleteFrom("imported").where("label", "=", "GTV, imported").execute();
  expect((await upload("first")).taken.join()).toContain("is with its CT on the worklist already");
  await workOff();
  expect(await labels()).toEqual(["GTV, imported", "GTV, imported (2)"]);
});
