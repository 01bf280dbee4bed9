/** From the spool to the worklist: a CT that comes in parts, and what stays of it in the spool. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { itemsOf, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { rtStructureSetStorage } from "#dicom/rtstruct/read-rtstruct.ts";
import type { Clinic } from "#pacs/rules/clinic.ts";
import { identifyInstance } from "#patients/instance-file.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { listCases, removeCase } from "#workspace/records/cases.ts";
import { importFolder } from "#workspace/work/upload/import-cases.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import { writeSmallSeries } from "../../../test/workspace/load/small-series.ts";
import { openSpool, type Spool } from "./spool.ts";
import { takeSeries } from "./take-series.ts";

const folder = mkdtempSync(join(tmpdir(), "take-series-"));
const [name] = writeSmallSeries(folder, { count: 1, slices: 4 });
const slices = readdirSync(join(folder, name)).map((file) => join(folder, name, file));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let workspace: Workspace;
let spool: Spool;
let seriesUid: string;
let log: string[];
beforeEach(async (context) => {
  const data = join(folder, context.task.id);
  emptyWorkspace(data);
  workspace = await openWorkspace(data);
  onTestFinished(() => workspace.close());
  spool = await openSpool(join(data, "spool"));
  seriesUid = (await identifyInstance(slices[0])).seriesInstanceUid;
  log = [];
});

/** Paths in the spool, as they stand there after they were received. */
async function arrive(paths: readonly string[]): Promise<string[]> {
  mkdirSync(spool.folderOf(seriesUid), { recursive: true });
  return Promise.all(
    paths.map(async (path) => {
      const { sopInstanceUid } = await identifyInstance(path);
      const place = join(spool.folderOf(seriesUid), `${sopInstanceUid}.dcm`);
      cpSync(path, place);
      return place;
    }),
  );
}

function take(uid = seriesUid, rules: Clinic["rules"] = []): Promise<void> {
  return takeSeries(
    { workspace, spool, rules, onCase: () => undefined, onRefusal: (line) => log.push(line) },
    uid,
  );
}

const spooled = (part: "apart" | "refused" | "unreadable"): string[] =>
  readdirSync(join(workspace.folder, "spool", part), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".dcm"),
  );

async function findings(caseId: string): Promise<string> {
  const row = workspace.db.selectFrom("cases").select("findings").where("id", "=", caseId);
  return (await row.executeTakeFirstOrThrow()).findings.join();
}

test("a CT whose sender pauses after the first image has all of its images", async () => {
  await arrive(slices.slice(0, 1));
  await take();
  expect(log.join()).toContain("was not taken");
  expect(spooled("refused")).toHaveLength(1);
  expect(await listCases(workspace)).toEqual([]);

  await arrive(slices.slice(1));
  await take();
  const [{ id, sliceCount }] = await listCases(workspace);
  expect(sliceCount).toBe(slices.length);
  expect([spooled("refused"), spooled("apart"), await spool.filesOf(seriesUid)]).toEqual([[], [], []]);
  expect(await findings(id)).toBe("");
});

test.each([
  [6, "This CT has 6 images by what its sender says of the series, and 4 came: it may lack slices."],
  [4, ""],
])(
  "a CT of 4 images whose sender speaks of %i is taken after a while, and says so where some are missing",
  async (announced, sentence) => {
    for (const path of await arrive(slices)) {
      const { dataSet, transferSyntaxUid } = readDicom(readFileSync(path), path);
      const count = textElement("IS", String(announced));
      const told = new Map([...dataSet, [tags.NumberOfSeriesRelatedInstances, count]]);
      writeFileSync(path, writeDicomFile(told, transferSyntaxUid));
    }
    await take();
    const [{ id, sliceCount }] = await listCases(workspace);
    expect(sliceCount).toBe(slices.length);
    expect((await findings(id)).slice(0, sentence.length || undefined)).toBe(sentence);
  },
);

test("an image that was refused and comes again is there once; with other contents that is a finding", async () => {
  await arrive(slices.slice(0, 1));
  await take();
  await arrive(slices.slice(0, 1));
  await take();
  expect([spooled("refused").length, spooled("apart").length]).toEqual([1, 0]);

  const [first] = await arrive(slices);
  const bytes = readFileSync(first);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(first, bytes);
  await take();
  const [{ id, sliceCount }] = await listCases(workspace);
  expect(sliceCount).toBe(slices.length);
  expect([spooled("refused").length, spooled("apart").length]).toEqual([0, 1]);
  expect(await findings(id)).toContain("a second time with other contents");
  const told = await findings(id);
  // As the series' clock does once more for a series that was there when its case was made.
  await take();
  expect(await findings(id)).toBe(told);
});

