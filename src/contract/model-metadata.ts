/**
 * What a model file says of itself, stored as JSON under one key of the ONNX model's metadata: what it needs to be
 * run (matrix, grey levels, normalisation, threshold) and what it is (training, cohort, intended use).
 */
import { z } from "zod";
import { trainingConfigurationSchema } from "./training-configuration.ts";

export const modelMetadataKey = "delineate";

export const modelMetadataSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1).max(64),
  version: z.string().min(1).max(32),
  configuration: trainingConfigurationSchema,
  normalisation: z.strictObject({ mean: z.number(), standardDeviation: z.number().positive() }),
  /** The target is where the probability is above this. */
  threshold: z.number().gt(0).lt(1),
  trainedOn: z.strictObject({
    cohort: z.string(),
    patients: z.int(),
    images: z.int(),
    steps: z.int(),
    finalLoss: z.number(),
    /** Of the epoch that the weights are from: mean of the DSC of each validation patient's volume, without clean-up. */
    validation: z.strictObject({ patients: z.int(), meanDsc: z.number().nullable() }).optional(),
  }),
  intendedUse: z.string(),
});

export type ModelMetadata = z.infer<typeof modelMetadataSchema>;

export const researchUse = "For research only. Not a medical device, not for clinical use.";
