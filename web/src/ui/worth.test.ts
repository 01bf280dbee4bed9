import { expect, test } from "vitest";
import { sliceWorthText, worthText, worthTitle } from "./worth.ts";

const good = { dsc: 0.784, meanError: 0.091, doubtful: false, reasons: [] };

test("the expected DSC is said with two digits, and its title says how far off it was", () => {
  expect(worthText(good)).toBe("Expected DSC 0.78");
  expect(worthTitle(good)).toContain(
    "degraded copies and slices without tumour among them, it was off by 0.09 on average",
  );
});

test("a doubtful contour says so first, and why, also where no DSC is expected", () => {
  const reasons = ["The CT shows no lungs."];
  expect(worthText({ ...good, doubtful: true, reasons })).toBe("Doubtful, expected DSC 0.78");
  const unknown = { dsc: null, meanError: null, doubtful: true, reasons };
  expect(worthText(unknown)).toBe("Doubtful");
  expect(worthTitle(unknown)).toBe("The CT shows no lungs.");
});

test("of a slice without contour, or of a contour of which nothing is known, nothing is said", () => {
  expect(sliceWorthText([null, 0.5], 1)).toBe("automatic contour here: expected DSC 0.50");
  expect(sliceWorthText([null, 0.5], 0)).toBeUndefined();
  expect(sliceWorthText(undefined, 0)).toBeUndefined();
});
