/** Balls whose probability falls off linearly from the middle: where the border comes to lie is known. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { aboveThreshold, type Confidence, insideFrom, toByte } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedRuns } from "#geometry/regions/connected-components.ts";
import { maskOfRuns } from "#geometry/regions/runs.ts";
import { ownBorder } from "./own-border.ts";

const side = 41;
const grid = createGrid([side, side, side], [1, 1, 1], patientPoint(0, 0, 0));
const threshold = 0.1;

/** Probability `peak` within 14 mm of the middle, from there falling to 0 at 17 mm. */
function ball(peak: number, at = threshold): Confidence {
  const data = Uint8Array.from({ length: side ** 3 }, (_, index) => {
    const [i, j, k] = [index % side, Math.floor(index / side) % side, Math.floor(index / side ** 2)];
    const radius = Math.hypot(i - 20, j - 20, k - 20);
    return toByte(peak * Math.min(1, Math.max(0, (17 - radius) / 3)), at);
  });
  return { grid, data };
}

const thresholded = (confidence: Confidence) => ({ grid, data: aboveThreshold(confidence) });
/** What is left of what was found, as a mask. */
const within = (confidence: Confidence, at = threshold): Mask =>
  maskOfRuns(grid, ownBorder(confidence, connectedRuns(thresholded(confidence)), at).region);
const voxels = (data: Uint8Array): number => data.reduce((sum, value) => sum + value, 0);

test("a sure and an unsure tumour of one shape end at the same place, which no one threshold does", () => {
  const [sure, unsure] = [ball(1), ball(0.15)];
  const fixed = voxels(thresholded(unsure).data) / voxels(thresholded(sure).data);
  const ownCounts = [sure, unsure].map((tumour) => voxels(within(tumour).data));
  expect(fixed).toBeLessThan(0.8);
  expect(ownCounts[1] / ownCounts[0]).toBeCloseTo(1, 1);
  // The sure one is drawn smaller than where it was found, the unsure one larger.
  expect(ownCounts[0]).toBeLessThan(voxels(thresholded(sure).data));
  expect(ownCounts[1]).toBeGreaterThan(voxels(thresholded(unsure).data));
});

test("half of the region's voxels are certain, and its border is half way", () => {
  const unsure = ball(0.15);
  const { ownBytes } = ownBorder(unsure, connectedRuns(thresholded(unsure)), threshold);
  const mask = within(unsure);
  const inside = thresholded(unsure).data;
  const certain = unsure.data.filter((byte, at) => inside[at] === 1 && ownBytes[byte] >= 250).length;
  expect(certain / voxels(inside)).toBeGreaterThan(0.45);
  expect(mask.data.every((value, at) => value === Number(ownBytes[unsure.data[at]] >= insideFrom))).toBe(
    true,
  );
});

test("what hangs together only below the border is parted, and the surer part kept", () => {
  const sure = ball(1);
  const data = sure.data.slice();
  // A column of doubt from the ball to the image's end, and beyond it a second, smaller tumour.
  for (let i = 20; i < side; i++)
    data[i + side * (20 + side * 20)] = Math.max(140, data[i + side * (20 + side * 20)]);
  for (let k = 18; k < 23; k++) for (let j = 18; j < 23; j++) data[40 + side * (j + side * k)] = 255;
  const both = { grid, data };
  const mask = within(both);
  expect(mask.data[20 + side * (20 + side * 20)]).toBe(1);
  expect(mask.data[40 + side * (20 + side * 20)]).toBe(0);
});

test("the border is at half of the median at most, whatever the threshold", () => {
  const sure = ball(1, 0.4);
  const half = voxels(sure.data.map((byte) => Number(byte >= toByte(0.5, 0.4))));
  expect(voxels(within(sure, 0.4).data) / half).toBeCloseTo(1, 2);
});
