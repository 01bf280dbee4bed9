/** Tissue of one density: a tumour and the aorta that it lies against, both of which the network takes for tumour. */
import { expect, test } from "vitest";
import { type Aorta, fillAorta } from "#anatomy/aorta/aorta.ts";
import { patientPoint } from "#core/coordinates.ts";
import { type Confidence, toByte } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { clearAorta, leftInAorta } from "./beside-aorta.ts";
import { toMask } from "./clean-up.ts";

const [width, height, slices] = [64, 48, 24] as const;
const grid = createGrid([width, height, slices], [2, 2, 3], patientPoint(0, 0, 0));
const aorta: Aorta = {
  firstSlice: 0,
  discs: Array.from({ length: slices }, () => ({ i: 20, j: 24, radiusMm: 14 })),
};
const inAorta = emptyMask(grid);
fillAorta(aorta, inAorta, 1);

function tissue(inside: (x: number, y: number, z: number) => boolean): Mask {
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    return inAorta.data[at] === 0 && inside(2 * (i - 20), 2 * (j - 24), 3 * (k - 12));
  });
}

/** As sure of the aorta on the tumour's slices as of the tumour. */
function seen(tumour: Mask): { hu: Int16Array; confidence: Confidence } {
  const [sure, area] = [toByte(0.8, 0.1), width * height];
  const data = tumour.data.map((inside, at) => {
    const slice = Math.floor(at / area) * area;
    const isOnSlice = tumour.data.subarray(slice, slice + area).includes(1);
    return inside === 1 || (isOnSlice && inAorta.data[at] === 1) ? sure : 0;
  });
  const hu = Int16Array.from(data, (_, at) => (tumour.data[at] | inAorta.data[at] ? 40 : -850));
  return { hu, confidence: { grid, data } };
}

const beside = tissue((x, y, z) => Math.hypot(x - 30, y, z) < 22);
const round = tissue((x, y, z) => Math.hypot(x, y) < 24 && Math.abs(z) < 12);

test("a tumour beside the aorta ends at its wall, and is drawn to it", async () => {
  const { hu, confidence } = seen(beside);
  const options = { hu, threshold: 0.1, lungs: () => undefined };
  const alone = await toMask(confidence, "tumour", options);
  expect(volumeOverlap(beside, alone.mask).dsc).toBeLessThan(0.8);
  const counts = clearAorta(confidence, aorta);
  const { mask } = await toMask(confidence, "tumour", { ...options, aorta });
  expect(volumeOverlap(beside, mask).dsc).toBeGreaterThan(0.96);
  expect(mask.data.some((inside, at) => inside === 1 && inAorta.data[at] === 1)).toBe(false);
  // Who reviews it is told the slices: those of the tumour.
  expect(leftInAorta(mask, counts)).toEqual({ from: [0, 0, 5], to: [width, height, 20] });
  const little = counts.map((count) => Math.floor(count / 8));
  expect(leftInAorta(mask, little)).toBeUndefined();
  // Where nothing else was found, that as well.
  expect(leftInAorta(emptyMask(grid), counts)).toEqual({ from: [0, 0, 5], to: [width, height, 20] });
  expect(leftInAorta(emptyMask(grid), counts.fill(0))).toBeUndefined();
});

test("of a tumour all round the aorta the hole is not filled", async () => {
  const { hu, confidence } = seen(round);
  clearAorta(confidence, aorta);
  const { mask } = await toMask(confidence, "tumour", { hu, threshold: 0.1, lungs: () => undefined, aorta });
  expect(countVoxels(mask)).toBeGreaterThan(0.9 * countVoxels(round));
  expect(mask.data.some((inside, at) => inside === 1 && inAorta.data[at] === 1)).toBe(false);
});
