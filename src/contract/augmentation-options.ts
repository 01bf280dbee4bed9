/** Settings past the paper's augmentation, which is spatial and never changes intensities. 0 is off, and the default. */
import { z } from "zod";

/** In fractions of the width; beyond it an image could fold (src/training/augment/elastic-field.ts). */
export const largestElastic = 0.06;

export const augmentationOptionsSchema = z.strictObject({
  rotationDegrees: z.number().min(0).max(180).default(0).describe("largest rotation, degrees"),
  zoom: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("every augmented image is scaled by 1 / (1 + zoom) to 1 + zoom, beyond the paper's scaling"),
  elastic: z
    .number()
    .min(0)
    .max(largestElastic)
    .default(0)
    .describe("largest displacement of the elastic grid's points, fraction of the width"),
  contrast: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe("HU are multiplied by 1 - contrast to 1 + contrast, about water"),
  brightnessHu: z.number().min(0).max(500).default(0).describe("largest shift of all values, HU"),
  noiseHu: z.number().min(0).max(500).default(0).describe("largest standard deviation of white noise, HU"),
  blurPixels: z
    .number()
    .min(0)
    .max(5)
    .default(0)
    .describe("largest standard deviation of a Gaussian blur, pixels of the network's input"),
});

export type AugmentationOptions = z.infer<typeof augmentationOptionsSchema>;
