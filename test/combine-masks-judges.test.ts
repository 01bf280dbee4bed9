/** Structures combined with each other, against numpy: the logic by its operators, distances by brute force. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { intersect, subtract, unite } from "#editing/tools/combine-masks.ts";
import { cropNear, ringAround } from "#editing/tools/near-mask.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { judge } from "./judge.ts";

// Spacings and distances that are exact in binary, with many places exactly at a distance: 3, 4 and 5; slices of 3 mm.
const grid = createGrid([22, 18, 9], [1, 1.25, 3], patientPoint(-10, 4, 7.5));
const distances = { cropMm: 5, fromMm: 3, toMm: 6 } as const;
const folder = mkdtempSync(join(tmpdir(), "combined-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A ball with holes, which reaches over the grid's edge. */
function ragged(centre: readonly [number, number, number], radius: number, seed: number): Mask {
  const random = createRandom(seed);
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % 22, Math.floor(at / 22) % 18, Math.floor(at / (22 * 18))];
    const away = Math.hypot(i - centre[0], 1.25 * (j - centre[1]), 3 * (k - centre[2]));
    return away < radius && random.next() < 0.8;
  });
}
const a = ragged([8, 8, 3], 9, 1);
const b = ragged([16, 9, 5], 7, 2);

function after(patch: (mask: Mask, other: Mask) => MaskPatch, mask = a, other = b): Uint8Array {
  const changed: Mask = { grid, data: mask.data.slice() };
  applyPatch(changed, patch(changed, other));
  return changed.data;
}

beforeAll(() => {
  writeFileSync(join(folder, "a.bin"), a.data);
  writeFileSync(join(folder, "b.bin"), b.data);
  const numbers = [...grid.size, ...grid.spacingMm, distances.cropMm, distances.fromMm, distances.toMm];
  const script = join(import.meta.dirname, "combine_masks.py");
  expect(judge("/usr/bin/python3", [script, folder, ...numbers.map(String)])).toEqual({
    status: 0,
    output: "",
  });
});

test.each([
  ["union", unite],
  ["intersection", intersect],
  ["difference", subtract],
  ["crop", (mask: Mask, other: Mask) => cropNear(mask, other, distances.cropMm)],
  ["ring", (mask: Mask, other: Mask) => ringAround(mask, other, distances)],
] as const)("the %s is numpy's, voxel by voxel", (name, patch) => {
  const expected = new Uint8Array(readFileSync(join(folder, `${name}.bin`)));
  expect(expected.includes(1)).toBe(true);
  expect(after(patch)).toEqual(expected);
});

test("a distance of 0 crops what is in the other one, and nothing else", () => {
  expect(after((mask, other) => cropNear(mask, other, 0))).toEqual(after(subtract));
});

test("a ring from 0 begins at the structure and leaves it out", () => {
  const ring = after((mask, other) => ringAround(mask, other, { fromMm: 0, toMm: 1 }), emptyMask(grid));
  expect(ring.some((value, at) => value === 1 && b.data[at] === 1)).toBe(false);
  expect(ring.includes(1)).toBe(true);
});

test("an equal distance counts as within it although it is no binary number: 3 columns of 0.9 mm are within 2.7 mm", () => {
  const fine = createGrid([8, 1, 1], [0.9, 0.9, 3], patientPoint(0, 0, 0));
  const row = maskWhere(fine, () => true);
  applyPatch(
    row,
    cropNear(
      row,
      maskWhere(fine, (at) => at === 0),
      2.7,
    ),
  );
  expect([...row.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
});

test("nothing near an empty structure is cropped, and no ring is round it", () => {
  const nothing = emptyMask(grid);
  expect(after((mask, other) => cropNear(mask, other, 20), a, nothing)).toEqual(a.data);
  expect(after((mask, other) => ringAround(mask, other, distances), a, nothing)).toEqual(nothing.data);
});

test.each([-1, 101, Number.NaN])("a distance of %d mm is refused by name", (mm) => {
  const invalid = expect.objectContaining({ code: "invalid-value" });
  expect(() => cropNear(a, b, mm)).toThrow(invalid);
  expect(() => ringAround(a, b, { fromMm: 0, toMm: mm })).toThrow(invalid);
});

test("a ring that ends where it begins is refused, and so are two grids", () => {
  expect(() => ringAround(a, b, { fromMm: 4, toMm: 4 })).toThrow(
    expect.objectContaining({ code: "invalid-value" }),
  );
  const other = emptyMask(createGrid([22, 18, 9], [1, 1.25, 2.5], patientPoint(-10, 4, 7.5)));
  for (const operation of [unite, intersect, subtract]) expect(() => operation(a, other)).toThrow("one grid");
});
