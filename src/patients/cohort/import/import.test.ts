/** The import of small archives in each layout: what is taken, what is refused, what is written and what never is. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";
import { silentProgress } from "#core/progress.ts";
import { sequence, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { countVoxels } from "#geometry/mask.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import {
  archiveGrid,
  archiveHu,
  boxMask,
  changeDicom,
  flatten,
  rasNifti,
  writeCt,
  writeSet,
  writeTcia,
} from "../../../../test/archive.ts";
import { importCohort } from "./import.ts";

const root = mkdtempSync(join(tmpdir(), "delineate import ü-"));
const path = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const never = new AbortController().signal;
const run = (source: string, out: string, choose?: string) =>
  importCohort({ source: path(source), out: path(out), roi: "GTV.*", choose }, silentProgress, never);

/** Without what differs between two imports of the same archive. */
function comparable({ root: _root, person: _person, ct, target, ...rest }: CohortPatientFile) {
  const { files: _files, ...image } = ct;
  return { ...rest, ct: image, kind: target.kind };
}

beforeAll(async () => {
  await writeTcia(path("tcia"));
  await writeTcia(path("pacs-folders"));
  flatten(path("pacs-folders"), path("pacs"));
  writeFileSync(path("pacs", "DICOMDIR.txt"), "no DICOM");
});

describe("archives of DICOM files", () => {
  test("in TCIA's folders each patient is taken, its tumour told from nodes, copies and organs", async () => {
    const report = await run("tcia", "from-tcia");
    expect(report.refused).toEqual([]);
    expect(report.added).toEqual(["case-0001", "case-0002", "case-0003"]);
    for (const patient of report.patients) {
      expect(patient.target.kind).toBe("rtstruct");
      expect(patient.chosen).toBe("only match");
      expect(patient.rois.map(({ name, role, candidate }) => [name, role, candidate])).toEqual([
        ["Lung_R", "other", false],
        ["GTV-1", "primary", true],
        ["GTV copy", "duplicate", true],
        ["GTVn", "node", true],
      ]);
      // 6 columns, 10 rows, 3 slices of 2 x 2.5 x 5 mm.
      expect(patient.rois[1].volumeCc).toBeCloseTo(180 * 0.025, 10);
    }
  });

  test("thousands of files in one folder give the same patients, in whatever order they come", async () => {
    const inFolders = await run("tcia", "from-tcia");
    const inOne = await run("pacs", "from-pacs");
    expect(inOne.otherFiles).toBe(1);
    const byDigest = (a: CohortPatientFile, b: CohortPatientFile): number =>
      a.ct.sliceDigests[0] < b.ct.sliceDigests[0] ? -1 : 1;
    const sorted = (patients: readonly CohortPatientFile[]) =>
      [...patients].sort(byDigest).map((patient) => ({ ...comparable(patient), name: "" }));
    expect(sorted(inOne.patients)).toEqual(sorted(inFolders.patients));
  });

  test("neither an ID nor a name is in the report or, but for the paths, in the cohort's files", async () => {
    const identifying = /LUNGID|Musterfrau|Erika/i;
    const report = await run("tcia", "from-tcia");
    const { patients: _patients, ...summary } = report;
    expect(JSON.stringify(summary)).not.toMatch(identifying);
    await run("pacs", "from-pacs");
    for (const name of readdirSync(path("from-pacs", "patients")))
      expect(readFileSync(path("from-pacs", "patients", name), "utf8")).not.toMatch(identifying);
    expect(readFileSync(path("from-pacs", "label-desk.csv"), "utf8")).not.toMatch(identifying);
  });

  test("an imported cohort loads the primary tumour alone, and another ROI where it is asked for", async () => {
    await run("tcia", "from-tcia");
    const [first] = await openCohort(path("from-tcia"));
    const { ct, volume, target } = await first.load("GTV.*");
    expect(ct.hu).toEqual(archiveHu(0));
    expect(volume?.slices.length).toBe(6);
    expect(target.data).toEqual(boxMask(archiveGrid, [10, 16]).data);
    expect(countVoxels((await first.load("GTVn")).target)).toBe(2 * 10 * 3);
    await expect(first.load("heart")).rejects.toMatchObject({ code: "no-such-roi" });
  });
});

