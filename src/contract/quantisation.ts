/** How a model's metadata say that it computes in 8 bits: what it was made from, on whose images, and what that costs. */
import { z } from "zod";

/** Ends the version of every model in 8 bits, so that all that names a model tells its contours from those of the fp32 one. */
const versionSuffix = " 8-bit";

export function eightBitVersion(version: string): string {
  return version.endsWith(versionSuffix) ? version : `${version}${versionSuffix}`;
}

const cohorts = z.array(z.string()).min(1);

/** Of the same patients contoured by both models, against the reference. */
const quantisationLossSchema = z.strictObject({
  /** Patients of whom no image was used to make the model. */
  patients: z.int().min(1),
  /** Names of the cohorts' folders. */
  cohorts,
  /** Means of the patients' DSC. */
  fp32MeanDsc: z.number().min(0).max(1),
  meanDsc: z.number().min(0).max(1),
  /** The largest loss of DSC of one patient; below 0 where all gained. */
  worstLoss: z.number().min(-1).max(1),
  /** DSC of the two models' contours of one patient with each other: mean and least; null where none contoured anything. */
  agreement: z.strictObject({ mean: z.number(), least: z.number() }).nullable(),
});
export type QuantisationLoss = z.infer<typeof quantisationLossSchema>;

export const quantisationSchema = z.strictObject({
  /** SHA-256 of the fp32 model file. */
  from: z.string().regex(/^[0-9a-f]{64}$/),
  /** Numbers in that model's weights. */
  parameters: z.int().min(1),
  /** Layers that compute in 8 bits, of all that could. */
  layers: z.strictObject({ inBytes: z.int().min(1), all: z.int().min(1) }),
  /** Whose images gave the ranges of the values. */
  calibration: z.strictObject({ patients: z.int().min(1), slices: z.int().min(1), cohorts }),
  loss: quantisationLossSchema,
});
export type Quantisation = z.infer<typeof quantisationSchema>;
