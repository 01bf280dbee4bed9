/**
 * How a model's metadata say what its contours are worth: two regressions from what can be seen of a contour without a
 * reference (src/segment/contour-features.ts) to its DSC, one for the contour and one for each slice, and the patients that
 * they were fitted on. Never those that the model was trained on.
 */
import { z } from "zod";

/** Each from 0 to 1, and more of it never speaks against a contour: src/segment/contour-features.ts says what they are. */
export const featureNames = [
  "overlap",
  "certainty",
  "stability",
  "agreement",
  "share",
  "continuity",
  "lung",
  /** Of a slice only: the expected DSC of the whole contour. */
  "contour",
] as const;
export type FeatureName = (typeof featureNames)[number];

/** Expected DSC = 1 / (1 + exp(-(intercept + sum of weight * (feature - centre) / scale))): monotone, between 0 and 1. */
const regressionSchema = z.strictObject({
  intercept: z.number(),
  terms: z
    .array(
      z.strictObject({
        feature: z.enum(featureNames),
        weight: z.number().min(0),
        centre: z.number(),
        scale: z.number().positive(),
      }),
    )
    .max(featureNames.length),
});
export type Regression = z.infer<typeof regressionSchema>;

/** As it is, degraded on purpose, or only those slices of it that hold no tumour. */
export const calibrationKinds = ["patient", "degraded", "tumour-free"] as const;

const errorsSchema = z.strictObject({
  /** Contours, or slices with contour. */
  count: z.int().min(1),
  /** Of expected and true DSC, each patient predicted without itself; null where either does not vary. */
  spearman: z.number().min(-1).max(1).nullable(),
  meanAbsoluteError: z.number().min(0).max(1),
});
export type CalibrationErrors = z.infer<typeof errorsSchema>;

export const qualitySchema = z.strictObject({
  contour: regressionSchema,
  slice: regressionSchema,
  /** A contour whose expected DSC is below this is doubtful. */
  doubtBelow: z.number().min(0).max(1),
  calibration: z.strictObject({
    patients: z.int().min(1),
    /** Names of the cohorts' folders. */
    cohorts: z.array(z.string()).min(1),
    contours: errorsSchema,
    /** Of the patients as they are alone. */
    undegraded: errorsSchema.optional(),
    slices: errorsSchema,
    /** Expected, each patient without itself, and true DSC of each contour: for the plot in the card. */
    pairs: z
      .array(z.strictObject({ expected: z.number(), dsc: z.number(), kind: z.enum(calibrationKinds) }))
      .max(1000),
  }),
});
export type Quality = z.infer<typeof qualitySchema>;
