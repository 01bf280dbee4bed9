import { expect, test } from "vitest";
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { tumourSlices } from "./tumour-slices.ts";

const grid = createGrid([8, 8, 100], [10, 10, 5], patientPoint(0, 0, 0));

/** Lungs in slices first .. last. */
function lungs(first: number, last: number): CoarseLungs {
  const labels = new Uint8Array(4 * 4 * 100);
  for (let k = first; k <= last; k++) labels[16 * k + 5] = k % 2 === 0 ? 1 : 2;
  return { grid: { ...grid, size: [4, 4, 100] }, labels, factor: 2 };
}

test("the slices with lung and 40 mm on either side, as far as the CT goes", () => {
  expect(tumourSlices(lungs(30, 70), grid)).toEqual({ from: 22, to: 79 });
  expect(tumourSlices(lungs(3, 97), grid)).toEqual({ from: 0, to: 100 });
});

test("all slices without lungs, and where they are too low to be whole", () => {
  const all = { from: 0, to: 100 };
  expect(tumourSlices(undefined, grid)).toEqual(all);
  expect(tumourSlices(lungs(40, 68), grid)).toEqual(all);
  expect(tumourSlices(lungs(40, 69), grid)).toEqual({ from: 32, to: 78 });
});
