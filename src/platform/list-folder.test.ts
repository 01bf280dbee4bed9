/** Links as clusters have them, loops and clutter: every file once, and nothing left out in silence. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listEntries, listFiles } from "./list-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "list-"));
  for (const path of ["real/two/ct/2.dcm", "cohort/one/1.dcm", "cohort/one/deep/er/3.dcm"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const cohort = (...parts: string[]): string => join(folder, "cohort", ...parts);
async function listed(path = cohort()) {
  const { files, findings } = await listFiles(path);
  return {
    files: files.map((file) => relative(cohort(), file)),
    findings: findings.map(({ code, where }) => [code, relative(cohort(), where ?? "")]),
  };
}
const ownFiles = ["one/1.dcm", "one/deep/er/3.dcm"];

test("links to folders and to files are followed, relative and absolute ones, links of links too", async () => {
  symlinkSync("../real/two", cohort("two"));
  symlinkSync(join(folder, "real/two/ct/2.dcm"), cohort("one", "9.dcm"));
  expect(await listed()).toEqual({ files: ["one/1.dcm", "one/9.dcm", "one/deep/er/3.dcm"], findings: [] });
  rmSync(cohort("one", "9.dcm"));
  symlinkSync("two", cohort("again"));
  symlinkSync(cohort("again"), join(folder, "whole"));
  expect((await listed()).files).toEqual(["again/ct/2.dcm", ...ownFiles]);
  expect((await listed(join(folder, "whole"))).files).toEqual(["../whole/ct/2.dcm"]);
});

test("loops end, and what two paths lead to is listed once, by its own path", async () => {
  symlinkSync(".", cohort("one", "self"));
  symlinkSync("../..", cohort("one", "deep", "up"));
  symlinkSync("one/deep", cohort("a-link"));
  symlinkSync("one/1.dcm", cohort("0.dcm"));
  symlinkSync("b", cohort("a"));
  symlinkSync("a", cohort("b"));
  expect(await listed()).toEqual({
    files: ownFiles,
    findings: [
      ["broken-link", "a"],
      ["broken-link", "b"],
    ],
  });
  symlinkSync("../..", cohort("above"));
  expect((await listed()).findings).toContainEqual(["link-loop", "above"]);
  expect((await listed()).files).toEqual(ownFiles);
});

test("a link that leads nowhere is named in a scan, and refused as a patient", async () => {
  symlinkSync("../gone", cohort("three"));
  expect(await listed()).toEqual({ files: ownFiles, findings: [["broken-link", "three"]] });
  await expect(listEntries(cohort())).rejects.toThrow("leads nowhere");
  await expect(listFiles(cohort("nothing"))).rejects.toMatchObject({ code: "file-not-found" });
});

test("a link is what it leads to among a folder's entries", async () => {
  symlinkSync("../real/two", cohort("two"));
  symlinkSync("one/1.dcm", cohort("mask.nii.gz"));
  expect((await listEntries(cohort())).map(({ name, isFolder }) => [name, isFolder])).toEqual([
    ["mask.nii.gz", false],
    ["one", true],
    ["two", true],
  ]);
});

test("what systems leave in folders is no file", async () => {
  mkdirSync(cohort("__MACOSX"));
  for (const name of ["._1.nii.gz", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/1.dcm", ".kept.dcm"])
    writeFileSync(cohort(name), "x");
  expect((await listed()).files).toEqual([".kept.dcm", ...ownFiles]);
  expect((await listEntries(cohort())).map(({ name }) => name)).toEqual([".kept.dcm", "one"]);
});

test("what a killed process left half written beside its place is not listed, a person's file of nearly that name is", async () => {
  const halves = ["1.dcm.4711.partial", "1.dcm.17a88334-c8bc-40d2-9a4b-80cb036159a8.partial"];
  for (const name of halves) writeFileSync(cohort("one", name), name);
  expect((await listed()).files).toEqual(ownFiles);
  writeFileSync(cohort("one", "2.dcm.partial"), "");
  expect((await listed()).files).toContain("one/2.dcm.partial");
});
