import { expect, test } from "vitest";
import { lumpLength } from "./lump.ts";

const stepMm = 3;

test("a tumour that swells and shrinks is one lump to its end", () => {
  expect(lumpLength([100, 300, 500, 400, 200, 90, 40], stepMm)).toBe(7);
  expect(lumpLength([500, 400, 260, 300, 450], stepMm)).toBe(5);
  expect(lumpLength([50], stepMm)).toBe(1);
});

test("what grows again beyond a neck is another organ, and the neck is the end", () => {
  expect(lumpLength([1000, 900, 500, 300, 320, 460], stepMm)).toBe(4);
  // Growth by less than a half is a tumour's own shape.
  expect(lumpLength([1000, 900, 500, 300, 320, 440], stepMm)).toBe(6);
  // The greatest contour may come after the first.
  expect(lumpLength([200, 1000, 350, 360, 900], stepMm)).toBe(3);
});

test("an ellipsoid three times as long as wide is one lump, with a vessel at its end the vessel is left", () => {
  // Radius 20 mm, half length 60 mm: slices 3 mm apart from the middle on.
  const area = (z: number): number => Math.PI * 20 ** 2 * (1 - (z / 60) ** 2);
  const ellipsoid = Array.from({ length: 20 }, (_, index) => area(index * stepMm));
  expect(lumpLength(ellipsoid, stepMm)).toBe(20);
  const vessel = Array.from({ length: 40 }, () => Math.PI * 12.1 ** 2);
  // 12.1 mm of radius are 0.37 of the greatest area. The first of them that is narrower than all before is the end.
  const before = ellipsoid.filter((mm2) => mm2 > Math.PI * 12.1 ** 2);
  expect(lumpLength([...before, ...vessel], stepMm)).toBe(before.length + 1);
});

test("beside the widest part of a lump, which lies the other way, a neck is one as well", () => {
  const down = [300, 230, 160, 135, 190, 320, 700];
  expect(lumpLength(down, stepMm)).toBe(7);
  expect(lumpLength(down, stepMm, 530)).toBe(4);
  // One as narrow as the first contour has an end all the same.
  expect(lumpLength([300, 280, 270, 270, 260, 265, 270], stepMm, 1000)).toBe(5);
});
