import { expect, test } from "vitest";
import { ActiveTime, idleGapMs } from "./active-time.ts";

test("gaps between inputs count up to the idle gap, and longer ones not at all", () => {
  const time = new ActiveTime();
  for (const at of [1000, 3000, 3000 + idleGapMs, 3000 + 3 * idleGapMs, 3000 + 3 * idleGapMs + 500])
    time.touch(at);
  expect(time.take()).toBe(2000 + idleGapMs + 500);
});

test("the time while the page is hidden is a pause", () => {
  const time = new ActiveTime();
  time.touch(0);
  time.touch(1000);
  time.pause();
  time.touch(5000);
  expect(time.take()).toBe(1000);
});

test("fractions of a millisecond are kept for the next report", () => {
  const time = new ActiveTime();
  time.touch(0);
  time.touch(1.6);
  expect(time.take()).toBe(1);
  time.touch(3.1);
  expect(time.take()).toBe(2);
});
