/**
 * What a model file says of itself, stored as JSON under one key of the ONNX model's metadata: what it needs to be
 * run (matrix, grey levels, normalisation, threshold) and what it is (training, cohort, intended use).
 */
import { z } from "zod";
import { qualitySchema } from "./quality.ts";
import { quantisationSchema } from "./quantisation.ts";
import { storedConfigurationSchema } from "./training-configuration.ts";

export const modelMetadataKey = "delineate";

/** One figure of how good the model is, with what it was averaged over and measured on. */
const modelMetricSchema = z.strictObject({
  /** Such as "DSC" or "IoU of boxes"; millimetres in the name where it has a unit. */
  name: z.string().min(1).max(60),
  value: z.number(),
  standardDeviation: z.number().min(0).optional(),
  /** What one value of the average is: "patient", "slice". */
  unit: z.string().min(1).max(40),
  count: z.int().min(1),
  /** In words, naming no patient: "8 phantoms of neither training nor validation". */
  measuredOn: z.string().min(1).max(200),
});
export type ModelMetric = z.infer<typeof modelMetricSchema>;

/** The patients that a model was trained on, as numbers that identify nobody. */
const cohortDescriptionSchema = z.strictObject({
  patients: z.int(),
  slices: z.int(),
  slicesWithTarget: z.int(),
  /** Of the targets. */
  volumeCc: z.strictObject({ median: z.number(), min: z.number(), max: z.number() }),
  sliceSpacingMm: z.strictObject({ min: z.number(), max: z.number() }),
});
export type CohortDescription = z.infer<typeof cohortDescriptionSchema>;

/** What a structure set can say of its model: ASCII without a backslash, no blank at its ends (PS3.5 section 6.1.2.2, table 6.2-1). */
const label = z
  .string()
  .regex(/^(?! )(?!.* $)[ -[\]-~]+$/, "expected letters of ASCII, no backslash and no blank at its ends");

/** What a model is called. */
export const modelLabels = { name: label.max(64), version: label.max(32) } as const;

const sentences = z.array(z.string().min(1).max(400)).max(40);

export const modelMetadataSchema = z.strictObject({
  /** A file of this format ends with a seal (src/model/run/model-seal.ts). */
  format: z.literal(2),
  ...modelLabels,
  configuration: storedConfigurationSchema,
  normalisation: z.strictObject({ mean: z.number(), standardDeviation: z.number().positive() }),
  /** What of a slice the network sees: all of it (without this), or the square that the body fills. */
  frame: z.literal("body").optional(),
  /** The probability is the mean of the image's and of its mirror image's, in twice the time. */
  flips: z.boolean().optional(),
  /** What the program's second network does not see is left out of a tumour of 10 cc or more (src/segment/second-look/second-opinion.ts). */
  secondOpinion: z.boolean().optional(),
  /** The target is where the probability is above this. */
  threshold: z.number().gt(0).lt(1),
  /** What its contours are worth: `delineate model calibrate`. */
  quality: qualitySchema.optional(),
  /** Of a model that computes in 8 bits: `delineate model quantise`. */
  quantisation: quantisationSchema.optional(),
  trainedOn: z.strictObject({
    cohort: z.string(),
    patients: z.int(),
    images: z.int(),
    steps: z.int(),
    finalLoss: z.number(),
    /** The cohorts, the first one first; weight: images with target drawn from it for each of the first cohort's. */
    sources: z
      .array(
        z.strictObject({
          cohort: z.string(),
          patients: z.int(),
          images: z.int(),
          weight: z.number(),
          licence: z.string().max(200),
        }),
      )
      .default([]),
    /** The model that it began with: name, version, digest's beginning. */
    startedFrom: z.string().max(200).optional(),
    /** Of the epoch that the weights are from: mean of the DSC of each validation patient's volume, without clean-up. */
    validation: z.strictObject({ patients: z.int(), meanDsc: z.number().nullable() }).optional(),
  }),
  intendedUse: z.string(),
  cohort: cohortDescriptionSchema.optional(),
  metrics: z.array(modelMetricSchema).max(100).default([]),
  /** What is known of the training data beyond numbers: source, scanner, licence. */
  trainingData: sentences.default([]),
  /** What it cannot do, beyond what holds for every model here. */
  limitations: sentences.default([]),
  date: z.iso.date().optional(),
});

/** What `delineate model annotate` adds to a model after it was made, or sets anew: version, date. Nothing that it is fed by. */
export const modelNotesSchema = modelMetadataSchema
  .pick({ version: true, metrics: true, trainingData: true, limitations: true, date: true })
  .partial();

export type ModelMetadata = z.infer<typeof modelMetadataSchema>;
