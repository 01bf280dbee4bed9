/** De-identification of whole patients and back: what must leave leaves, what is measured stays, and the key leads home. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Progress, silentProgress } from "#core/progress.ts";
import { type Element, sequence, sequenceElement, text, textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { deidentified, shiftedDate } from "#dicom/deidentify/deidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { changeDicom } from "../../../test/archive.ts";
import profile from "../../../test/confidentiality-profile.json" with { type: "json" };
import { dicomErrors } from "../../../test/judge.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { deidentifyFolder } from "./deidentify-folder.ts";
import { reidentifyFile } from "./reidentify-file.ts";

const work = { progress: silentProgress, signal: new AbortController().signal };
let folder: string;
let phantom: string;
let key: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deidentify-"));
  phantom = await phantomFolder(41, 64);
  key = join(folder, "key.json");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The one patient's CT and structure set. */
function patientIn(out: string) {
  const [name] = readdirSync(out);
  const kinds = readdirSync(join(out, name));
  const of = (kind: string): string =>
    join(out, name, kinds.find((part) => part.startsWith(`${kind}-`)) ?? "");
  return { name, ct: of("ct"), set: filesBelow(of("rtstruct"))[0] };
}

test("the CT has the same voxels in the same places, the structure set the same masks, and both are valid", async () => {
  const out = join(folder, "a");
  const result = await deidentifyFolder({ source: phantom, out, key }, work);
  const [before, { ct, set }] = [await readCtFolder(join(phantom, "ct")), patientIn(out)];
  const after = await readCtFolder(ct);
  expect(result).toMatchObject({ patients: 1, files: { ct: before.grid.size[2], rtstruct: 1 } });
  expect(after.grid).toEqual(before.grid);
  expect(Buffer.from(after.hu.buffer).equals(Buffer.from(before.hu.buffer))).toBe(true);
  const [was, is] = [
    await loadRoiMasks(join(phantom, "rtstruct.dcm"), { ct: before }),
    await loadRoiMasks(set, { ct: after }),
  ];
  expect(is.rois.map(({ name }) => name)).toEqual(was.rois.map(({ name }) => name));
  expect(is.rois[0].mask.data).toEqual(was.rois[0].mask.data);
  expect([...dicomErrors(filesBelow(ct)[0]), ...dicomErrors(set)]).toEqual([]);
});

test("nothing of the patient is left in any file, and no UID", async () => {
  const out = join(folder, "a");
  const secrets = new Set<string>();
  for (const path of filesBelow(phantom).filter((name) => name.endsWith(".dcm"))) {
    const { dataSet } = readDicom(readFileSync(path), path);
    for (const keyword of [
      "PatientName",
      "PatientID",
      "StudyInstanceUID",
      "SeriesInstanceUID",
      "SOPInstanceUID",
      "FrameOfReferenceUID",
      "StudyDate",
    ] as const) {
      const value = text(dataSet, tags[keyword]);
      if (value !== undefined) secrets.add(value);
    }
  }
  expect(secrets.size).toBeGreaterThan(20);
  for (const path of filesBelow(out)) {
    const bytes = readFileSync(path).toString("latin1");
    expect([...secrets].filter((secret) => bytes.includes(secret))).toEqual([]);
    expect(path).not.toMatch(/phantom|patient-0001/i);
  }
});

