import { expect, test } from "vitest";
import { lumpLength } from "./lump.ts";

test("a tumour that swells and shrinks is one lump to its end", () => {
  expect(lumpLength([100, 300, 500, 400, 200, 90, 40])).toBe(7);
  expect(lumpLength([500, 400, 210, 300, 450])).toBe(5);
  expect(lumpLength([50])).toBe(1);
});

test("what grows again beyond a neck is another organ, and the neck is the end", () => {
  expect(lumpLength([1000, 900, 500, 300, 320, 460])).toBe(4);
  // Growth by less than a half is a tumour's own shape.
  expect(lumpLength([1000, 900, 500, 300, 320, 440])).toBe(6);
  // The greatest contour may come after the first.
  expect(lumpLength([200, 1000, 350, 360, 900])).toBe(3);
});