test("what was set apart of a patient goes with the patient, and a series sent anew is told of no other contents", async () => {
  await arrive(slices);
  await take();
  const [{ id }] = await listCases(workspace);
  const [again] = await arrive(slices.slice(0, 1));
  const bytes = readFileSync(again);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(again, bytes);
  await take();
  expect(spooled("apart")).toHaveLength(1);
  await removeCase(workspace, id, async () => undefined);
  expect(spooled("apart")).toEqual([]);
  await arrive(slices);
  await take();
  const [anew] = await listCases(workspace);
  expect(await findings(anew.id)).toBe("");
});

/** The slice as it came, with other pixels; received as from a sender. */
async function receiveChanged(slice: string): Promise<void> {
  const bytes = readFileSync(slice);
  bytes[bytes.length - 1] ^= 1;
  const identity = await identifyInstance(slice);
  const data = (async function* () {
    yield bytes.subarray(identity.dataSetAt);
  })();
  await spool.receive({ ...identity, data }, () => true);
}

test("other contents behind a series that is sent again unchanged are a finding", async () => {
  await arrive(slices);
  await take();
  const [{ id }] = await listCases(workspace);
  await arrive(slices);
  await take();
  expect(await findings(id)).toBe("");
  await arrive(slices);
  await receiveChanged(slices[1]);
  await take();
  expect([spooled("apart").length, await spool.filesOf(seriesUid)]).toEqual([1, []]);
  expect(await findings(id)).toContain("sent a second time with other contents");
});

test("other contents that come while the series is being taken are a finding", async () => {
  await arrive(slices);
  const whole = spool;
  spool = {
    ...whole,
    forget: async (files) => {
      await receiveChanged(slices[1]);
      await whole.forget(files);
    },
  };
  await take();
  spool = whole;
  // As the series' clock does a while after the last image.
  await take();
  const [{ id }] = await listCases(workspace);
  expect([spooled("apart").length, await spool.filesOf(seriesUid)]).toEqual([1, []]);
  expect((await findings(id)).split("sent a second time with other contents")).toHaveLength(2);
  // Said once, whatever is sent again.
  await arrive(slices);
  await take();
  expect((await findings(id)).split("sent a second time with other contents")).toHaveLength(2);
});

/** A structure set on the CT of the small series, with other contents for another label. */
function setOf(label: string, studyUid = "2.25.9"): Buffer {
  const uid = (value: string) => textElement("UI", value);
  const series = itemsOf([[tags.SeriesInstanceUID, uid(seriesUid)]]);
  const study = itemsOf([[tags.RTReferencedSeriesSequence, series]]);
  const set = new Map([
    [tags.SOPClassUID, uid(rtStructureSetStorage)],
    [tags.SOPInstanceUID, uid("2.25.81")],
    [tags.Modality, textElement("CS", "RTSTRUCT")],
    [tags.StudyInstanceUID, uid(studyUid)],
    [tags.SeriesInstanceUID, uid("2.25.8")],
    [tags.StructureSetLabel, textElement("SH", label)],
    [tags.ReferencedFrameOfReferenceSequence, itemsOf([[tags.RTReferencedStudySequence, study]])],
  ]);
  return Buffer.from(writeDicomFile(set, "1.2.840.10008.1.2"));
}

async function receiveSet(label: string, bytes = setOf(label)): Promise<void> {
  const path = join(folder, `${label}.dcm`);
  writeFileSync(path, bytes);
  const identity = await identifyInstance(path);
  const data = (async function* () {
    yield bytes.subarray(identity.dataSetAt);
  })();
  await spool.receive({ ...identity, data }, () => true);
}

test("a structure set that names no CT series does not wait for ever: it is kept apart and told of", async () => {
  await arrive(slices);
  await take();
  const frame = itemsOf([[tags.FrameOfReferenceUID, textElement("UI", "2.25.7")]]);
  const byFrame = new Map([
    ...readDicom(setOf("by frame"), "it").dataSet,
    [tags.ReferencedFrameOfReferenceSequence, frame] as const,
  ]);
  await receiveSet("by frame", Buffer.from(writeDicomFile(byFrame, "1.2.840.10008.1.2")));
  await take("2.25.8");
  expect(log.join()).toContain("names no CT series: upload it together with its CT");
  expect([spooled("unreadable").length, await spool.filesOf("2.25.8")]).toEqual([1, []]);
});