test("no value of an attribute of PS3.15 table E.1-1 leaves, nor of a private or unknown one, at any depth", () => {
  const secret = "Secret^Name";
  const everything = (): Map<string, Element> =>
    new Map(
      [...profile.tags, "00091010", "10011001", "0040F0F0"].map((tag) => [tag, textElement("LT", secret)]),
    );
  const whole = everything();
  whole.set(tags.StructureSetROISequence, sequenceElement([everything()]));
  whole.set("00091011", sequenceElement([everything()]));
  whole.set(tags.SOPClassUID, textElement("UI", "1.2.840.10008.5.1.4.1.1.481.3"));
  whole.set(tags.StudyDate, textElement("DA", "20200229"));
  const pseudonym = { name: "P1", shiftDays: -365, uidOf: () => "2.25.1" };
  const result = new Map(deidentified(whole, pseudonym, "x"));
  const bytes = writeDicomFile(result, transferSyntaxes.implicitLittleEndian);
  expect(Buffer.from(bytes).toString("latin1")).not.toContain("Secret");
  expect(text(result, tags.PatientName)).toBe("P1");
  expect(text(result, tags.PatientIdentityRemoved)).toBe("YES");
  expect(text(result, tags.StudyDate)).toBe("20190301");
});

test("with the same key the same comes out again, with another one another", async () => {
  const [again, other] = [join(folder, "b"), join(folder, "c")];
  await deidentifyFolder({ source: phantom, out: again, key }, work);
  await deidentifyFolder({ source: phantom, out: other, key: join(folder, "other.json") }, work);
  const bytesOf = (out: string) =>
    filesBelow(out)
      .sort()
      .map((path) => readFileSync(path).toString("base64"));
  expect(bytesOf(again)).toEqual(bytesOf(join(folder, "a")));
  expect(patientIn(other).name).not.toBe(patientIn(again).name);
  expect(statSync(key).mode & 0o077).toBe(0);
});

test("a structure set of the de-identified CT is given back to the patient's own", async () => {
  const { set } = patientIn(join(folder, "a"));
  const out = join(folder, "back.dcm");
  await reidentifyFile({ file: set, key, out, force: false });
  const ct = await readCtFolder(join(phantom, "ct"));
  const [back, was] = [
    await loadRoiMasks(out, { ct }),
    await loadRoiMasks(join(phantom, "rtstruct.dcm"), { ct }),
  ];
  expect(back.rois[0].mask.data).toEqual(was.rois[0].mask.data);
  const [mine, theirs] = [out, join(phantom, "rtstruct.dcm")].map(
    (path) => readDicom(readFileSync(path), path).dataSet,
  );
  for (const keyword of [
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyInstanceUID",
    "SOPInstanceUID",
  ] as const)
    expect([keyword, text(mine, tags[keyword])]).toEqual([keyword, text(theirs, tags[keyword])]);
  expect(mine.has(tags.PatientIdentityRemoved)).toBe(false);
  await expect(
    reidentifyFile({ file: set, key: join(folder, "other.json"), out, force: true }),
  ).rejects.toMatchObject({ code: "not-found" });
  await expect(
    reidentifyFile({ file: set, key: join(folder, "none.json"), out, force: true }),
  ).rejects.toMatchObject({ code: "file-not-found" });
});

test("what shows who the patient is in its pixels, has no patient or is of another kind is left out, by name or number", async () => {
  const odd = join(folder, "odd");
  mkdirSync(odd);
  const [first] = filesBelow(join(phantom, "ct"));
  const { dataSet } = readDicom(readFileSync(first), first);
  const variants: Readonly<Record<string, readonly [string, Element]>> = {
    burned: ["00280301", textElement("CS", "YES")],
    nobody: [tags.PatientID, textElement("LO", "")],
    mr: [tags.SOPClassUID, textElement("UI", "1.2.840.10008.5.1.4.1.1.4")],
  };
  for (const [name, [tag, element]] of Object.entries(variants))
    writeFileSync(
      join(odd, `${name}.dcm`),
      writeDicomFile(new Map([...dataSet, [tag, element]]), transferSyntaxes.explicitLittleEndian),
    );
  writeFileSync(join(odd, "notes.txt"), "x");
  const { patients, findings } = await deidentifyFolder(
    { source: odd, out: join(folder, "odd-out"), key },
    work,
  );
  expect(patients).toBe(0);
  expect(findings.map(({ code }) => code).sort()).toEqual([
    "export-refused",
    "invalid-value",
    "left-out",
    "left-out",
  ]);
});

