/**
 * Small inputs that public bug reports of the field led to, each made by its own script with pydicom and nibabel, with the
 * values that an independent judge found. Left out where ../shared/cases is not there. The eight orientations of case 05
 * are contoured in src/segment/contour-ct.test.ts, on a smaller chest.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkInput, refuseErrors } from "#anatomy/check-input.ts";
import { DelineateError } from "#core/errors.ts";
import { silentProgress } from "#core/progress.ts";
import { diffStructureSets } from "#evaluate/run/diff.ts";
import { evaluateMasks } from "#evaluate/run/evaluate.ts";
import { countVoxels, type Mask, maskSlice } from "#geometry/mask.ts";
import { check } from "#patients/check.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { convertMasks } from "#patients/convert.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { inspect } from "#patients/inspect/inspect.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { addedGtv } from "./archive.ts";
import { judge } from "./judge.ts";
import { openPhantomServer, type PhantomServer } from "./workspace/phantom-server.ts";

const shared = join(import.meta.dirname, "../../shared");
const cases = join(shared, "cases");
const realCt = join(shared, "data/lung-dx-a0001/ct-soft");
const root = mkdtempSync(join(tmpdir(), "field-cases-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const never = new AbortController().signal;
const here = existsSync(cases);

/** Runs a case's script into a folder of its own and gives the way to a file in it. */
function make(name: string, script = "make.py", ...source: string[]): (...path: string[]) => string {
  const out = join(root, name + script);
  const { status, output } = judge("/usr/bin/python3", [join(cases, name, script), ...source, out]);
  if (status !== 0) throw new Error(output);
  return (...path) => join(out, ...path);
}

const cts = new Map<string, ReturnType<typeof readCtFolder>>();

/** The one mask of the ROI in the file, as every reader gets it. */
async function maskOf(file: string, ctPath: string, roi?: string): Promise<Mask> {
  const reading = cts.get(ctPath) ?? readCtFolder(ctPath);
  cts.set(ctPath, reading);
  const { rois } = await loadRoiMasks(file, { ct: await reading, roi });
  expect(rois).toHaveLength(1);
  return rois[0].mask;
}

const perSlice = (mask: Mask): number[] =>
  Array.from({ length: mask.grid.size[2] }, (_, k) =>
    maskSlice(mask, k).reduce((sum, value) => sum + value, 0),
  );

/** Bytes of a .npy file of version 1 (its header's length is at byte 8): [k, j, i] is the order of our masks. */
function expectedMask(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.subarray(10 + bytes.readUInt16LE(8));
}

/** The error's code, or "taken". */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "taken",
    (error: unknown) => {
      if (error instanceof DelineateError) return error.code;
      throw error;
    },
  );
}

const convertInto = (file: string, input: string, ct: string, roi?: string) =>
  convertMasks({ input, output: join(root, file), ct, roi, holes: "keyhole", resample: false, force: true });

