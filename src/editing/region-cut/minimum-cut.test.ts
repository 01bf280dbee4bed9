/** The minimum cut against the least cost over all separations of a small block. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { minimumCut } from "./minimum-cut.ts";
import { arcsPerVoxel } from "./search-trees.ts";

const size = [5, 4, 4] as const;
const [width, height] = size;
/** 3 x 2 x 2 voxels that take part. */
const inner = [1, 2].flatMap((z) =>
  [1, 2].flatMap((y) => [1, 2, 3].map((x) => x + width * (y + height * z))),
);
const step = [-1, 1, -width, width, -width * height, width * height];

function costOf(inside: Uint8Array, preference: Float32Array, parting: Float32Array): number {
  let cost = 0;
  for (const voxel of inner) {
    if (inside[voxel] === 0) cost += Math.max(0, preference[voxel]);
    else cost += Math.max(0, -preference[voxel]);
    if (inside[voxel] === 0) continue;
    for (let arc = 0; arc < arcsPerVoxel; arc++)
      if (inside[voxel + step[arc]] === 0) cost += parting[voxel * arcsPerVoxel + arc];
  }
  return cost;
}

test("no other separation costs less", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: inner.length, maxLength: inner.length }),
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 6 * inner.length, maxLength: 6 * inner.length }),
      (wishes, costs) => {
        const preference = new Float32Array(80);
        const parting = new Float32Array(80 * arcsPerVoxel);
        inner.forEach((voxel, index) => {
          preference[voxel] = wishes[index];
          for (let arc = 0; arc < arcsPerVoxel; arc++)
            if (inner.includes(voxel + step[arc]))
              parting[voxel * arcsPerVoxel + arc] = costs[6 * index + arc];
        });
        const inside = minimumCut({ size, preference: preference.slice(), parting: parting.slice() });
        let least = Number.POSITIVE_INFINITY;
        const other = new Uint8Array(80);
        for (let bits = 0; bits < 2 ** inner.length; bits++) {
          inner.forEach((voxel, index) => {
            other[voxel] = (bits >> index) & 1;
          });
          least = Math.min(least, costOf(other, preference, parting));
        }
        expect(costOf(inside, preference, parting)).toBe(least);
      },
    ),
    { numRuns: 60, seed: 2 },
  );
});
