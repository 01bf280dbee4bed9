import { expect, test } from "vitest";
import { WheelSteps, wheelPixels } from "./wheel-steps.ts";

test("A notch of any mouse is one slice, also where browsers count 100 pixels or 3 lines of 40 to it", () => {
  const wheel = new WheelSteps();
  expect(wheel.take(wheelPixels({ deltaY: 120, deltaMode: 0 }))).toBe(1);
  expect(wheel.take(wheelPixels({ deltaY: -100, deltaMode: 0 }))).toBe(-1);
  expect(wheel.take(wheelPixels({ deltaY: 3, deltaMode: 1 }))).toBe(1);
});

test("Several notches in one event are as many slices", () => {
  expect(new WheelSteps().take(360)).toBe(3);
});

test("A trackpad's small amounts add up, in both directions", () => {
  const wheel = new WheelSteps();
  const steps = [12, 12, 12, 12, 12].map((pixels) => wheel.take(pixels));
  expect(steps).toEqual([0, 0, 1, 0, 1]);
  expect([-20, -20].map((pixels) => wheel.take(pixels) + 0)).toEqual([0, -1]);
});

test("Sideways scrolling steps no slice", () => {
  expect(Math.abs(new WheelSteps().take(0))).toBe(0);
});
