/** Importing again: after an interruption, after sources changed or moved, one person twice, and a person at the label desk. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";
import { silentProgress } from "#core/progress.ts";
import { countVoxels } from "#geometry/mask.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { boxMask, persons, writeCt, writeSet, writeTcia } from "../../../../test/archive.ts";
import { applyChoices } from "./choices.ts";
import { importCohort } from "./import.ts";

const root = mkdtempSync(join(tmpdir(), "delineate import again ü-"));
const path = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const never = new AbortController().signal;
const run = (source: string, out: string, choose?: string) =>
  importCohort({ source: path(source), out: path(out), roi: "GTV.*", choose }, silentProgress, never);

/** Without what differs between two imports of the same archive: the salted digest. */
function comparable({ person: _person, ...rest }: CohortPatientFile) {
  return rest;
}

beforeAll(() => writeTcia(path("tcia")));

describe("going on", () => {
  test("an import that was interrupted goes on, keeps what it had, and ends as one that was not", async () => {
    const controller = new AbortController();
    const request = { source: path("tcia"), out: path("interrupted"), roi: "GTV.*" };
    const progress = {
      report: (stage: string, done: number): void => {
        if (stage === "checking patients" && done === 1) controller.abort();
      },
    };
    await expect(importCohort(request, progress, controller.signal)).rejects.toMatchObject({
      code: "cancelled",
    });
    const imported = readdirSync(path("interrupted", "patients"));
    expect(imported.length).toBeGreaterThanOrEqual(1);
    // No further one was begun; those in work, one per thread, were finished before the import ended.
    expect(imported.length).toBeLessThanOrEqual(Math.min(3, availableParallelism()));
    const report = await run("tcia", "interrupted");
    expect(report.added.length).toBe(3 - imported.length);
    const whole = await run("tcia", "from-tcia");
    expect(report.patients.map(comparable)).toEqual(whole.patients.map(comparable));
  });

  test("a second import of the same archive opens none of the patients' files again", async () => {
    const report = await run("tcia", "interrupted");
    expect(report.added).toEqual([]);
    // The SEG of each patient, which no patient's file refers to.
    expect(report.files).toBe(3);
    expect(report.refused.map(({ code }) => code)).toEqual(Array(3).fill("several-structure-sets"));
  });

  test("a patient's file that cannot be read is named, and not a patient fewer", async () => {
    cpSync(path("from-tcia"), path("unreadable"), { recursive: true });
    const file = path("unreadable", "patients", "case-0002.json");
    rmSync(file);
    mkdirSync(file);
    await expect(openCohort(path("unreadable"))).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(file),
    });
  });

  test("a source that changed is said when it is loaded, and checked anew by the next import, under the same name", async () => {
    cpSync(path("tcia"), path("changing"), { recursive: true });
    const before = await run("changing", "from-changing");
    const slice = join(before.patients[1].root, before.patients[1].ct.files[0].path);
    const bytes = readFileSync(slice);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(slice, bytes);
    const [, second] = await openCohort(path("from-changing"));
    await expect(second.load("GTV.*")).rejects.toMatchObject({
      code: "file-changed",
      message: expect.stringContaining("case-0002"),
    });
    const after = await run("changing", "from-changing");
    expect(after.added).toEqual(["case-0002"]);
    expect(after.patients[1].ct.sliceDigests).not.toEqual(before.patients[1].ct.sliceDigests);
    expect(after.patients[0]).toEqual(before.patients[0]);
  });

  test("nothing that was kept of a patient serves for sources that changed, and all of it for those put back", async () => {
    cpSync(path("tcia"), path("corrected"), { recursive: true });
    const { patients } = await run("corrected", "from-corrected");
    const fingerprints = async () =>
      Promise.all((await openCohort(path("from-corrected"))).map(({ fingerprint }) => fingerprint("GTV.*")));
    const before = await fingerprints();
    const { root, target } = patients[1];
    const file = join(root, target.file.path);
    renameSync(file, path("aside"));
    writeFileSync(file, "corrected");
    const [first, second, third] = await fingerprints();
    expect([first, third]).toEqual([before[0], before[2]]);
    expect(second).not.toBe(before[1]);
    renameSync(path("aside"), file);
    expect(await fingerprints()).toEqual(before);
  });

  test("a source that moved is said, and found again by an import from its new place", async () => {
    renameSync(path("changing"), path("moved"));
    const [first] = await openCohort(path("from-changing"));
    await expect(first.load("GTV.*")).rejects.toMatchObject({ code: "file-not-found" });
    const report = await run("moved", "from-changing");
    expect(report.patients.map(({ name, root: where }) => [name, where])).toEqual(
      ["case-0001", "case-0002", "case-0003"].map((name) => [name, path("moved")]),
    );
    const again = await openCohort(path("from-changing"));
    expect(countVoxels((await again[0].load("GTV.*")).target)).toBe(180);
  });

  test("a cohort is not mixed from two ideas of the tumour", async () => {
    const request = { source: path("tcia"), out: path("from-tcia"), roi: "CTV" };
    await expect(importCohort(request, silentProgress, never)).rejects.toMatchObject({ code: "bad-cohort" });
  });
});

