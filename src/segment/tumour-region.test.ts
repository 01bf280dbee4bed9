import { expect, test } from "vitest";
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { chestOf, tumourRegion } from "./tumour-region.ts";

const grid = createGrid([80, 60, 100], [5, 5, 5], patientPoint(0, 0, 0));
const whole = { from: [0, 0, 0], to: [80, 60, 100] };

/** Blocks of 2 x 2 pixels: the right lung in columns 10 .. 17 of slices first .. last, the left one in as many of 22 .. 29. */
function lungs([first, last]: readonly [number, number], leftColumns = 8): CoarseLungs {
  const labels = new Uint8Array(40 * 30 * 100);
  for (let k = first; k <= last; k++)
    for (let y = 8; y < 20; y++) {
      labels.fill(1, 40 * (y + 30 * k) + 10, 40 * (y + 30 * k) + 18);
      labels.fill(2, 40 * (y + 30 * k) + 30 - leftColumns, 40 * (y + 30 * k) + 30);
    }
  return { grid: { ...grid, size: [40, 30, 100] }, labels, factor: 2 };
}

test("the box of both lungs with 25 mm of plane and 40 mm of slices about it, as far as the CT goes", () => {
  expect(tumourRegion(lungs([30, 70]), grid)).toEqual({ from: [15, 11, 22], to: [65, 45, 79] });
  expect(tumourRegion(lungs([3, 97]), grid)).toEqual({ from: [15, 11, 0], to: [65, 45, 100] });
});

test("whole slices where one lung is a small part of both: it is collapsed, or filled", () => {
  expect(tumourRegion(lungs([30, 70], 3), grid)).toMatchObject({ from: [15, 11, 22] });
  expect(tumourRegion(lungs([30, 70], 2), grid)).toEqual({ from: [0, 0, 22], to: [80, 60, 79] });
  expect(tumourRegion(lungs([30, 70], 0), grid)).toEqual({ from: [0, 0, 22], to: [80, 60, 79] });
});

test("everything without lungs, and where they are too low to be whole", () => {
  expect(tumourRegion(undefined, grid)).toEqual(whole);
  expect(tumourRegion(lungs([40, 68]), grid)).toEqual(whole);
  expect(tumourRegion(lungs([40, 69]), grid)).toMatchObject({ from: [15, 11, 32], to: [65, 45, 78] });
});

test("a body is measured beside the columns of both lungs, and in all of them where one is not seen", () => {
  expect(chestOf(lungs([30, 70]), grid)).toEqual({ slices: [22, 79], columns: [20, 60] });
  expect(chestOf(lungs([30, 70], 0), grid)).toEqual({ slices: [22, 79], columns: [0, 80] });
  expect(chestOf(undefined, grid)).toEqual({ slices: [0, 100], columns: [0, 80] });
});
