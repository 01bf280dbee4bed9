import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { Dwell } from "./dwell.ts";

let stayed: number[];
let dwell: Dwell;
beforeEach(() => {
  vi.useFakeTimers();
  stayed = [];
  dwell = new Dwell(seenDwellMs, (k) => stayed.push(k));
});
afterEach(() => {
  vi.useRealTimers();
});

test("a held arrow key passes slices that do not count, the one that it ends on does", () => {
  for (let k = 0; k < 100; k++) {
    dwell.show(k);
    vi.advanceTimersByTime(33);
  }
  expect(stayed).toEqual([]);
  vi.advanceTimersByTime(seenDwellMs);
  expect(stayed).toEqual([99]);
});

test("a slice counts after the dwell time and not before, however often it is painted meanwhile", () => {
  for (let at = 0; at < seenDwellMs - 1; at++) {
    dwell.show(7);
    vi.advanceTimersByTime(1);
  }
  expect(stayed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(stayed).toEqual([7]);
});

test("a slice that goes out of view in between begins anew", () => {
  for (const k of [7, null, 7]) {
    dwell.show(k);
    vi.advanceTimersByTime(seenDwellMs - 1);
  }
  expect(stayed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(stayed).toEqual([7]);
});