describe("one person under two IDs", () => {
  test("is found by UIDs, by the ID and by pixels, and grouped; others are not", async () => {
    const write = async (folder: string, id: string, uidName: string, seed: number) => {
      const ct = await writeCt(path("twins", folder, "ct"), { person: { id, name: id }, uidName, seed });
      writeSet(path("twins", folder, "set.dcm"), ct, { GTV: [5, 9] });
    };
    await write("a", "FIRST-ID", "scan-1", 1);
    await write("b", "SECOND-ID", "scan-1", 2);
    await write("c", "THIRD-ID", "scan-3", 1);
    await write("d", "FOURTH-ID", "scan-4", 4);
    await write("e", "FOURTH-ID", "scan-5", 5);
    await write("f", "SIXTH-ID", "scan-6", 6);
    const report = await run("twins", "from-twins");
    expect(report.samePatient).toMatchObject([
      {
        cases: ["case-0001", "case-0002", "case-0003"],
        reasons: expect.arrayContaining(["same pixels", "same study"]),
      },
      { cases: ["case-0004", "case-0005"], reasons: ["same patient ID"] },
    ]);
    const groups = (await openCohort(path("from-twins"))).map(({ group }) => group);
    expect(groups).toEqual(["case-0001", "case-0001", "case-0001", "case-0004", "case-0004", "case-0006"]);
  });
});

