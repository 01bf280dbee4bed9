import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import { fingerprintOf, fingerprintText, flipVoxel } from "./mask-fingerprint.ts";

const grid = createGrid([40, 30, 10], [1, 1, 3], patientPoint(0, 0, 0));

test("kept up to date voxel by voxel it is that of the whole mask, and a change taken back leaves none", () => {
  const random = createRandom(5);
  const mask = maskWhere(grid, () => random.next() < 0.3);
  const fingerprint = fingerprintOf(mask);
  const before = fingerprintText(fingerprint);
  const flips = Array.from({ length: 500 }, () => Math.floor(random.next() * mask.data.length));
  for (const at of flips) {
    mask.data[at] ^= 1;
    flipVoxel(fingerprint, at);
  }
  expect(fingerprintText(fingerprint)).toBe(fingerprintText(fingerprintOf(mask)));
  expect(fingerprintText(fingerprint)).not.toBe(before);
  for (const at of flips.reverse()) flipVoxel(fingerprint, at);
  expect(fingerprintText(fingerprint)).toBe(before);
});

test("masks of one voxel each, or of two, have different ones; an empty one is all zero", () => {
  const count = grid.size[0] * grid.size[1] * grid.size[2];
  const seen = new Set([fingerprintText(fingerprintOf(emptyMask(grid)))]);
  expect([...seen]).toEqual(["0000000000000000"]);
  for (let at = 0; at < count; at++) {
    const fingerprint = new Uint32Array(2);
    flipVoxel(fingerprint, at);
    seen.add(fingerprintText(fingerprint));
    flipVoxel(fingerprint, (at + 1) % count);
    seen.add(fingerprintText(fingerprint));
  }
  expect(seen.size).toBe(2 * count + 1);
});
