import { expect, test } from "vitest";
import { connectedSlices, contextSlices } from "./context.ts";

const stack = { count: 100, spacingMm: 5 };

test("without context a slice is seen alone", () => {
  expect(contextSlices(7, stack, { context: 0, contextSpacingMm: 5 })).toEqual([7]);
});

test("at the trained spacing neighbours are the next slices, and edge slices repeat", () => {
  const options = { context: 2, contextSpacingMm: 5 };
  expect(contextSlices(50, stack, options)).toEqual([48, 49, 50, 51, 52]);
  expect(contextSlices(1, stack, options)).toEqual([0, 0, 1, 2, 3]);
  expect(contextSlices(99, stack, options)).toEqual([97, 98, 99, 99, 99]);
});

test("on thinner slices neighbours lie at the trained distance, on thicker ones at the nearest slice", () => {
  const options = { context: 1, contextSpacingMm: 5 };
  expect(contextSlices(50, { count: 100, spacingMm: 1 }, options)).toEqual([45, 50, 55]);
  // 5 mm are 4 slices of 1.25 mm; of 3 mm slices the second, at 6 mm, is nearest.
  expect(contextSlices(50, { count: 100, spacingMm: 1.25 }, options)).toEqual([46, 50, 54]);
  expect(contextSlices(50, { count: 100, spacingMm: 3 }, options)).toEqual([48, 50, 52]);
  expect(contextSlices(50, { count: 100, spacingMm: 10 }, options)).toEqual([49, 50, 51]);
  expect(contextSlices(50, { count: 100, spacingMm: 12 }, options)).toEqual([50, 50, 50]);
});

test("where the stack breaks off, the slice stands in for the neighbour; air does not count", () => {
  const area = 64;
  // Slices 0 to 2 are of one stretch of the body, 3 and 4 of another, and three quarters of each are air.
  const levels = Uint8Array.from({ length: 5 * area }, (_, at) => {
    if (at % area < 48) return 0;
    return at < 3 * area ? 100 : 140;
  });
  const options = { context: 1, contextSpacingMm: 5 };
  const image = (slice: number): Uint8Array => levels.subarray(slice * area, (slice + 1) * area);
  const seen = (slice: number) => connectedSlices(slice, { count: 5, spacingMm: 5, image }, options);
  expect([0, 1, 2, 3, 4].map(seen)).toEqual([
    [0, 0, 1],
    [0, 1, 2],
    [1, 2, 2],
    [3, 3, 4],
    [3, 4, 4],
  ]);
});

test("farther neighbours end where the stack breaks off, and not where the body slowly changes", () => {
  const area = 16;
  const grey = [60, 80, 100, 120, 140, 200, 60, 60];
  const image = (slice: number): Uint8Array => new Uint8Array(area).fill(grey[slice]);
  const options = { context: 3, contextSpacingMm: 5 };
  const seen = (slice: number) => connectedSlices(slice, { count: 8, spacingMm: 5, image }, options);
  expect(seen(3)).toEqual([0, 1, 2, 3, 4, 4, 4]);
  expect(seen(5)).toEqual([5, 5, 5, 5, 5, 5, 5]);
  expect(seen(6)).toEqual([6, 6, 6, 6, 7, 7, 7]);
});