describe("the label desk", () => {
  test("a choice that rules cannot make waits for a person, who makes it in the table", async () => {
    const ct = await writeCt(path("desk", "ct"), { person: persons[0], uidName: "desk", seed: 300 });
    writeSet(path("desk", "set.dcm"), ct, { GTV_A: [2, 6], GTV_B: [12, 18] });
    const waiting = await run("desk", "from-desk");
    expect(waiting.patients).toMatchObject([{ primary: [], chosen: "undecided" }]);
    await expect(openCohort(path("from-desk"))).rejects.toMatchObject({ code: "bad-cohort" });
    const table = readFileSync(path("from-desk", "label-desk.csv"), "utf8");
    expect(table.match(/\?$/gm)?.length).toBe(2);
    writeFileSync(path("chosen.csv"), table.replace(/(GTV_A.*)\?/, "$1no").replace(/(GTV_B.*)\?/, "$1yes"));
    const { patients } = await run("desk", "from-desk", path("chosen.csv"));
    expect(patients).toMatchObject([
      { primary: [1], chosen: "by hand", rois: [{ role: "other" }, { role: "primary" }] },
    ]);
    const [patient] = await openCohort(path("from-desk"));
    expect((await patient.load("GTV.*")).target.data).toEqual(boxMask(ct.grid, [12, 18]).data);
    const edited = readFileSync(path("from-desk", "label-desk.csv"), "utf8").replace(/yes$/m, "no");
    writeFileSync(path("from-desk", "label-desk.csv"), edited);
    await expect(run("desk", "from-desk")).rejects.toMatchObject({
      code: "file-exists",
      message: expect.stringContaining("--choose"),
    });
    expect(readFileSync(path("from-desk", "label-desk.csv"), "utf8")).toBe(edited);
    const none = await run("desk", "from-desk", path("from-desk", "label-desk.csv"));
    expect(none.patients).toMatchObject([{ primary: [], chosen: "by hand" }]);
    writeFileSync(path("chosen.csv"), "case,position,chosen\ncase-0009,0,yes\n");
    await expect(run("desk", "from-desk", path("chosen.csv"))).rejects.toMatchObject({ code: "usage" });
  });

  test("a choice in a table of other ROIs, or without a position, is refused", async () => {
    const ct = await writeCt(path("stale", "ct"), { person: persons[0], uidName: "stale", seed: 301 });
    writeSet(path("stale", "set.dcm"), ct, { GTV_A: [2, 6], GTV_B: [12, 18] });
    await run("stale", "from-stale");
    const chosen = readFileSync(path("from-stale", "label-desk.csv"), "utf8")
      .replace(/(GTV_A.*)\?/, "$1no")
      .replace(/(GTV_B.*)\?/, "$1yes");
    writeFileSync(path("no-position.csv"), "case,position,chosen\ncase-0001,,yes\n");
    await expect(run("stale", "from-stale", path("no-position.csv"))).rejects.toMatchObject({
      code: "usage",
    });
    // Exported anew with an ROI more: GTV_B was the second, and is the third.
    writeSet(path("stale", "set.dcm"), ct, { GTV_C: [7, 11], GTV_A: [2, 6], GTV_B: [12, 18] });
    writeFileSync(path("stale.csv"), chosen);
    await expect(run("stale", "from-stale", path("stale.csv"))).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("GTV_C"),
    });
    await expect(openCohort(path("from-stale"))).rejects.toMatchObject({ code: "bad-cohort" });
  });

  test("a name that a spreadsheet garbled is known where it can be no other one", () => {
    const roi = { role: "other", candidate: true, volumeCc: 1, contours: 1, tinyIslands: 0 } as const;
    const rois = ["GTV Läsion", "GTV Lösion", "GTV_腫瘍"].map((name) => ({
      ...roi,
      name,
      openContours: 0,
      lostContours: 0,
    }));
    const patient = { name: "case-0001", rois, primary: [], chosen: "undecided", findings: [] };
    const choose = (told: string, position = 0) =>
      applyChoices(
        [patient as unknown as CohortPatientFile],
        `case,position,roi,chosen\ncase-0001,${position},${told},yes\n`,
        "table",
      );
    expect(choose("GTV LÃ¤sion")).toMatchObject([{ primary: [0] }]);
    expect(choose("GTV_??", 2)).toMatchObject([{ primary: [2] }]);
    for (const another of ["GTV Lösion", "GTV LÃ¶sion", "GTV L?sion"])
      expect(() => choose(another)).toThrow(/ROI 0 is GTV Läsion.*write it back/);
  });

  test("a table of another cohort, whose cases and ROIs are called alike, is known by its volumes", () => {
    const roi = { role: "other", candidate: true, contours: 1, tinyIslands: 0, lostContours: 0 } as const;
    const rois = [
      { ...roi, name: "GTV-1", volumeCc: 98.154 },
      { ...roi, name: "GTV-2", volumeCc: 2.66 },
    ];
    const patient = { name: "case-0001", rois, primary: [], chosen: "undecided", findings: [] };
    const choose = (position: number, volume: string) =>
      applyChoices(
        [patient as unknown as CohortPatientFile],
        `case,position,roi,volume_cc,chosen\ncase-0001,${position},GTV-${position + 1},"${volume}",yes\n`,
        "table",
      );
    // As it was written, with a comma, rounded, and as the date that a spreadsheet may make of 2.66.
    for (const volume of ["98.15", "98,15", "98"])
      expect(choose(0, volume)).toMatchObject([{ primary: [0] }]);
    for (const volume of ["2.66", "Feb 66", "02.06.2066"])
      expect(choose(1, volume)).toMatchObject([{ primary: [1] }]);
    expect(() => choose(0, "11.32")).toThrow(
      /GTV-1, has 98.15 cc, and the table says 11.32.*another cohort's/,
    );
  });

  test("a choice by hand outlives sources that were copied, and is asked for anew where the ROIs are others", async () => {
    const ct = await writeCt(path("hand", "ct"), { person: persons[0], uidName: "hand", seed: 302 });
    writeSet(path("hand", "set.dcm"), ct, { GTV_p: [2, 6], GTV_B: [12, 18] });
    await run("hand", "from-hand");
    const table = readFileSync(path("from-hand", "label-desk.csv"), "utf8");
    const swapped = table.replace(/(GTV_p.*)yes/, "$1no").replace(/(GTV_B.*)no/, "$1yes");
    writeFileSync(path("hand.csv"), swapped);
    await run("hand", "from-hand", path("hand.csv"));
    renameSync(path("hand"), path("hand-moved"));
    const byHand = { primary: [1], chosen: "by hand", rois: [{ role: "other" }, { role: "primary" }] };
    const moved = await run("hand-moved", "from-hand");
    expect(moved.patients).toMatchObject([{ root: path("hand-moved"), ...byHand }]);
    writeSet(path("hand-moved", "set.dcm"), ct, { GTV_p: [2, 6], GTV_B: [12, 17] });
    const changed = await run("hand-moved", "from-hand");
    expect(changed.patients).toMatchObject([{ primary: [], chosen: "undecided" }]);
    const told = (report: typeof changed): string[] => report.patients[0].findings.map(({ code }) => code);
    expect(told(changed)).toContain("chosen-among-others");
    // Until a person chooses again no rule does, however often it is checked.
    renameSync(path("hand-moved"), path("hand-moved-again"));
    const still = await run("hand-moved-again", "from-hand");
    expect(still.patients).toMatchObject([{ primary: [], chosen: "undecided" }]);
    expect(told(still)).toContain("chosen-among-others");
    writeFileSync(
      path("none.csv"),
      readFileSync(path("from-hand", "label-desk.csv"), "utf8").replaceAll("?", "no"),
    );
    const none = await run("hand-moved-again", "from-hand", path("none.csv"));
    expect(none.patients).toMatchObject([{ primary: [], chosen: "by hand" }]);
    writeFileSync(path("hand.csv"), swapped);
    const again = await run("hand-moved-again", "from-hand", path("hand.csv"));
    expect(again.patients).toMatchObject([byHand]);
    expect(told(again)).not.toContain("chosen-among-others");
  });
});
