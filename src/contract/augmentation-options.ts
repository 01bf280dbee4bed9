/** Options past the paper's augmentation, which is spatial and never changes intensities. 0 is off, and the default. */
import { z } from "zod";

export const augmentationOptionsSchema = z.strictObject({
  rotationDegrees: z.number().min(0).max(180).default(0),
  /** Largest displacement of the elastic grid's points in parts of the width; beyond 0.06 an image could fold. */
  elastic: z.number().min(0).max(0.06).default(0),
  /** HU are multiplied by 1 - contrast to 1 + contrast, about water. */
  contrast: z.number().min(0).max(0.5).default(0),
  /** HU by which all values rise or fall at most. */
  brightnessHu: z.number().min(0).max(500).default(0),
  /** Largest standard deviation of white noise. */
  noiseHu: z.number().min(0).max(500).default(0),
  /** Largest standard deviation of a Gaussian blur, in pixels of the network's matrix. */
  blurPixels: z.number().min(0).max(5).default(0),
});

export type AugmentationOptions = z.infer<typeof augmentationOptionsSchema>;