test("dates move by whole days over leap days and years, and what is no date is emptied", () => {
  expect(shiftedDate("20200301", -1)).toBe("20200229");
  expect(shiftedDate("20200101", -1)).toBe("20191231");
  expect(shiftedDate("2020.01.02", 1)).toBe("20200103");
  for (const none of [undefined, "", "2020", "Smith"]) expect(shiftedDate(none, 1)).toBe("");
});

test("a file too large to be read is left out and named, and the others come out", async () => {
  const mixed = join(folder, "mixed");
  mkdirSync(mixed);
  copyFileSync(join(phantom, "rtstruct.dcm"), join(mixed, "set.dcm"));
  const large = join(mixed, "large.dcm");
  writeFileSync(large, "");
  truncateSync(large, 2 ** 31);
  const { files, findings } = await deidentifyFolder(
    { source: mixed, out: join(folder, "mixed-out"), key },
    work,
  );
  expect(files).toEqual({ rtstruct: 1 });
  expect(findings).toEqual([expect.objectContaining({ code: "file-unreadable", where: large })]);
});

test("a study whose files name different issuers of the Patient ID is said to be divided", async () => {
  const study = join(folder, "study");
  mkdirSync(study);
  const set = readFileSync(join(phantom, "rtstruct.dcm"));
  writeFileSync(join(study, "set.dcm"), set);
  const issued = changeDicom(set, (dataSet) =>
    dataSet.set(tags.IssuerOfPatientID, textElement("LO", "Clinic")),
  );
  writeFileSync(join(study, "issued.dcm"), issued);
  const out = join(folder, "study-out");
  const { findings } = await deidentifyFolder({ source: study, out, key }, work);
  expect(findings).toEqual([expect.objectContaining({ code: "study-divided" })]);
  for (const name of readdirSync(out)) expect(findings[0].message).toContain(name);
});

test("the folder is there when it is whole: not where it was interrupted, nor where there was nothing to write", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const nothing = join(folder, "nothing");
  expect((await deidentifyFolder({ source: empty, out: nothing, key }, work)).patients).toBe(0);
  const controller = new AbortController();
  const progress: Progress = { report: (_, done) => done === 2 && controller.abort() };
  const out = join(folder, "interrupted");
  const run = deidentifyFolder({ source: phantom, out, key }, { progress, signal: controller.signal });
  await expect(run).rejects.toMatchObject({ code: "cancelled" });
  expect(readdirSync(folder).filter((name) => /^(nothing|interrupted)/.test(name))).toEqual([]);
});

test("a key below the output, also by a link, is refused before anything is written", async () => {
  const [out, link] = [join(folder, "shared"), join(folder, "link")];
  symlinkSync(folder, link);
  for (const inside of [join(out, "key.json"), join(link, "shared", "safe", "key.json")])
    await expect(deidentifyFolder({ source: phantom, out, key: inside }, work)).rejects.toMatchObject({
      code: "usage",
    });
  expect(existsSync(out)).toBe(false);
});

test("a structure that is called otherwise afterwards is told, by its new name", async () => {
  const source = join(folder, "named");
  mkdirSync(source);
  const set = changeDicom(readFileSync(join(phantom, "rtstruct.dcm")), (dataSet) => {
    const [first, ...others] = sequence(dataSet, tags.StructureSetROISequence);
    const named = new Map(first).set(tags.ROIName, textElement("LO", "GTV Secret"));
    dataSet.set(tags.StructureSetROISequence, sequenceElement([named, ...others]));
  });
  writeFileSync(join(source, "set.dcm"), set);
  const { findings } = await deidentifyFolder({ source, out: join(folder, "named-out"), key }, work);
  expect(findings).toEqual([
    expect.objectContaining({ code: "structures-renamed", message: expect.stringMatching(/: ROI \d+\.$/) }),
  ]);
});
