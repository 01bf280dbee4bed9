/** Balls of tissue in lung, whose true voxels are known, under confidences that miss their border by two voxels. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedRuns } from "#geometry/regions/connected-components.ts";
import { bandMm, sharpenBorder } from "./sharpen-border.ts";

const [width, height, slices] = [60, 60, 24] as const;
const grid = createGrid([width, height, slices], [1, 1, 3], patientPoint(0, 0, 0));

function ball(radiusMm: number, [x, y, z] = [30, 30, 12]): Uint8Array {
  return Uint8Array.from({ length: width * height * slices }, (_, at) => {
    const [i, j, k] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    return Math.hypot(i - x, j - y, 3 * (k - z)) <= radiusMm ? 1 : 0;
  });
}

/** Tissue in lung. */
const huOf = (tissue: Uint8Array): Int16Array =>
  Int16Array.from(tissue, (value) => (value === 1 ? 30 : -850));
/** Unsure everywhere, a little on the predicted side. */
const confidenceOf = (predicted: Uint8Array) => ({
  grid,
  data: predicted.map((value) => (value === 1 ? 150 : 100)),
});

function dice(a: Uint8Array, b: Uint8Array): number {
  let [both, sum] = [0, 0];
  a.forEach((value, at) => {
    both += value & b[at];
    sum += value + b[at];
  });
  return (2 * both) / sum;
}

test.each([
  ["two millimetres too large", 17],
  ["two millimetres too small", 13],
])("a contour %s ends where the tissue does", (_, predictedMm) => {
  const truth = ball(15);
  const predicted: Mask = { grid, data: ball(predictedMm) };
  const before = dice(predicted.data, truth);
  const { data } = sharpenBorder(
    { grid, hu: huOf(truth) },
    confidenceOf(predicted.data),
    connectedRuns(predicted),
  );
  expect(before).toBeLessThan(0.87);
  expect(dice(data, truth)).toBeGreaterThan(0.99);
});

test("nothing changes farther from the border than the band, and an empty contour stays empty", () => {
  const truth = ball(24);
  const predicted: Mask = { grid, data: ball(12) };
  const { data } = sharpenBorder(
    { grid, hu: huOf(truth) },
    confidenceOf(predicted.data),
    connectedRuns(predicted),
  );
  const farthest = ball(12 + bandMm + 0.01);
  expect(data.some((value, at) => value === 1 && farthest[at] === 0)).toBe(false);
  const nothing: Mask = { grid, data: new Uint8Array(predicted.data.length) };
  const still = sharpenBorder({ grid, hu: huOf(truth) }, confidenceOf(nothing.data), connectedRuns(nothing));
  expect(still.data.includes(1)).toBe(false);
});

test("a hollow tumour is filled", () => {
  const hole = ball(6);
  const shell = ball(15).map((value, at) => value & (1 - hole[at]));
  const predicted: Mask = { grid, data: shell };
  const { data } = sharpenBorder({ grid, hu: huOf(ball(15)) }, confidenceOf(shell), connectedRuns(predicted));
  expect(dice(data, ball(15))).toBeGreaterThan(0.99);
});

test("where the CT ends, the contour keeps its slice", () => {
  const low: [number, number, number] = [30, 30, 0];
  const predicted: Mask = { grid, data: ball(12, low) };
  const { data } = sharpenBorder(
    { grid, hu: huOf(ball(12, low)) },
    confidenceOf(predicted.data),
    connectedRuns(predicted),
  );
  expect(data.subarray(0, width * height)).toEqual(predicted.data.subarray(0, width * height));
});

test("a tumour that is hardly denser than lung stays as it was predicted where its border would leave nothing of it", () => {
  const predicted: Mask = { grid, data: ball(3) };
  const hu = Int16Array.from(predicted.data, (value) => (value === 1 ? -750 : -850));
  expect(sharpenBorder({ grid, hu }, confidenceOf(predicted.data), connectedRuns(predicted)).data).toEqual(
    predicted.data,
  );
});
