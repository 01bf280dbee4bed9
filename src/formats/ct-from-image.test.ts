import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { ctFromImage } from "./ct-from-image.ts";
import type { LabelImage } from "./label-image.ts";

const row: Omit<LabelImage, "values" | "size"> = {
  stepsMm: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 3],
  ],
  origin: patientPoint(0, 0, 0),
  names: new Map(),
  fault: "bad-nifti",
  findings: [],
};

test("a voxel without a number is air outside the field of view, what 16 bits cannot hold is clamped, and both are told", () => {
  const values = Float32Array.of(Number.NaN, -1000.4, 39.6, 1e6, Number.NEGATIVE_INFINITY);
  const { ct, findings } = ctFromImage({ ...row, size: [5, 1, 1], values });
  expect([...ct.hu]).toEqual([-1024, -1000, 40, 32767, -32768]);
  expect(findings.map(({ code, message }) => [code, message.split(" ")[0]])).toEqual([
    ["padding", "1"],
    ["clamped", "2"],
  ]);
});

test("an image of no numbers alone is no CT", () => {
  const values = new Float32Array(2).fill(Number.NaN);
  expect(() => ctFromImage({ ...row, size: [2, 1, 1], values })).toThrow("Expected a CT in Hounsfield units");
});
