import { expect, test } from "vitest";
import { packRegion, unpackRegion } from "./region-codec.ts";
import type { Region } from "./segment-region.ts";

test("a region comes back as it was, whatever its number of voxels", () => {
  for (const count of [0, 1, 7, 8, 9, 64]) {
    const inside = Uint8Array.from({ length: count }, (_, at) => (at % 3 === 0 ? 1 : 0));
    const region: Region = { box: { from: [3, 2, 1], to: [3 + count, 3, 2] }, inside };
    expect(unpackRegion(packRegion(region))).toEqual(region);
  }
});

test("a voxel is one bit of what is sent", () => {
  const region: Region = { box: { from: [0, 0, 0], to: [30, 40, 10] }, inside: new Uint8Array(12_000) };
  expect(packRegion(region).inside.length).toBe(2000);
});

test("a box of another size than its voxels is refused", () => {
  const packed = packRegion({ box: { from: [0, 0, 0], to: [4, 4, 1] }, inside: new Uint8Array(16) });
  expect(() => unpackRegion({ ...packed, to: [4, 4, 2] })).toThrow(/32 voxels/);
});
