/** Which backgrounds are used: patients that are measured with are left out by name, lesions of a CT by height. */
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { sharedPersons } from "#patients/cohort/persons.ts";
import { marksOfFolder } from "#patients/cohort/read-marks.ts";
import { listBackgrounds, readBackground, readLeftOut } from "./backgrounds.ts";
import { insertTumours } from "./insert.ts";
import { makePhantoms } from "./phantom.ts";

let folder: string;
const ctOf = (patient: string): string => join(folder, patient, "ct");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backgrounds-"));
  await makePhantoms({ patients: 2, first: 1, seed: 3, size: 64, out: folder }, silentProgress);
});

const choice = (leaveOut: readonly string[], fromMm = 0, toMm = -1) => ({
  into: [ctOf("patient-0001"), ctOf("patient-0002")],
  leaveOut,
  keepOut: fromMm <= toMm ? [{ name: "patient-0001", fromMm, toMm }] : [],
  roi: ".*",
});

test("a CT is called after the folder above its series, and one that is left out is not there", async () => {
  const all = await listBackgrounds(choice([]));
  expect(all.flat().map(({ name }) => name)).toEqual(["patient-0001", "patient-0002"]);
  const rest = await listBackgrounds(choice(["patient-0001"]));
  expect(rest.flat().map(({ name }) => name)).toEqual(["patient-0002"]);
});

test("a name that no background has is an error, so that a misspelt one lets nobody in", async () => {
  await expect(listBackgrounds(choice(["patient-001"]))).rejects.toMatchObject({ code: "bad-cohort" });
});

test("names come from a text file, or from the validation and test patients of a split", async () => {
  const names = join(folder, "names.txt");
  await writeFile(names, "a\n b \n\n");
  expect(await readLeftOut(names)).toEqual(["a", "b"]);
  const split = join(folder, "split.json");
  await writeFile(
    split,
    JSON.stringify({ format: 1, seed: 1, train: ["a"], validation: ["b"], test: ["c"] }),
  );
  expect(await readLeftOut(split)).toEqual(["b", "c"]);
  const folds = [
    { train: ["a"], validation: ["b"], test: ["c"] },
    { train: ["c"], validation: ["b"], test: ["d"] },
  ];
  await writeFile(split, JSON.stringify({ format: 1, seed: 1, ...folds[0], folds }));
  expect(await readLeftOut(split)).toEqual(["b", "c", "d"]);
});

test("a truncated split is refused with a named error, not taken for names", async () => {
  const split = join(folder, "broken.json");
  await writeFile(split, '{ "validation": ["b"');
  await expect(readLeftOut(split)).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringContaining("broken.json is no JSON"),
  });
});

test("slices between two heights are kept out, and cut the CT in two", async () => {
  const [[whole]] = await listBackgrounds(choice([]));
  const [ct] = await readBackground(whole);
  const [, , z] = ct.grid.origin;
  // Slices 10 to 14, 5 mm apart.
  const [[cut]] = await listBackgrounds(choice([], z + 49, z + 71));
  const runs = await readBackground(cut);
  expect(runs.map(({ grid }) => grid.size[2])).toEqual([10, ct.grid.size[2] - 15]);
  expect(runs[1].grid.origin[2]).toBeCloseTo(z + 75, 6);
  const area = ct.grid.size[0] * ct.grid.size[1];
  expect(Buffer.compare(bytesOf(runs[1].hu), bytesOf(ct.hu.slice(15 * area)))).toBe(0);
});

test("what was made of a background that is left out now is not kept, nor of slices that are kept out", async () => {
  const out = join(folder, "inserted");
  const writeNote = async (note: object) => {
    await mkdir(join(out, "inserted-0001"), { recursive: true });
    await writeFile(join(out, "inserted-0001", "inserted.json"), JSON.stringify(note));
  };
  const again = (wanted: ReturnType<typeof choice>) =>
    insertTumours({ ...wanted, out, patients: 1, first: 1, seed: 1, size: 64 }, silentProgress);
  const name = "patient-0001";
  const before = { seed: 1, patient: 1, size: 64, background: name };
  // A note of an earlier program, and one of this.
  const [[{ marks }]] = await listBackgrounds(choice([]));
  for (const note of [before, { ...before, person: name }, { ...before, marks, keptOut: [] }]) {
    await writeNote(note);
    expect(await again(choice([]))).toMatchObject({ made: 0, kept: 1 });
    await expect(again(choice([name]))).rejects.toMatchObject({
      code: "file-exists",
      message: expect.stringContaining("inserted-0001 was made otherwise (background)"),
    });
  }
  await expect(again(choice([], 1, 2))).rejects.toThrow(/made otherwise \(keptOut\)/);
  const [, [other]] = await listBackgrounds(choice([]));
  await writeNote({ ...before, marks: other.marks, keptOut: [] });
  await expect(again(choice([]))).rejects.toThrow(/made otherwise \(of another person\)/);
});

test("who leaves out one case of a person leaves out the others, in every source", async () => {
  const cohort = join(folder, "twice");
  await importCohort(
    { source: join(folder, "patient-0001"), out: cohort, roi: "GTV.*" },
    silentProgress,
    new AbortController().signal,
  );
  const path = join(cohort, "patients", "case-0001.json");
  const text = await readFile(path, "utf8");
  await writeFile(path.replace("0001", "0002"), text.replace("case-0001", "case-0002"));
  const other = { ...choice(["case-0002"]), into: [cohort, ctOf("patient-0001"), ctOf("patient-0002")] };
  expect((await listBackgrounds(other)).flat().map(({ name }) => name)).toEqual(["patient-0002"]);
});

test("tumours of one seed and number in two thoraces have two patient IDs, in one thorax of two sizes one", async () => {
  const idOf = async (patient: string, size: number): Promise<string | undefined> => {
    const out = join(folder, `into-${patient}-${size}`);
    const into = { ...choice([]), into: [ctOf(patient)] };
    await insertTumours({ ...into, out, patients: 1, first: 1, seed: 1, size, threads: 1 }, silentProgress);
    return (await marksOfFolder(join(out, "inserted-0001", "ct"))).patientId;
  };
  const id = await idOf("patient-0001", 64);
  expect(id).toMatch(/^INSERTED-[0-9A-F]{8}-1-1$/);
  expect(await idOf("patient-0001", 72)).toBe(id);
  expect(await idOf("patient-0002", 64)).not.toBe(id);
});

test("a phantom is one person at any size and of either variety: one body is drawn", async () => {
  const person = { patients: 1, first: 1, seed: 3 };
  const other = join(folder, "other");
  await makePhantoms({ ...person, size: 72, variety: "wide", out: other }, silentProgress);
  const [first, second] = [await openCohort(folder), await openCohort(other)];
  const shared = await sharedPersons(
    first.filter(({ name }) => name === "patient-0001"),
    second,
  );
  expect(shared.map(({ reasons }) => reasons)).toEqual([["same patient ID"]]);
});

const bytesOf = (values: Int16Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