describe("research data sets", () => {
  const tumour = boxMask(archiveGrid, [10, 16]).data;
  const node = boxMask(archiveGrid, [18, 20]).data;
  const labels = tumour.map((value, at) => value + 2 * node[at]);

  test("nnU-Net's layout: the CT channel by name, labels by name, voxels where DICOM has them", async () => {
    for (const folder of ["imagesTr", "labelsTr"])
      mkdirSync(path("nnunet", "Dataset001", folder), { recursive: true });
    const dataset = {
      channel_names: { 0: "PET", 1: "CT" },
      labels: { background: 0, "GTV-1": 1, GTVn: 2, both: [1, 2] },
      numTraining: 2,
      file_ending: ".nii.gz",
    };
    writeFileSync(path("nnunet", "Dataset001", "dataset.json"), JSON.stringify(dataset));
    for (const [index, name] of ["lung_001", "lung_002"].entries()) {
      const image = rasNifti(archiveHu(index), "int16");
      writeFileSync(path("nnunet", "Dataset001", "imagesTr", `${name}_0001.nii.gz`), image);
      writeFileSync(path("nnunet", "Dataset001", "labelsTr", `${name}.nii.gz`), rasNifti(labels, "uint8"));
    }
    writeFileSync(path("nnunet", "Dataset001", "labelsTr", "lung_003.nii.gz"), rasNifti(labels, "uint8"));
    const report = await run("nnunet", "from-nnunet");
    expect(report.refused).toMatchObject([{ code: "file-not-found" }]);
    expect(report.patients.map(({ rois }) => rois.map(({ name, role }) => [name, role]))).toEqual(
      Array(2).fill([
        ["GTV-1", "primary"],
        ["GTVn", "node"],
        ["both", "other"],
      ]),
    );
    const [first] = await openCohort(path("from-nnunet"));
    const { ct, volume, target } = await first.load("GTV.*");
    expect(volume).toBeUndefined();
    expect(ct.grid.origin).toEqual(archiveGrid.origin);
    expect(ct.hu).toEqual(archiveHu(0));
    expect(target.data).toEqual(tumour);
    expect(countVoxels((await first.load("both")).target)).toBe(180 + 60);
  });

  test("the Decathlon's list of pairs, and labels whose numbers name them", async () => {
    for (const folder of ["imagesTr", "labelsTr"]) mkdirSync(path("msd", folder), { recursive: true });
    const dataset = {
      modality: { "0": "CT" },
      labels: { "0": "background", "1": "cancer" },
      training: [{ image: "./imagesTr/lung_001.nii.gz", label: "./labelsTr/lung_001.nii.gz" }],
    };
    writeFileSync(path("msd", "dataset.json"), JSON.stringify(dataset));
    writeFileSync(path("msd", "imagesTr", "lung_001.nii.gz"), rasNifti(archiveHu(5), "int16"));
    writeFileSync(path("msd", "labelsTr", "lung_001.nii.gz"), rasNifti(tumour, "uint8"));
    const request = { source: path("msd"), out: path("from-msd"), roi: "cancer" };
    const report = await importCohort(request, silentProgress, never);
    expect(report.patients).toMatchObject([
      { chosen: "only match", rois: [{ name: "cancer", role: "primary" }] },
    ]);
  });

  test("an image that is not in Hounsfield units, and a data set without CT, are refused by name", async () => {
    cpSync(path("msd"), path("rescaled"), { recursive: true });
    const grey = archiveHu(5).map((hu) => (hu + 1000) / 10);
    writeFileSync(path("rescaled", "imagesTr", "lung_001.nii.gz"), rasNifti(grey, "int16"));
    const request = { source: path("rescaled"), out: path("from-rescaled"), roi: "cancer" };
    const { refused } = await importCohort(request, silentProgress, never);
    expect(refused).toMatchObject([{ code: "bad-nifti", message: expect.stringContaining("Hounsfield") }]);
    writeFileSync(
      path("rescaled", "dataset.json"),
      JSON.stringify({ modality: { "0": "MRI" }, labels: { "1": "cancer" } }),
    );
    await expect(importCohort(request, silentProgress, never)).rejects.toMatchObject({ code: "bad-cohort" });
  });
});

