import { expect, test } from "vitest";
import { extentOf, keepRegions, viewRound } from "./contour-part.ts";

const size = 8;
/** Two regions: one of 2 x 2 pixels at (1, 1), one of 3 x 1 at (4, 5); 0.3 between them. */
function answer() {
  const probability = new Float32Array(size * size).fill(0.3);
  for (const at of [9, 10, 17, 18, 44, 45, 46]) probability[at] = 0.9;
  return { k: 0, view: { centre: [0, 0], pixelMm: 2 }, probability } as const;
}

test("of two regions the meant one stays, and what is below the limit stays as it was", () => {
  const keptRegions = keepRegions(answer(), size, (pixel) => pixel === 45);
  expect(extentOf(keptRegions, size)).toEqual({ left: 4, right: 6, top: 5, bottom: 5, pixels: 3 });
  expect(keptRegions.probability[9]).toBe(0);
  expect(keptRegions.probability[0]).toBeCloseTo(0.3, 6);
  expect(
    extentOf(
      keepRegions(answer(), size, () => false),
      size,
    ),
  ).toBeUndefined();
});

test("a view has the region in its middle and is as wide as its part says, within the limits", () => {
  const map = { xx: 2, xy: 0, x0: 10, yx: 0, yy: 2, y0: 20 };
  const { view } = answer();
  const extent = { left: 4, right: 6, top: 5, bottom: 5, pixels: 3 };
  const round = (part: number) => viewRound(extent, { view, size, map }, { part, pixelMm: [1, 3] });
  expect(round(0.5).centre).toEqual([20, 30]);
  // 3 pixels of 2 mm are half of 8 pixels of 1.5 mm.
  expect(round(0.5).pixelMm).toBe(1.5);
  expect(round(0.9).pixelMm).toBe(1);
  expect(round(0.1).pixelMm).toBe(3);
});
