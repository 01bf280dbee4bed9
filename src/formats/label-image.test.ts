import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { type LabelImage, masksFromLabels } from "./label-image.ts";

test("an image is not taken for a mask, a probability is thresholded with a finding", () => {
  const image = (values: Float32Array): LabelImage => ({
    size: [values.length, 1, 1],
    stepsMm: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    origin: patientPoint(0, 0, 0),
    values,
    names: new Map(),
    fault: "bad-nifti",
    findings: [],
  });
  expect(() => masksFromLabels(image(Float32Array.of(0, -1000, 3)))).toThrow("looks like an image");
  expect(() => masksFromLabels(image(Float32Array.of(0, 1.5)))).toThrow("looks like an image");
  expect(() => masksFromLabels(image(Float32Array.of(0, Number.NaN)))).toThrow("looks like an image");
  expect(() => masksFromLabels(image(Float32Array.from({ length: 300 }, (_, at) => at)))).toThrow(
    "255 different",
  );
  const { masks, findings } = masksFromLabels(image(Float32Array.of(0, 0.49, 0.5, 1)));
  expect(Array.from(masks[0].mask.data)).toEqual([0, 0, 1, 1]);
  expect(findings.map(({ code }) => code)).toEqual(["probabilities-thresholded"]);
});
