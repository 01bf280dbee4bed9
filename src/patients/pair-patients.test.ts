import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { writeCt, writeSet } from "../../test/archive.ts";
import { pairPatients } from "./pair-patients.ts";

/** A folder with those entries; a name that ends with a slash is a sub-folder. */
function folderOf(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "pairs-"));
  for (const name of names) {
    if (name.endsWith("/")) mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), "");
  }
  return folder;
}

test("entries are paired by name without the ending; who is alone is named", async () => {
  const reference = folderOf("case-0001.nii.gz", "case-0002/", "case-0003.dcm");
  const prediction = folderOf("case-0001.seg.nrrd", "case-0002.dcm", "case-0004.nii");
  expect(await pairPatients(reference, prediction)).toMatchObject({
    pairs: [{ patient: "case-0001" }, { patient: "case-0002" }],
    withoutPrediction: ["case-0003"],
    withoutReference: ["case-0004"],
  });
});

test.each([
  ["case-0001.nii.gz", "case-0001.dcm"],
  ["case-0001/", "case-0001.nii.gz"],
])(
  "two entries of one patient, %s and %s, are refused by name: neither is taken in silence",
  async (...two) => {
    const referenceFolder = folderOf("case-0001.nii.gz");
    const prediction = folderOf(...two, "case-0002.dcm");
    for (const [reference, predicted] of [
      [referenceFolder, prediction],
      [prediction, referenceFolder],
    ]) {
      const pairing = pairPatients(reference, predicted);
      await expect(pairing).rejects.toMatchObject({ code: "several-structure-sets" });
      for (const name of two)
        await expect(pairing).rejects.toThrow(join(prediction, name).replace(/\/$/, ""));
    }
  },
);

test("two scans of one person are known as such: in an imported cohort, and in a folder by the references' headers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pairs of persons "));
  const write = async (name: string, id: string, seed: number) => {
    const ct = await writeCt(join(folder, "drawn", name, "ct"), {
      person: { id, name },
      uidName: name,
      seed,
    });
    writeSet(join(folder, "drawn", name, "set.dcm"), ct, { GTV: [5, 9] });
  };
  await write("a", "ONE", 1);
  await write("b", "TWO", 2);
  await write("c", "ONE", 3);
  const [source, out] = [join(folder, "drawn"), join(folder, "cohort")];
  await importCohort({ source, out, roi: "GTV" }, silentProgress, new AbortController().signal);
  const personsOf = async (reference: string, names: readonly string[]) => {
    const { pairs } = await pairPatients(reference, folderOf(...names.map((name) => `${name}.dcm`)));
    return pairs.map(({ person }) => person);
  };
  expect(await personsOf(source, ["a", "b", "c"])).toEqual(["a", "b", "a"]);
  const names = ["case-0001", "case-0002", "case-0003"];
  expect(await personsOf(out, names)).toEqual(["case-0001", "case-0002", "case-0001"]);
  // One of them has no prediction: the other is still of that person.
  expect(await personsOf(out, names.slice(1))).toEqual(["case-0002", "case-0001"]);
  expect(await personsOf(folderOf("x.nii.gz", "y.nii.gz"), ["x", "y"])).toEqual(["x", "y"]);
});
