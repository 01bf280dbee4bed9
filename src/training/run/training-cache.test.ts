/** Images from the cache are those that were made from the sources, bit for bit; what is stale or damaged is made anew. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import type { GreyLevels } from "#preprocess/grey-levels.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { cropToFrame, frameVoxels, wholeSquare } from "#segment/body-frame.ts";
import { archiveGrid, archiveHu, boxMask, writeCt, writeSet } from "../../../test/archive.ts";
import { loadPatientImages, loadTrainingSet } from "./load-training-set.ts";

const root = mkdtempSync(join(tmpdir(), "delineate cache ü-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { signal } = new AbortController();
const greyLevels = { lowHu: -1024, highHu: 3071, levels: 255 };
const settings = { cohort: root, size: 64, roi: "GTV", greyLevels, frame: "slice" as const };
const load = (changes: Partial<typeof settings & { patients: readonly string[] }> = {}) =>
  loadPatientImages({ ...settings, ...changes }, silentProgress, signal);
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
  expect(first[1].levels).toEqual(levelsOf(1, greyLevels));
  expect(first[1].mask).toEqual(maskOf(5, 12));
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
  expect(windowed[0].levels).toEqual(levelsOf(0, window));
  const nodes = await load({ roi: "GTVn" });
  expect(nodes[0].mask).toEqual(maskOf(15, 18));
  expect(await load()).toEqual(before);
  const ct = await writeCt(join(root, "b", "ct"), {
    person: { id: "b", name: "b" },
    uidName: "cache-b",
    seed: 77,
  });
  expect(ct.hu).toEqual(archiveHu(77));
  const [, b] = await load();
  expect(b.levels).toEqual(levelsOf(77, greyLevels));
});

test("patients are chosen by name, a name that is not there is said, and the set's statistics are of those", async () => {
  const [only, ...others] = await load({ patients: ["b"] });
  expect([only.name, others.length]).toEqual(["b", 0]);
  await expect(load({ patients: ["b", "z"] })).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringContaining("z"),
  });
  const set = await loadTrainingSet({ ...settings, patients: ["b"], additions: [] }, silentProgress, signal);
  expect(set.withTarget.map(({ slice }) => slice)).toEqual([1, 2, 3]);
  const mean = only.levels.reduce((sum, level) => sum + level, 0) / only.levels.length;
  expect(set.normalisation.mean).toBeCloseTo(mean, 9);
});