describe.runIf(here)("contours", () => {
  test("01: a contour that is there twice is counted once, and check says it", async () => {
    const at = make("01-duplicate-contour");
    expect(perSlice(await maskOf(at("rs.dcm"), at("ct"))).slice(4, 8)).toEqual([306, 306, 306, 306]);
    const { violations } = await check(at("rs.dcm"), at("ct"), undefined);
    expect(violations.map(({ rule }) => rule)).toContain("contour-twice");
  });

  test("02: a contour with a decimal comma refuses its ROI everywhere", async () => {
    const at = make("02-unreadable-contour-dropped");
    const [set, ct] = [at("rs.dcm"), at("ct")];
    expect(await codeOf(convertInto("02.nii.gz", set, ct))).toBe("unreadable-contour");
    expect(
      await codeOf(evaluateMasks({ reference: set, prediction: set, ct, roi: "GTV", resample: false })),
    ).toBe("unreadable-contour");
    const imported = await importCohort(
      { source: at(), out: join(root, "02-cohort"), roi: "GTV" },
      silentProgress,
      never,
    );
    expect([imported.patients, imported.refused[0].code]).toEqual([[], "unreadable-contour"]);
  });

  test("09: a set whose contours lie off the slices is refused by diff too; what was moved is said", async () => {
    const at = make("09-evaluate-off-slice");
    const compared = (name: string) => diffStructureSets(at("good.dcm"), at(name), at("ct"), undefined);
    for (const name of ["half.dcm", "off03.dcm", "finer.dcm"])
      expect([name, await codeOf(compared(name))]).toEqual([name, "contour-off-slice"]);
    expect((await compared("off02.dcm")).findings).toHaveLength(6);
    expect((await compared("float.dcm")).findings).toEqual([]);
  });

  test("12: every encoding gives the judge's voxels, or a refusal that names the contour", async () => {
    const at = make("12-rtstruct-encodings");
    const expected = expectedMask(at("expected.npy"));
    expect(expected.reduce((sum, value) => sum + value, 0)).toBe(2508);
    // Those with every eighth point, and those beyond the image, have other outlines than the judge's.
    const others = ["spaces.dcm", "exponent.dcm", "border.dcm", "beyond.dcm"];
    const refused = ["interpolated.dcm", "no-type.dcm"];
    const sets = readdirSync(at()).filter((name) => name.endsWith(".dcm") && !others.includes(name));
    expect(sets).toHaveLength(14);
    for (const name of sets) {
      const work = maskOf(at(name), at("ct"));
      if (refused.includes(name)) expect([name, await codeOf(work)]).toEqual([name, "unreadable-contour"]);
      else expect([name, expected.equals((await work).data)]).toEqual([name, true]);
    }
    for (const name of ["border.dcm", "beyond.dcm"])
      expect(countVoxels(await maskOf(at(name), at("ct")))).toBe(6 * 48 * 80);
    for (const name of ["spaces.dcm", "exponent.dcm"])
      expect(countVoxels(await maskOf(at(name), at("ct")))).toBeGreaterThan(2500);
  });

  test("15: a set of another frame of reference is refused, wherever it says so", async () => {
    const at = make("15-rtstruct-identity");
    for (const name of ["other-for", "other-for-norefs", "other-for-noroi", "other-for-emptyroi"])
      expect([name, await codeOf(maskOf(at(`${name}.dcm`), at("ct")))]).toEqual([
        name,
        "wrong-frame-of-reference",
      ]);
  });
});

describe.runIf(here)("names", () => {
  test("07: ROIs are listed and found by the names that the set's own character set spells", async () => {
    const at = make("07-utf8-roi-name");
    for (const name of ["utf8.dcm", "latin1.dcm"])
      expect(countVoxels(await maskOf(at(name), at("ct"), "GTV Lunge außen"))).toBe(306 * 4);
    const { structureSets } = await inspect(at(), silentProgress, never);
    expect(structureSets.map(({ rois }) => rois.map(({ name }) => name))).toEqual([
      ["GTV Lunge außen", "Ösophagus"],
      ["GTV Lunge außen", "肺腫瘍", "Ösophagus"],
    ]);
  });

  test.each([
    ["its own character set", () => make("16-add-to", "make.py", realCt), realCt],
    ["the CT's", () => make("16-add-to", "make_same_charset.py"), undefined],
  ])("16: a GTV is added to a set in %s, and nothing else of it changes", async (_, makeCase, source) => {
    const at = makeCase();
    const ct = await readCtFolder(source ?? at("ct"));
    const path = at("tps.dcm");
    const rois = addedGtv(ct, { path, bytes: readFileSync(path) });
    expect(rois.map(({ name, contours }) => [name, contours.length])).toEqual([
      ["Lunge rechts ä", 4],
      ["肺", 0],
      ["Body", 4],
      ["GTV_AUTO", 3],
    ]);
  });
});

