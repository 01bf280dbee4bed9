import { expect, test } from "vitest";
import { patientPoint } from "../core/coordinates.ts";
import type { CtImage } from "../geometry/ct-image.ts";
import { createGrid } from "../geometry/grid.ts";
import { cropToFrame, findBodyFrame } from "./body-frame.ts";

/** Air, a body of water in columns 80 to 159 and rows 60 to 119 (2 mm pixels), a couch of 6 mm under the whole width. */
function bodyInAir(): CtImage {
  const grid = createGrid([256, 256, 4], [2, 2, 5], patientPoint(0, 0, 0));
  const hu = new Int16Array(256 * 256 * 4).map((_, index) => {
    const [x, y] = [index % 256, Math.floor(index / 256) % 256];
    if (x >= 80 && x < 160 && y >= 60 && y < 120) return 0;
    return y >= 130 && y < 133 ? -100 : -1000;
  });
  return { grid, hu };
}

test("the frame is 1.15 times as wide as the body, round its middle; the couch does not count", () => {
  const { x, y, side } = findBodyFrame(bodyInAir());
  expect(side).toBe(92);
  expect(x + side / 2).toBe(120);
  // The couch's 256 x 3 pixels pull the middle down by a few of the body's 4,800.
  expect(y + side / 2).toBeGreaterThan(89);
  expect(y + side / 2).toBeLessThan(97);
});

test("an image without a body is seen whole", () => {
  const ct = bodyInAir();
  expect(findBodyFrame({ ...ct, hu: ct.hu.map(() => -1000) })).toEqual({ x: 0, y: 0, side: 256 });
});

test("the crop holds the frame's voxels of every slice", () => {
  const ct = bodyInAir();
  const marked = { ...ct, hu: ct.hu.map((_, index) => index % 30_000) };
  const { grid, hu } = cropToFrame(marked, { x: 70, y: 50, side: 90 });
  expect(grid.size).toEqual([90, 90, 4]);
  expect(hu[3 + 90 * (2 + 90 * 1)]).toBe(marked.hu[73 + 256 * (52 + 256 * 1)]);
});
