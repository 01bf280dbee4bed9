/** One rule for all readers: an ROI of which a contour cannot be taken is refused, by the code of that. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DelineateError } from "#core/errors.ts";
import { silentProgress } from "#core/progress.ts";
import {
  type DataSet,
  type Element,
  sequence,
  sequenceElement,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { diffStructureSets } from "#evaluate/run/diff.ts";
import { evaluateMasks } from "#evaluate/run/evaluate.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { convertMasks } from "#patients/convert.ts";
import { inspect } from "#patients/inspect/inspect.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { changeDicom, writeCt, writeSet } from "./archive.ts";

const root = mkdtempSync(join(tmpdir(), "delineate refused-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const good = join(root, "good.dcm");
const patient = join(root, "patient");
const ct = join(patient, "ct");
const set = join(patient, "set.dcm");
const never = new AbortController().signal;

beforeAll(async () => {
  mkdirSync(patient, { recursive: true });
  const volume = await writeCt(ct, { person: { id: "P-1", name: "Test^One" }, uidName: "refused", seed: 1 });
  writeSet(good, volume, { GTV: [5, 9], Heart: [5, 9] });
});

type Change = (contours: readonly DataSet[]) => readonly DataSet[];

/** The set with the contours of its ROI `index` changed. */
function damaged(index: number, change: Change): Uint8Array {
  return changeDicom(readFileSync(good), (dataSet) => {
    const items = sequence(dataSet, "30060039").map((roi, at) =>
      at === index
        ? new Map(roi).set("30060040", sequenceElement([...change(sequence(roi, "30060040"))]))
        : roi,
    );
    dataSet.set("30060039", sequenceElement(items));
  });
}

const withElement =
  (tag: string, element: (contour: DataSet) => Element): Change =>
  ([first, ...others]) => [new Map(first).set(tag, element(first)), ...others];
const data = (contour: DataSet): string =>
  Buffer.from(contour.get("30060050")?.bytes ?? []).toString("latin1");
const dataAs = (change: (text: string) => string): Change =>
  withElement("30060050", (contour) => textElement("DS", change(data(contour))));

const losses: readonly (readonly [string, string, Change])[] = [
  ["a decimal comma", "unreadable-contour", dataAs((text) => text.replace(/^[^\\]*/, "1,5"))],
  [
    "an unknown type",
    "unreadable-contour",
    withElement("30060042", () => textElement("CS", "INTERPOLATED_PLANAR")),
  ],
  ["an offset", "unreadable-contour", withElement("30060045", () => textElement("DS", "0\\0\\5"))],
  [
    "an open line that returns to its beginning",
    "unreadable-contour",
    ([first, ...others]) => {
      const closed = `${data(first).trim()}\\${data(first).split("\\").slice(0, 3).join("\\")}`;
      const line = new Map(first).set("30060042", textElement("CS", "OPEN_PLANAR"));
      return [line.set("30060050", textElement("DS", closed)), ...others];
    },
  ],
  ["a lost point", "unreadable-contour", dataAs((text) => text.replace(/^([^\\]*\\){3}/, ""))],
  ["a place between slices", "contour-off-slice", dataAs((text) => moved(text, 2))],
  ["a place outside the CT", "contour-outside-ct", dataAs((text) => moved(text, 5000))],
  [
    "a second drawing beside it",
    "doubled-contour",
    (contours) => [...contours, ...dataAs((text) => moved(text, 0, 0.9))([contours[0]])],
  ],
];

function moved(text: string, dz: number, dx = 0): string {
  const shift = [dx, 0, dz];
  return text
    .trim()
    .split("\\")
    .map((value, at) => String(Number(value) + shift[at % 3]))
    .join("\\");
}

/** The error's code, or "taken". */
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "taken";
  } catch (error) {
    if (error instanceof DelineateError) return error.code;
    throw error;
  }
}

/** What every reader makes of the ROI GTV of the set that lies in the patient's folder. */
async function readers(): Promise<Record<string, string>> {
  const output = join(root, "out.nii.gz");
  const options = { ct, holes: "keyhole", resample: false, force: true } as const;
  const cohort = join(root, "cohort");
  rmSync(cohort, { recursive: true, force: true });
  const imported = await importCohort({ source: patient, out: cohort, roi: "GTV" }, silentProgress, never);
  const report = await inspect(patient, silentProgress, never);
  const shown = report.structureSets[0].rois.find(({ name }) => name === "GTV");
  return {
    convert: await codeOf(convertMasks({ input: set, output, roi: "GTV", ...options })),
    evaluate: await codeOf(
      evaluateMasks({ reference: set, prediction: good, ct, roi: "GTV", resample: false }),
    ),
    "evaluate a prediction": await codeOf(
      evaluateMasks({ reference: good, prediction: set, ct, roi: "GTV", resample: false }),
    ),
    "a cohort's folder": await codeOf(loadPatient(patient, "GTV")),
    import: imported.refused[0]?.code ?? "taken",
    inspect: shown?.refused
      ? (report.findings.find(({ severity }) => severity === "error")?.code ?? "")
      : "taken",
  };
}