describe("what is refused, by name", () => {
  const person = { id: "PATIENTID-7", name: "Doe^Seven" };
  const write = async (name: string, number: number) => {
    const folder = path("refused", name);
    const ct = await writeCt(join(folder, "ct"), {
      person: { ...person, id: `${person.id}-${name}` },
      uidName: name,
      seed: 100 + number,
    });
    return { ct, folder };
  };

  test("no structure set, no CT, a missing slice, another patient's set, two different tumours, an off-slice contour", async () => {
    await write("no-set", 1);
    const orphan = await write("no-ct", 2);
    writeSet(join(orphan.folder, "set.dcm"), orphan.ct, { GTV: [5, 9] });
    rmSync(join(orphan.folder, "ct"), { recursive: true });
    const gap = await write("gap", 3);
    writeSet(join(gap.folder, "set.dcm"), gap.ct, { GTV: [5, 9] });
    rmSync(join(gap.folder, "ct", readdirSync(join(gap.folder, "ct"))[2]));
    const stranger = await write("stranger", 4);
    writeSet(join(stranger.folder, "set.dcm"), stranger.ct, { GTV: [5, 9] });
    const set = join(stranger.folder, "set.dcm");
    const renamed = changeDicom(readFileSync(set), (dataSet) => {
      dataSet.set("00100020", textElement("LO", "SOMEBODY-ELSE"));
    });
    writeFileSync(set, renamed);
    const two = await write("two", 5);
    writeSet(join(two.folder, "a.dcm"), two.ct, { GTV: [5, 9] });
    writeSet(join(two.folder, "b.dcm"), two.ct, { GTV: [5, 10] });
    const nodesOnly = await write("nodes", 6);
    writeSet(join(nodesOnly.folder, "set.dcm"), nodesOnly.ct, { GTVn: [5, 9] });
    const off = await write("off-slice", 7);
    writeSet(join(off.folder, "set.dcm"), off.ct, { GTV: [5, 9] });
    const moved = changeDicom(readFileSync(join(off.folder, "set.dcm")), (dataSet) => {
      const rois = sequence(dataSet, "30060039").map((roi) => {
        const [first, ...others] = sequence(roi, "30060040").map((contour) => new Map(contour));
        first.set("30060050", textElement("DS", "0\\0\\102\\4\\0\\102\\4\\4\\102\\0\\4\\102"));
        return new Map(roi).set("30060040", sequenceElement([first, ...others]));
      });
      dataSet.set("30060039", sequenceElement(rois));
    });
    writeFileSync(join(off.folder, "set.dcm"), moved);
    const report = await run("refused", "from-refused");
    const codes = Object.fromEntries(
      report.refused.map(({ where, code }) => [where.split("/refused/")[1].split("/")[0], code]),
    );
    // Folders of this test are named after the end of the patient's ID, which never stands in a report.
    expect(report.patients).toEqual([]);
    expect(codes).toEqual({
      "no-set": "no-structure-set",
      "no-ct": "no-ct",
      gap: "missing-slice",
      stranger: "wrong-frame-of-reference",
      two: "several-structure-sets",
      nodes: "no-such-roi",
      "off-slice": "contour-off-slice",
    });
    expect(JSON.stringify(report)).not.toMatch(/PATIENTID-7|Seven/);
  });

  test("a set that names no series is paired by its frame of reference, and that is told", async () => {
    const ct = await writeCt(path("by-frame", "ct"), { person, uidName: "by-frame", seed: 200 });
    writeSet(path("by-frame", "set.dcm"), ct, { GTV: [5, 9] });
    const bytes = changeDicom(readFileSync(path("by-frame", "set.dcm")), (dataSet) => {
      const frames = sequence(dataSet, "30060010").map((frame) => {
        const bare = new Map(frame);
        bare.delete("30060012");
        return bare;
      });
      dataSet.set("30060010", sequenceElement(frames));
    });
    writeFileSync(path("by-frame", "set.dcm"), bytes);
    const { patients } = await run("by-frame", "from-by-frame");
    expect(patients[0].findings.map(({ code }) => code)).toContain("paired-by-frame");
  });
});
