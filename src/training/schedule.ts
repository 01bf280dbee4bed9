/**
 * The learning rate of each step: constant as in the paper, along a half cosine to 0 (Loshchilov 2017, without restarts), or
 * by the polynomial (1 - t)^0.9 to 0 (Chen 2017, DeepLab); each after a linear warm-up if one is wanted (Goyal 2017).
 */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";

const polynomialPower = 0.9;

/** For step `step` (0-based) of `total`; the schedule proper begins where the warm-up ends. */
export function learningRateAt(
  { learningRate, schedule, warmUpSteps }: TrainingConfiguration,
  step: number,
  total: number,
): number {
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps;
  const part = (step - warmUpSteps) / Math.max(1, total - warmUpSteps);
  switch (schedule) {
    case "constant":
      return learningRate;
    case "cosine":
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * part));
    case "polynomial":
      return learningRate * (1 - part) ** polynomialPower;
  }
}
