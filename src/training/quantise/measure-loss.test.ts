import { expect, test } from "vitest";
import { type LossRow, refuseLoss, summariseLoss } from "./measure-loss.ts";

const row = (fp32: number, bytes: number, agreement: number | null = 1): LossRow => {
  return { ...{ patient: "p", cohort: "lung", fp32, bytes, agreement }, msPerSlice: { fp32: 2, bytes: 1 } };
};

test("the loss is of the means, and of the patient who loses most", () => {
  const loss = summariseLoss([row(0.8, 0.79, 0.9), row(0.5, 0.504, 0.98), row(0, 0, null)]);
  expect(loss).toMatchObject({ patients: 3, cohorts: ["lung"], agreement: { least: 0.9 } });
  expect(loss.fp32MeanDsc).toBeCloseTo(1.3 / 3);
  expect(loss.meanDsc).toBeCloseTo(1.294 / 3);
  expect(loss.worstLoss).toBeCloseTo(0.01);
  expect(loss.agreement?.mean).toBeCloseTo(0.94);
  expect(summariseLoss([row(0, 0, null)]).agreement).toBeNull();
});

test("a mean that is off by more than 0.005 is refused, also where it is better", () => {
  const refuse = (bytes: number) => () =>
    refuseLoss(summariseLoss([row(0.8, bytes), row(0.8, 0.8)]), "gtv.onnx");
  expect(refuse(0.791)).not.toThrow();
  expect(refuse(0.809)).not.toThrow();
  expect(refuse(0.811)).toThrow(/mean DSC of 0\.8055 instead of 0\.8000/);
  expect(refuse(0.789)).toThrow(/gtv\.onnx in 8 bits contours 2 patients .* Nothing was written/);
});

test("a patient who loses more than 0.01 is refused, whatever the mean says", () => {
  const rows = [row(0.8, 0.788), ...Array.from({ length: 9 }, () => row(0.8, 0.801))];
  expect(() => refuseLoss(summariseLoss(rows), "gtv.onnx")).toThrow(/one of them loses 0\.0120/);
});
