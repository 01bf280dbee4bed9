import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { trainingSquare } from "./training-square.ts";

/** Lungs of 180 mm in a trunk of 300 x 220 mm, 50 mm of it above and below, and 200 mm at the head's end of an ellipse. */
function chestBelow(rx: number, ry: number): CtImage {
  const [columns, rows, slices] = [84, 70, 96];
  const at = (index: number): number => {
    const [x, y] = [(index % columns) * 4.4 - 180, (Math.floor(index / columns) % rows) * 4.8 - 170];
    const k = Math.floor(index / (columns * rows));
    const within = (cx: number, a: number, b: number): boolean => ((x - cx) / a) ** 2 + (y / b) ** 2 < 1;
    if (k >= 56) return within(0, rx, ry) ? 40 : -1000;
    if (k >= 10 && k < 46 && (within(-75, 55, 80) || within(75, 50, 75))) return -850;
    return within(0, 150, 110) ? 40 : -1000;
  };
  return {
    grid: createGrid([columns, rows, slices], [4.4, 4.8, 5], patientPoint(-180, -170, 100)),
    hu: Int16Array.from({ length: columns * rows * slices }, (_, index) => at(index)),
  };
}

test("a training sees the chest in one scale, whatever is above it", () => {
  const square = trainingSquare(chestBelow(150, 110), "body");
  expect(square.width).toBeLessThan(84);
  expect(trainingSquare(chestBelow(75, 95), "body")).toEqual(square);
  expect(trainingSquare(chestBelow(75, 95), "slice").width).toBe(84);
});
