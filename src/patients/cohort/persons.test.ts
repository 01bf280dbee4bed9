/** Who is one person over cohorts: names tell nobody, marks do; and nothing that is written names a person. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { type CohortPatient, openCohort } from "#patients/cohort/open-cohort.ts";
import { writtenMarks } from "#patients/cohort/person-marks.ts";
import { sharedPersons } from "#patients/cohort/persons.ts";
import { writeCt, writeSet } from "../../../test/archive.ts";

const root = mkdtempSync(join(tmpdir(), "delineate persons ü-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const { signal } = new AbortController();

async function write(folder: string, id: string, uidName: string, seed: number): Promise<void> {
  const ct = await writeCt(path(folder, "ct"), { person: { id, name: id }, uidName, seed });
  writeSet(path(folder, "set.dcm"), ct, { GTV: [5, 9] });
}
async function imported(source: string): Promise<readonly CohortPatient[]> {
  const request = { source: path(source), out: path(`${source}-cohort`), roi: "GTV.*" };
  await importCohort(request, silentProgress, signal);
  return openCohort(path(`${source}-cohort`));
}
function drawnInto(folder: string, note: object): void {
  mkdirSync(path(folder), { recursive: true });
  writeFileSync(path(folder, "inserted.json"), JSON.stringify({ seed: 1, size: 64, ...note }));
}

let first: readonly CohortPatient[];
beforeAll(async () => {
  await write("first/a", "ID-1", "scan-1", 1);
  await write("first/b", "ID-2", "scan-2", 2);
  await write("first/c", "ID-3", "scan-3", 3);
  first = await imported("first");
});

test("one person in two cohorts is found by the ID, whatever the salts, by UIDs and by pixels; a name is no person", async () => {
  // Other persons than case-0001 of the first, then its second by another scan, its third by UIDs, its first by pixels.
  await write("second/a", "ID-9", "scan-9", 9);
  await write("second/b", "ID-2", "scan-8", 8);
  await write("second/c", "OTHER-3", "scan-3", 7);
  await write("second/d", "OTHER-1", "scan-7", 1);
  const expected = (names: readonly string[]) => [
    { name: names[1], same: "case-0002", reasons: ["same patient ID"] },
    { name: names[2], same: "case-0003", reasons: expect.arrayContaining(["same study"]) },
  ];
  const second = await imported("second");
  const shared = await sharedPersons(first, second);
  expect(shared).toHaveLength(3);
  expect(shared).toEqual(
    expect.arrayContaining([
      ...expected(["", "case-0002", "case-0003"]),
      { name: "case-0004", same: "case-0001", reasons: ["same pixels"] },
    ]),
  );
  // A plain folder's pixels are not read for this.
  const plain = await sharedPersons(first, await openCohort(path("second")));
  expect([...plain].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected(["a", "b", "c"]));
});

test("two scans of one person in a plain folder are of one person", async () => {
  await write("plain/a", "ID-1", "scan-21", 21);
  await write("plain/b", "ID-2", "scan-22", 22);
  await write("plain/c", "ID-1", "scan-23", 23);
  expect((await openCohort(path("plain"))).map(({ group }) => group)).toEqual(["a", "b", "a"]);
});

test("tumours in the thoraces of two cohorts' case-0001 are of two persons; a person that both have is one", async () => {
  const second = await openCohort(path("second-cohort"));
  const marksIn = async (cohort: readonly CohortPatient[], at: number) =>
    writtenMarks([await cohort[at].marks()]);
  drawnInto("drawn/1", { background: "case-0001", marks: await marksIn(first, 0), roi: ".*" });
  drawnInto("drawn/2", { background: "case-0001", marks: await marksIn(second, 0), roi: ".*" });
  drawnInto("drawn/3", { background: "case-0002", marks: await marksIn(first, 1), roi: ".*" });
  drawnInto("drawn/4", { background: "case-0004", marks: await marksIn(second, 3), roi: ".*" });
  const drawn = await openCohort(path("drawn"));
  expect(drawn.map(({ group }) => group)).toEqual(["1", "2", "3", "1"]);
  const shared = (await sharedPersons(first, drawn)).map(({ name, same }) => [name, same]);
  expect(shared.sort()).toEqual([
    ["1", "case-0001"],
    ["3", "case-0002"],
    ["4", "case-0001"],
  ]);
  // Of another scan of the person, whose ID the note has with the salt of its cohort.
  const byId = await sharedPersons([second[1]], drawn);
  expect(byId).toEqual([{ name: "3", same: "case-0002", reasons: ["same patient ID"] }]);
  const written = ["1", "2", "3", "4"].map((name) =>
    readFileSync(path("drawn", name, "inserted.json"), "utf8"),
  );
  expect(written.join("")).not.toMatch(/ID-\d|OTHER-\d|"1\.2\.|2\.25\./u);
});

test("a note of an earlier program opens; who has the name of its thorax is taken for the same person", async () => {
  drawnInto("old/1", { background: "case-0002", person: "case-0001" });
  drawnInto("old/2", { background: "case-0001" });
  drawnInto("old/3", { background: "case-0001", marks: writtenMarks([await first[1].marks()]) });
  drawnInto("old/4", { background: "case-0003", marks: writtenMarks([await first[2].marks()]) });
  const old = await openCohort(path("old"));
  expect(old.map(({ group }) => group)).toEqual(["1", "1", "1", "4"]);
  const shared = await sharedPersons([first[0]], old);
  expect(shared.map(({ name }) => name)).toEqual(["1", "2", "3"]);
  expect(shared[0].reasons).toContain("background of the same name");
});

test("a synthetic patient of the first cohort who does not train is known in notes that have its thorax's name alone", async () => {
  drawnInto("new/1", { background: "case-0001", marks: writtenMarks([await first[0].marks()]) });
  drawnInto("new/2", { background: "case-0003", marks: writtenMarks([await first[2].marks()]) });
  drawnInto("names/8", { background: "case-0001" });
  drawnInto("names/9", { background: "case-0002" });
  const shared = await sharedPersons(await openCohort(path("new")), await openCohort(path("names")));
  expect(shared).toEqual([{ name: "8", same: "1", reasons: ["background of the same name"] }]);
});