describe.runIf(here)("mask files", () => {
  test("03: segments of 3D Slicer before 4.11 keep their names", async () => {
    const at = make("03-old-seg-nrrd-names");
    for (const [name, voxels] of [
      ["GTV", 256],
      ["Heart", 800],
      ["Lung_L", 2100],
    ] as const)
      expect([name, countVoxels(await maskOf(at("old.seg.nrrd"), at("ct"), name))]).toEqual([name, voxels]);
  });

  test("10 and 21: every axis order, several gzip members and padding give the same voxels", async () => {
    const at = make("21-gzip-members");
    const expected = expectedMask(at("expected.npy"));
    const orders = readdirSync(at()).filter((name) => /^[oq]_|^multi|^padded/.test(name));
    expect(orders).toHaveLength(18);
    for (const name of orders) {
      const { data } = await maskOf(at(name), at("ct"));
      expect([name, data.reduce((sum, value) => sum + value, 0), expected.equals(data)]).toEqual([
        name,
        1628,
        true,
      ]);
    }
    expect(await codeOf(maskOf(at("trunc.nii.gz"), at("ct")))).toBe("bad-nifti");
  });
});

describe.runIf(here)("CTs", () => {
  test("06: a CT that is not in HU is refused before the model runs", async () => {
    const at = make("06-no-rescale", "make.py", realCt);
    const codes = await Promise.all(
      ["normal", "stripped", "electron-density"].map(async (name) => {
        const ct = await readCtFolder(at(name));
        return codeOf((async () => refuseErrors(checkInput(ct), ct.findings))());
      }),
    );
    expect(codes).toEqual(["taken", "not-hu", "not-hu"]);
  });

  test("20: elements with VR UN are read by the dictionary", async () => {
    const at = make("20-un-vr", "make_ct.py");
    for (const name of ["pixrep", "intercept", "rows", "padding"]) {
      const { hu } = await readCtFolder(at(name));
      // Two rows of padding, which are set to air; then air, and the body in the middle.
      expect([name, hu[0], hu[4 * 64], hu[32 * 64 + 32]]).toEqual([name, -1024, -1000, 20]);
    }
  });

  test("08: a cohort of links to folders is inspected, taken and read whole", async () => {
    const at = make("01-duplicate-contour");
    const [cohort, patient] = [join(root, "08-cohort"), join(root, "08-patient")];
    for (const folder of [cohort, patient]) mkdirSync(folder);
    symlinkSync(at(), join(cohort, "linked"));
    symlinkSync(at("ct"), join(patient, "ct"));
    cpSync(at("rs.dcm"), join(patient, "rs.dcm"));
    expect((await inspect(cohort, silentProgress, never)).dicomFiles).toBe(13);
    const out = join(root, "08-imported");
    const { patients } = await importCohort({ source: cohort, out, roi: "GTV" }, silentProgress, never);
    expect(patients).toHaveLength(1);
    expect(countVoxels((await loadPatient(patient, "GTV")).target)).toBe(306 * 4);
  });
});

describe.runIf(here)("04: uploads", () => {
  let server: PhantomServer;
  beforeAll(async () => {
    server = await openPhantomServer(4);
  });
  afterAll(() => server.close());

  test("whole zips are 24 slices; of one that was cut off no patient is made", async () => {
    const at = make("04-zip-truncated");
    const { client } = server;
    const outcomes: Record<string, unknown> = {};
    for (const name of readdirSync(at()).filter((entry) => entry.endsWith(".zip"))) {
      const { uploadId } = await client.call("beginUpload", {}, {});
      await client.send(uploadId, name, readFileSync(at(name)));
      const { cases, problems } = await client.call("finishUpload", { uploadId }, {});
      outcomes[name] = cases[0]?.sliceCount ?? problems;
      for (const { id } of cases) await client.call("removeCase", { caseId: id }, undefined);
    }
    const broken = [expect.stringMatching(/^A zip archive is damaged or cut off/)];
    expect(outcomes).toEqual({
      "deflated.zip": 24,
      "deflated-cut-between.zip": broken,
      "deflated-cut-inside.zip": broken,
      "deflated-no-directory.zip": broken,
      "mac.zip": 24,
      "stored.zip": 24,
      "stored-cut-between.zip": broken,
      "stored-cut-inside.zip": broken,
      "stored-no-directory.zip": broken,
    });
    expect(server.faults).toEqual([]);
  });
});