/** Cut off within its last element, which is read no more. */
const cutOff = (set: Buffer): Buffer => set.subarray(0, set.length - 5);

test("an unreadable structure set goes with the last case of its study, and not before", async () => {
  await arrive(slices);
  await take();
  const [{ id }] = await listCases(workspace);
  const another = await bareCase(workspace.db);
  const { study_uid } = await caseRow(workspace.db, id);
  await workspace.db.updateTable("cases").set({ study_uid }).where("id", "=", another).execute();
  await receiveSet("whole");
  await take("2.25.8");
  await receiveSet("cut", cutOff(setOf("cut", study_uid)));
  await receiveSet("other study", cutOff(setOf("other", "2.25.80")));
  await take("2.25.8");
  await take("2.25.8");
  expect(log.join()).toContain("cannot be read");
  expect([spooled("unreadable").length, await spool.filesOf("2.25.8")]).toEqual([2, []]);
  await removeCase(workspace, another, async () => undefined);
  expect(spooled("unreadable")).toHaveLength(2);
  await removeCase(workspace, id, async () => undefined);
  expect(spooled("unreadable").map((file) => file.split("/")[0])).toEqual(["2.25.80"]);
});

test("what is sent in the place of an unreadable structure set, before that was looked at, is taken", async () => {
  await arrive(slices);
  await take();
  await receiveSet("cut", cutOff(setOf("one")));
  await receiveSet("one");
  await take("2.25.8");
  const [{ id }] = await listCases(workspace);
  expect(readdirSync(workspace.folderOf(id).maskFiles)).toHaveLength(1);
  expect([spooled("apart"), spooled("unreadable").length, await spool.filesOf("2.25.8")]).toEqual([
    [],
    1,
    [],
  ]);
});

test("a structure set that came twice with other contents is a finding, and goes with the patient whatever its series is", async () => {
  // Two before their CT is there, one after it.
  for (const label of ["one", "two"]) await receiveSet(label);
  await arrive(slices);
  await take();
  await take("2.25.8");
  const [{ id }] = await listCases(workspace);
  expect(await findings(id)).toContain("A structure set of this CT was sent a second time");
  await receiveSet("three");
  await take("2.25.8");
  expect(spooled("apart")).toHaveLength(2);
  expect(await spool.filesOf("2.25.8")).toEqual([]);
  await removeCase(workspace, id, async () => undefined);
  expect(spooled("apart")).toEqual([]);
});

/** Its header breaks off behind the UIDs, which is all that is read as it is received. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const rows = bytes.indexOf(Buffer.from([0x28, 0, 0x10, 0]));
  writeFileSync(path, bytes.subarray(0, rows + 3));
}

test("a damaged image holds up no series: the others are taken, and the patient has a finding", async () => {
  const [first] = (await arrive(slices)).sort();
  damage(first);
  await take();
  const [{ id, sliceCount }] = await listCases(workspace);
  expect(sliceCount).toBe(slices.length - 1);
  expect(await findings(id)).toContain("may lack slices");
  expect(await spool.filesOf(seriesUid)).toEqual([]);
});

test("a series that was damaged in whole is refused, and comes in when it is sent again in order", async () => {
  for (const path of await arrive(slices)) damage(path);
  await take();
  expect(log.join()).toContain("Send it again");
  expect(spooled("refused")).toHaveLength(slices.length);
  await arrive(slices);
  await take();
  const [{ sliceCount }] = await listCases(workspace);
  expect(sliceCount).toBe(slices.length);
  expect(spooled("refused")).toEqual([]);
});

test("a CT that was uploaded before it was sent by a rule says that its contours go to nobody", async () => {
  const upload = join(workspace.uploads, "by hand");
  cpSync(join(folder, name), upload, { recursive: true });
  const [{ id }] = (await importFolder(workspace, upload)).cases;
  const rules: Clinic["rules"] = [{ name: "all", when: {}, model: undefined, sendTo: [] }];
  await arrive(slices);
  await take(seriesUid, rules);
  expect(await findings(id)).toBe("");
  await arrive(slices);
  await take(seriesUid, [{ ...rules[0], sendTo: ["planning"] }]);
  expect(await findings(id)).toContain('By the rule "all" the contours of this CT would go to planning');

  await removeCase(workspace, id, async () => undefined);
  for (let times = 0; times < 2; times++) {
    await arrive(slices);
    await take(seriesUid, [{ ...rules[0], sendTo: ["planning"] }]);
  }
  const [anew] = await listCases(workspace);
  expect(await findings(anew.id)).toBe("");
});