const everywhere = (code: string) => ({
  convert: code,
  evaluate: code,
  "evaluate a prediction": code,
  "a cohort's folder": code,
  import: code,
  inspect: code,
});

describe("an ROI of which a contour cannot be taken", () => {
  test.each(losses)("%s: every reader refuses it as %s", async (_, code, change) => {
    writeFileSync(set, damaged(0, change));
    expect(await readers()).toEqual(everywhere(code));
    const { rois, findings } = await diffStructureSets(good, set, ct, undefined);
    expect(rois.map(({ name, change }) => `${name} ${change}`)).toEqual(["GTV refused", "Heart same"]);
    expect([rois[0].volumeCcA, rois[0].volumeCcB, rois[0].dsc]).toEqual([
      expect.any(Number),
      undefined,
      undefined,
    ]);
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors.map((item) => [item.code, item.where])).toEqual([[code, "B: GTV"]]);
  });

  test("another ROI's contour refuses that one alone", async () => {
    writeFileSync(set, damaged(1, losses[0][2]));
    expect(await readers()).toEqual({ ...everywhere("taken") });
  });
});

test("a set of which no ROI can be taken is refused by diff, and a refused ROI in A is never removed or renamed", async () => {
  writeFileSync(set, damaged(0, losses[0][2]));
  const back = await diffStructureSets(set, good, ct, undefined);
  expect(back.rois.map(({ name, change }) => `${name} ${change}`)).toEqual(["GTV refused", "Heart same"]);
  expect(back.rois[0].volumeCcB).toEqual(expect.any(Number));
  const alone = changeDicom(readFileSync(set), (dataSet) => {
    for (const tag of ["30060020", "30060039", "30060080"])
      dataSet.set(tag, sequenceElement(sequence(dataSet, tag).slice(0, 1)));
  });
  writeFileSync(set, alone);
  expect(await codeOf(diffStructureSets(good, set, ct, undefined))).toBe("unreadable-contour");
});

test("diff on the command line says which ROI is refused and why, compares the others, and exits with 1", () => {
  writeFileSync(set, damaged(0, losses[0][2]));
  const main = join(import.meta.dirname, "../src/cli/main.ts");
  const env = { ...process.env, NO_COLOR: "1" };
  const run = (other: string) =>
    spawnSync(process.execPath, [main, "diff", good, other, "--ct", ct], { encoding: "utf8", env });
  const { status, stdout, stderr } = run(set);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^GTV +refused +[\d.]+$/m);
  expect(stdout).toMatch(/^Heart +same/m);
  expect(stderr).toMatch(/^error: B: GTV: .*contour 1: Its 12 coordinates/m);
  expect(run(good).status).toBe(0);
});

test("a set of another frame of reference is refused by every reader, where its ROIs do not repeat it", async () => {
  const other = changeDicom(readFileSync(good), (dataSet) => {
    const frame = textElement("UI", "1.2.3.4");
    const tree = sequence(dataSet, "30060010").map((item) => new Map(item).set("00200052", frame));
    const rois = sequence(dataSet, "30060020").map((item) =>
      new Map(item).set("30060024", textElement("UI", "")),
    );
    dataSet.set("30060010", sequenceElement(tree)).set("30060020", sequenceElement(rois));
  });
  writeFileSync(set, other);
  const { inspect: _, ...codes } = await readers();
  expect(new Set(Object.values(codes))).toEqual(new Set(["wrong-frame-of-reference"]));
  expect(await codeOf(diffStructureSets(good, set, ct, undefined))).toBe("wrong-frame-of-reference");
});

test("diff keeps what is odd about either file", async () => {
  writeFileSync(
    set,
    damaged(0, (contours) => [...contours, contours[0]]),
  );
  const { rois, findings } = await diffStructureSets(good, set, ct, undefined);
  expect(rois.map(({ name, change }) => `${name} ${change}`)).toEqual(["GTV same", "Heart same"]);
  expect(findings.map(({ code, where }) => [code, where?.slice(0, 2)])).toEqual([["contour-twice", "B:"]]);
});
