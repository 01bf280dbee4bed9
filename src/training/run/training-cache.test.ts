/** Images from the cache are those that were made from the sources, bit for bit; what is stale or damaged is made anew. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import type { Finding } from "#core/findings.ts";
import { silentProgress } from "#core/progress.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import type { GreyLevels } from "#preprocess/grey-levels.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { cropToFrame, frameVoxels, wholeSquare } from "#segment/prediction/body-frame.ts";
import { makeBatch } from "#training/batch.ts";
import { batchOf, planEpoch } from "#training/plan-epoch.ts";
import { createTrainingSet } from "#training/training-set.ts";
import { archiveGrid, archiveHu, boxMask, writeCt, writeSet } from "../../../test/archive.ts";
import { imagesInMemory, wholeImages } from "../../../test/training-images.ts";
import { type ImageWork, loadPatientImages, loadTrainingSet } from "./load-training-set.ts";

const root = mkdtempSync(join(tmpdir(), "delineate cache ü-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { signal } = new AbortController();
const files = new DisposableStack();
afterAll(() => files.dispose());
const work = { progress: silentProgress, signal, files };
const greyLevels = { lowHu: -1024, highHu: 3071, levels: 255 };
const settings = {
  ...{ cohort: root, size: 64, roi: "GTV", greyLevels, frame: "slice" as const },
  spare: join(root, ".spare"),
};
/** As they are now, every slice read. */
const load = async (changes: Partial<typeof settings> = {}) => (await open(changes)).map(wholeImages);
const open = async (changes: Partial<typeof settings> = {}, more: Partial<ImageWork> = {}) => {
  const request = { ...settings, ...changes };
  const patients = await openCohort(request.cohort);
  return loadPatientImages({ ...request, patients }, { ...work, ...more });
};
const slicesOf = (stack: Uint8Array): Uint8Array[] =>
  Array.from({ length: stack.length / 4096 }, (_, k) => stack.slice(4096 * k, 4096 * (k + 1)));
/** The archive's slices are 48 by 50 mm: the network sees a square of 50 mm. */
const square = wholeSquare(archiveGrid);
const levelsOf = (seed: number, levels: GreyLevels): Uint8Array => {
  const { grid, hu } = cropToFrame({ grid: archiveGrid, hu: archiveHu(seed) }, square);
  return networkSlices(grid, hu, levels, 64);
};
const maskOf = (from: number, to: number): Uint8Array => {
  const data = frameVoxels(boxMask(archiveGrid, [from, to]).data, archiveGrid.size, square);
  return networkMask({ ...archiveGrid, size: [square.width, square.height, 6] }, data, 64);
};
const cached = (name: string): string => join(root, ".cache", "images-64", `${name}.bin`);

beforeAll(async () => {
  for (const [index, name] of ["a", "b"].entries()) {
    const person = { id: name, name };
    const ct = await writeCt(join(root, name, "ct"), { person, uidName: `cache-${name}`, seed: index });
    writeSet(join(root, name, "set.dcm"), ct, { GTV: [5, 12], GTVn: [15, 18] });
  }
});

test("the first loading makes the images and keeps them, the second reads the same from the cache", async () => {
  const first = await load();
  expect(readdirSync(join(root, ".cache", "images-64"))).toEqual(["a.bin", "b.bin"]);
  const written = statSync(cached("a")).mtimeMs;
  const second = await load();
  expect(second).toEqual(first);
  expect(statSync(cached("a")).mtimeMs).toBe(written);
  expect(first[1].levels).toEqual(slicesOf(levelsOf(1, greyLevels)));
  expect(first[1].mask).toEqual(slicesOf(maskOf(5, 12)));
  // 6 slices of 64 x 64: a byte and a bit per pixel, after the line of JSON.
  const file = readFileSync(cached("a"));
  // Doubles for the distance of slices, the volume and the width of a pixel; a byte and a bit for each pixel.
  expect(file.length - file.indexOf(10) - 1).toBe(24 + 6 * 64 * 64 * (1 + 1 / 8));
});

test("a damaged, a cut and an empty file are made anew", async () => {
  const good = readFileSync(cached("a"));
  const expected = await load();
  const flipped = Buffer.from(good);
  flipped[flipped.length - 100] ^= 4;
  for (const bad of [
    flipped,
    good.subarray(0, good.length - 1),
    Buffer.alloc(0),
    Buffer.from("no newline"),
  ]) {
    writeFileSync(cached("a"), bad);
    expect(await load()).toEqual(expected);
    expect(readFileSync(cached("a"))).toEqual(good);
  }
});

