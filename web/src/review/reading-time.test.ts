import { expect, test } from "vitest";
import { readingMs } from "./reading-time.ts";

test("a word is shown long enough to be found, and three lines long enough to be read twice", () => {
  expect(readingMs("Done")).toBe(3500);
  const cut =
    "The box grew with the tumour, to 75 × 117 × 145 mm, slices 32 to 60. The contour ends at the box: draw a larger one";
  // 22 words at 200 a minute are 6.6 s.
  expect(readingMs(cut)).toBeGreaterThan(2 * 6600);
});
