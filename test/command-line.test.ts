/** The command line as a person meets it: help, exit codes, JSON, and the main job on a synthetic patient end to end. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentProgress } from "../src/core/progress.ts";
import { makePhantoms } from "../src/workflows/phantom.ts";
import { dicomErrors } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "command line ü-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cohort = join(folder, "cohort");
const patient = join(cohort, "patient-0001");
const gtv = join(folder, "gtv.dcm");
const main = join(import.meta.dirname, "../src/cli/main.ts");

function delineate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  await makePhantoms({ patients: 1, first: 4, seed: 2, size: 128, out: cohort }, silentProgress);
  // Numbered 4 in its seed; the tests call it the first.
  renameSync(join(cohort, "patient-0004"), patient);
});

const verbs = [
  "start",
  "phantom",
  "import",
  "cohort",
  "train",
  "segment",
  "check",
  "evaluate",
  "diff",
  "convert",
  "inspect",
];

test.each(verbs)("%s --help shows what it does and examples, and ends with 0", (verb) => {
  const { status, stdout } = delineate(verb, "--help");
  expect(status).toBe(0);
  expect(stdout).toContain("Examples:");
});

describe("exit codes and errors", () => {
  test.each<[string, number, string[], string]>([
    ["an unknown verb", 2, ["divine"], "divine"],
    ["a missing option", 2, ["segment", patient], "--out"],
    ["a value out of range", 2, ["phantom", "--out", folder, "--size", "7"], "whole number from 64"],
    ["a folder that is not there", 1, ["inspect", join(folder, "nowhere")], "no file or folder"],
    [
      "a folder without CT",
      1,
      ["segment", join(folder, "empty"), "--out", join(folder, "x.dcm")],
      "no CT image",
    ],
    [
      "a model that is none",
      1,
      ["segment", patient, "--model", main, "--out", join(folder, "x.dcm")],
      "no ONNX file",
    ],
    [
      "an ROI name that is too long",
      1,
      ["segment", patient, "--roi-name", "a name of more than 16", "--out", join(folder, "x.dcm")],
      "at most 16",
    ],
  ])("%s ends with %i and one sentence, no stack trace", (_, code, args, sentence) => {
    writeFileSync(join(folder, "note.txt"), "no DICOM");
    mkdirSync(join(folder, "empty"), { recursive: true });
    const { status, stderr, stdout } = delineate(...args);
    expect(status).toBe(code);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
    expect(stdout).toBe("");
    expect(existsSync(join(folder, "x.dcm"))).toBe(false);
  });

  test("with --json an error is JSON on standard output", () => {
    const { status, stdout } = delineate("inspect", join(folder, "nowhere"), "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe("file-not-found");
  });
});

describe("the main job", () => {
  test("segment writes an RTSTRUCT, overlays and a record, says so, and names no patient", () => {
    const { status, stdout, stderr } = delineate(
      "segment",
      join(patient, "ct"),
      "--out",
      gtv,
      "--preview",
      join(folder, "overlays"),
      "--json",
    );
    expect(stderr).not.toMatch(/Phantom\^|PHANTOM-\d/);
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.proof[0]).toMatchObject({ dsc: 1, differingVoxels: 0 });
    expect(result.volumeCc).toBeGreaterThan(1);
    expect(dicomErrors(gtv)).toEqual([]);
    expect(readdirSync(join(folder, "overlays"))).toContain("sheet.png");
    const record = readFileSync(`${gtv}.run.json`, "utf8");
    expect(JSON.parse(record)).toMatchObject({ verb: "segment", model: { name: "phantom-resnet34" } });
    expect(record).not.toMatch(/Phantom\^|PHANTOM-\d/);
  });

  test("the same CT gives the same contour again, and an existing file is not overwritten without --force", () => {
    expect(delineate("segment", join(patient, "ct"), "--out", gtv).stderr).toContain("--force");
    const again = join(folder, "again.dcm");
    expect(delineate("segment", join(patient, "ct"), "--out", again).status).toBe(0);
    const diff = JSON.parse(delineate("diff", gtv, again, "--ct", patient, "--json").stdout);
    expect(diff).toMatchObject([{ name: "GTV_AUTO", change: "same", dsc: 1, movedMm: 0 }]);
  });

  test("the contour passes the preflight and is close to the true tumour", () => {
    expect(delineate("check", gtv, "--ct", patient).status).toBe(0);
    const { stdout } = delineate(
      "evaluate",
      "--reference",
      join(patient, "rtstruct.dcm"),
      "--prediction",
      gtv,
      "--ct",
      join(patient, "ct"),
      "--json",
    );
    expect(JSON.parse(stdout).patients.rows[0].values.dsc).toBeGreaterThan(0.7);
  });

  test("added to an existing structure set both ROIs are there, and inspect lists them with volumes", () => {
    const both = join(patient, "both.dcm");
    const { status } = delineate(
      "segment",
      join(patient, "ct"),
      "--add-to",
      join(patient, "rtstruct.dcm"),
      "--out",
      both,
    );
    expect(status).toBe(0);
    expect(dicomErrors(both)).toEqual([]);
    const report = JSON.parse(delineate("inspect", patient, "--json").stdout);
    const set = report.structureSets.find(({ file }: { file: string }) => file === both);
    expect(set.rois.map(({ name }: { name: string }) => name)).toEqual(["GTV", "GTV_AUTO"]);
    for (const roi of set.rois) expect(roi.volumeCc).toBeGreaterThan(1);
    rmSync(both);
  });

  test("through NIfTI, NRRD and SEG and back the contour is the same", () => {
    for (const name of ["a.nii.gz", "a.nrrd", "a.seg.dcm"]) {
      const [there, back] = [join(folder, name), join(folder, `${name}.back.dcm`)];
      expect(delineate("convert", gtv, there, "--ct", join(patient, "ct")).status).toBe(0);
      expect(
        delineate("convert", there, back, "--ct", join(patient, "ct"), "--name", "GTV_AUTO").status,
      ).toBe(0);
      expect(JSON.parse(delineate("diff", gtv, back, "--ct", patient, "--json").stdout)[0].change).toBe(
        "same",
      );
    }
  });
});