test("other grey levels, another ROI and a changed source give other images, and the cache follows", async () => {
  const before = await load();
  const window = { lowHu: -160, highHu: 240, levels: 255 };
  const windowed = await load({ greyLevels: window });
  expect(windowed[0].levels).toEqual(slicesOf(levelsOf(0, window)));
  const nodes = await load({ roi: "GTVn" });
  expect(nodes[0].mask).toEqual(slicesOf(maskOf(15, 18)));
  expect(await load()).toEqual(before);
  const ct = await writeCt(join(root, "b", "ct"), {
    person: { id: "b", name: "b" },
    uidName: "cache-b",
    seed: 77,
  });
  expect(ct.hu).toEqual(archiveHu(77));
  const [, b] = await load();
  expect(b.levels).toEqual(slicesOf(levelsOf(77, greyLevels)));
});

test("those patients are loaded that are named, and the set's statistics are of those", async () => {
  const [, patient] = await openCohort(root);
  const [only, ...others] = await loadPatientImages({ ...settings, patients: [patient] }, work);
  expect([only.name, others.length]).toEqual(["b", 0]);
  const set = await loadTrainingSet({ ...settings, patients: [patient], additions: [] }, work);
  expect(set.withTarget.map(({ slice }) => slice)).toEqual([1, 2, 3]);
  const levels = wholeImages(only).levels.flatMap((slice) => [...slice]);
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  expect(set.normalisation.mean).toBeCloseTo(mean, 9);
});

test("batches from files are those from memory, bit for bit, augmented and with neighbours", async () => {
  const images = await open();
  const inMemory = [
    { levels: levelsOf(0, greyLevels), mask: maskOf(5, 12) },
    { levels: levelsOf(77, greyLevels), mask: maskOf(5, 12) },
  ].map((arrays, index) => imagesInMemory(64, arrays, images[index]));
  const configuration = { ...defaultTraining, size: 64, batch: 4, context: 1 };
  const [fromFiles, fromMemory] = [images, inMemory].map((patients) => {
    const set = createTrainingSet(64, patients);
    const plan = planEpoch(set, configuration, 0);
    return [0, 1].map((step) => makeBatch(set, batchOf(plan, step, configuration), configuration));
  });
  expect(fromFiles).toEqual(fromMemory);
});

test("a training keeps its images while another one, with other settings, replaces them in the cohort", async () => {
  const [a] = await open();
  const before = wholeImages(a);
  await load({ roi: "GTVn" });
  expect(wholeImages(a)).toEqual(before);
});

test("images that are cut short during a training are refused with a named error", async () => {
  const [a] = await open();
  truncateSync(cached("a"), 5000);
  // An experiment has no --resume: what to do is said of both.
  const message = expect.stringContaining("Run the same command again, `delineate train` with --resume");
  expect(() => a.levels(5)).toThrow(expect.objectContaining({ code: "file-changed", message }));
});

test("what is odd in a patient's contours is told, of images from the cache too, and of no other patient", async () => {
  const cohort = mkdtempSync(join(tmpdir(), "delineate odd "));
  for (const name of ["whole", "skipped"]) {
    const person = { id: name, name };
    const ct = await writeCt(join(cohort, name, "ct"), { person, uidName: `odd-${name}`, seed: 8 });
    const mask = boxMask(ct.grid, [5, 12]);
    // Contours of every second slice.
    if (name === "skipped") mask.data.fill(0, 2 * 480, 3 * 480);
    const roi = {
      name: "GTV",
      mask,
      interpretedType: "GTV",
      algorithm: "MANUAL",
      colour: [0, 255, 0],
    } as const;
    const { bytes } = exportMasks({
      ...{ format: "rtstruct", ct, rois: [{ ...roi, algorithmDescription: "test" }], holes: "keyhole" },
      ...{ label: "TEST", softwareVersion: "1", uidName: name, writtenAt: new Date(2020, 0, 1) },
    });
    writeFileSync(join(cohort, name, "set.dcm"), bytes);
  }
  const toldOf = async (): Promise<Finding[]> => {
    const toldFindings: Finding[] = [];
    await open({ cohort }, { tell: (more) => toldFindings.push(...more) });
    return toldFindings;
  };
  const findings = await toldOf();
  expect(findings).toMatchObject([{ severity: "warning", code: "slices-skipped", where: "skipped: GTV" }]);
  const written = statSync(join(cohort, ".cache", "images-64", "skipped.bin")).mtimeMs;
  expect(await toldOf()).toEqual(findings);
  expect(statSync(join(cohort, ".cache", "images-64", "skipped.bin")).mtimeMs).toBe(written);
  rmSync(cohort, { recursive: true });
});

test("where the cohort's folder cannot be written to, the images lie in the spare folder as long as they are used", async () => {
  const expected = await load();
  rmSync(join(root, ".cache"), { recursive: true });
  // A file in the folder's place keeps everybody out, whatever their rights.
  writeFileSync(join(root, ".cache"), "");
  const stack = new DisposableStack();
  const images = await open({}, { files: stack });
  expect(readdirSync(settings.spare)).toEqual(["findings-64", "images-64"]);
  expect(readdirSync(join(settings.spare, "images-64"))).toEqual(["a.bin", "b.bin"]);
  expect(images.map(wholeImages)).toEqual(expected);
  stack.dispose();
  expect(existsSync(settings.spare)).toBe(false);
});
