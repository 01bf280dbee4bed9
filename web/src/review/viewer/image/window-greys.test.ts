import { expect, test } from "vitest";
import { lowestHu, windowGreys } from "./window-greys.ts";

const greyAt = (greys: Uint32Array, hu: number): number[] => {
  const pixel = greys[hu - lowestHu];
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];
};

test("The mediastinal window is black up to its lower end, white from its upper on, and even between", () => {
  const greys = windowGreys({ lower: -160, upper: 240 });
  for (const hu of [-32768, -1000, -160]) expect(greyAt(greys, hu)).toEqual([0, 0, 0, 255]);
  for (const hu of [240, 3000, 32767]) expect(greyAt(greys, hu)).toEqual([255, 255, 255, 255]);
  // (40 + 160) / 400 of 255 is 127.5, which rounds up.
  expect(greyAt(greys, 40)).toEqual([128, 128, 128, 255]);
  expect(greyAt(greys, 39)).toEqual([127, 127, 127, 255]);
});

test("A window without width is a step", () => {
  const greys = windowGreys({ lower: 50, upper: 50 });
  expect(greyAt(greys, 50)[0]).toBe(0);
  expect(greyAt(greys, 51)[0]).toBe(255);
});
