/** A tumour with consolidation beside it that looks the same: one network takes both, the second the tumour alone. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { type Confidence, toByte } from "#geometry/confidence.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import { withinDistance } from "#geometry/distances/within-distance.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, maskWhere, sameVoxels, volumeCc } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { connectedRuns } from "#geometry/regions/connected-components.ts";
import { toMask } from "../clean-up.ts";
import { type Opinion, seenByBoth } from "./second-opinion.ts";

const [width, height, slices] = [64, 48, 24] as const;
const grid = createGrid([width, height, slices], [2, 2, 3], patientPoint(0, 0, 0));

function ball(x: number, y: number, z: number, radiusMm: number): Mask {
  return maskWhere(grid, (index) => {
    const [dx, dy] = [((index % width) - x) * 2, ((Math.floor(index / width) % height) - y) * 2];
    return Math.hypot(dx, dy, (Math.floor(index / (width * height)) - z) * 3) < radiusMm;
  });
}

const tumour = ball(24, 24, 12, 20);
const consolidation = ball(38, 24, 12, 17);
const both = maskWhere(grid, (at) => tumour.data[at] === 1 || consolidation.data[at] === 1);
const hu = Int16Array.from(both.data, (inside) => (inside === 1 ? 40 : -850));

function opinion(threshold: number, inTumour: number, beside: number): Opinion {
  const [sure, less] = [toByte(inTumour, threshold), toByte(beside, threshold)];
  const confidence: Confidence = {
    grid,
    data: Uint8Array.from(tumour.data, (inside, at) => (inside === 1 ? sure : consolidation.data[at] * less)),
  };
  return { confidence, threshold };
}
const first = opinion(0.1, 0.8, 0.8);
const dsc = (a: Mask, b: Mask): number => volumeOverlap(a, b).dsc ?? 0;

const seen = { hu, threshold: first.threshold };

test("what the second network does not see beside the tumour goes, and of the tumour nothing", async () => {
  const askedBoxes: Box[] = [];
  const askSecond = async (box: Box): Promise<Opinion> => {
    askedBoxes.push(box);
    return opinion(0.9, 0.97, 0.2);
  };
  const alone = await toMask(first.confidence, "tumour", seen);
  const again = await toMask(first.confidence, "tumour", { ...seen, askSecond });
  const { mask } = again;
  expect(dsc(tumour, alone.mask)).toBeLessThan(0.8);
  expect(dsc(tumour, mask)).toBeGreaterThan(0.94);
  expect(tumour.data.every((value, at) => value * alone.mask.data[at] <= mask.data[at])).toBe(true);
  // 5 mm of what both see, whose border is found to a voxel.
  const near = withinDistance(tumour, 7);
  expect(mask.data.every((value, at) => value <= near[at])).toBe(true);
  // Who reviews it is told where to look: of the consolidation, along its whole height.
  const disputedBox = again.disputed?.box ?? { from: [0, 0, 0], to: [0, 0, 0] };
  expect(disputedBox.from[0]).toBeGreaterThan(24);
  expect([disputedBox.from[2], disputedBox.to[2]]).toEqual([7, 18]);
  expect(alone.disputed).toBeUndefined();
  // 10 mm beyond the contour.
  const { from, to } = boundingBox(alone.mask) ?? { from: [0, 0, 0], to: [0, 0, 0] };
  expect(askedBoxes).toEqual([
    { from: [from[0] - 5, from[1] - 5, from[2] - 4], to: [to[0] + 5, to[1] + 5, to[2] + 4] },
  ]);
});

test("a second network that sees less than half of the contour has missed it: the contour stays", async () => {
  expect(countVoxels(consolidation)).toBeLessThan(countVoxels(both) / 2);
  const alone = await toMask(first.confidence, "tumour", seen);
  const askSecond = async (): Promise<Opinion> => opinion(0.9, 0.2, 0.97);
  const { mask } = await toMask(first.confidence, "tumour", { ...seen, askSecond });
  expect(sameVoxels(mask, alone.mask)).toBe(true);
});

test("it is asked neither about a small contour nor about an empty one", async () => {
  const askSecond = async (): Promise<Opinion> => {
    throw new Error("asked");
  };
  const small = ball(24, 24, 12, 12);
  expect(volumeCc(small)).toBeLessThan(10);
  for (const contour of [small, emptyMask(grid)])
    expect(await seenByBoth(connectedRuns(contour), first, askSecond)).toBeUndefined();
});

test("one that sees the same changes nothing, in odds of its own threshold as well", async () => {
  const { mask } = await toMask(first.confidence, "tumour", seen);
  // Odds of 4 where 1/9 is the threshold's: 324 where it is 9.
  for (const same of [first, opinion(0.9, 324 / 325, 324 / 325)]) {
    const again = await toMask(first.confidence, "tumour", { ...seen, askSecond: async () => same });
    expect(sameVoxels(again.mask, mask)).toBe(true);
    expect(again.disputed).toBeUndefined();
  }
});
