import { expect, test } from "vitest";
import { clickChannel, contourChannel, halvePlane, promptValue, squareRound, viewOf } from "./prompt-view.ts";

/** Grey levels that rise by 3 per column and 5 per row: bilinear interpolation and means give them back exactly. */
function slope(width: number, height: number) {
  const data = Float32Array.from(
    { length: width * height },
    (_, at) => 3 * (at % width) + 5 * Math.floor(at / width),
  );
  return { data, width, height };
}

test("a view shows the slice's values at its places, whatever its scale", () => {
  const size = 32;
  for (const step of [0.4, 1, 1.4, 2, 3.1]) {
    const map = squareRound([100.25, 90.5], step, size);
    const view = viewOf(slope(220, 200), map, size, 0);
    for (const [x, y] of [
      [0, 0],
      [31, 0],
      [7, 30],
    ]) {
      const expected = 3 * (map.x0 + map.xx * x) + 5 * (map.y0 + map.yy * y);
      expect(view[x + size * y]).toBeCloseTo(expected, 3);
    }
  }
});

test("the middle of a view is the place it was asked for, and beyond the slice it has the level of air", () => {
  const size = 32;
  const view = viewOf(slope(40, 40), squareRound([0, 20], 1, size), size, -7);
  // Columns 15 and 16 lie half a pixel on either side of column 0 of the slice.
  expect(view[16 + size * 15]).toBeCloseTo(3 * 0.5 + 5 * 19.5, 3);
  expect(view[10 + size * 15]).toBe(-7);
});

test("half the resolution is the mean of four pixels", () => {
  const half = halvePlane({ data: [1, 2, 9, 3, 6, 9], width: 3, height: 2 });
  expect([half.width, half.height, ...Array.from(half.data)]).toEqual([1, 1, 3]);
});

test("a click and a contour have values of their own in the prompt's channel", () => {
  const click = clickChannel(32, [10, 12]);
  expect(click[10 + 32 * 12]).toBe(promptValue.click);
  // The disc of radius 2: 13 pixels.
  expect(click.filter((value) => value === promptValue.click).length).toBe(13);
  expect(click.filter((value) => value !== 0).length).toBe(13);
  const contour = contourChannel(Float32Array.of(0, 0.49, 0.5, 1));
  expect([...contour]).toEqual([0, 0, promptValue.contour, promptValue.contour]);
});
