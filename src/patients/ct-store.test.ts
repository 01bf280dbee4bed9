/** The compact CT: what goes in comes out, voxel for voxel and byte for byte. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { restoreSlice } from "#geometry/slice-codec.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { readCtFolder } from "./ct/read-ct-folder.ts";
import { readCtReference, readCtStore, readStoredSlices, writeCtStore } from "./ct-store.ts";

const folder = mkdtempSync(join(tmpdir(), "ct-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let ct: CtVolume;
beforeAll(async () => {
  await makePhantoms(
    { patients: 1, first: 1, seed: 6, size: 64, out: join(folder, "cohort") },
    silentProgress,
  );
  ct = await readCtFolder(join(folder, "cohort/patient-0001/ct"));
  await writeCtStore(join(folder, "ct"), ct);
});

test("the volume comes back whole: voxels, grid, slices, identity", async () => {
  const back = await readCtStore(join(folder, "ct"));
  expect(Buffer.from(back.hu.buffer).equals(Buffer.from(ct.hu.buffer))).toBe(true);
  expect({ ...back, hu: 0, identity: 0 }).toEqual({ ...ct, hu: 0, identity: 0 });
  expect([...back.identity].map(([tag, { vr, bytes }]) => [tag, vr, [...bytes]])).toEqual(
    [...ct.identity].map(([tag, { vr, bytes }]) => [tag, vr, [...bytes]]),
  );
  expect((await readCtReference(join(folder, "ct"))).slices).toEqual(ct.slices);
});

test("single slices come in the order in which they are asked for, ones that are not there left out", async () => {
  const [width, height] = ct.grid.size;
  const slices = await readStoredSlices(join(folder, "ct"), [7, 2, 9999]);
  expect(slices.map(({ k }) => k)).toEqual([7, 2]);
  for (const { k, bytes } of slices) {
    const hu = restoreSlice(inflateRawSync(bytes), width);
    expect(hu).toEqual(ct.hu.subarray(k * width * height, (k + 1) * width * height));
  }
});

test("a damaged reference is named", async () => {
  const path = join(folder, "damaged", "reference.json");
  mkdirSync(join(folder, "damaged"));
  for (const text of ["", '{ "grid"', "null", "{}"]) {
    writeFileSync(path, text);
    await expect(readCtReference(join(folder, "damaged"))).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(path),
    });
  }
});
