/**
 * What must be stated of an ONNX model that was trained elsewhere, so that it can contour a CT here: a JSON file beside it.
 * Strict: a misspelt key is refused, since a wrong window or channel gives a wrong contour and no error.
 */
import { z } from "zod";
import { modelLabels } from "./model-metadata.ts";

/** What is still to be applied to the output: none if it is probabilities already. */
const activations = ["none", "sigmoid", "softmax"] as const;

export const externalModelSchema = z
  .strictObject({
    format: z.literal(1),
    ...modelLabels,
    input: z.strictObject({
      /** Name of the tensor [batch, channels, size, size], 32-bit floats. */
      name: z.string().min(1),
      layout: z.literal("NCHW"),
      /** Rows and columns; the CT is resampled to it over the same field of view. */
      size: z.int().min(8).max(2048),
      /** The slice and its neighbours, lowest first: 1, 3, 5 ... */
      channels: z.int().min(1).max(17),
      /** Distance of the neighbours in the training; needed with more than one channel. */
      neighbourSpacingMm: z.number().positive().max(100).optional(),
      /** HU are cut off at the window's ends; with `levels` they become whole grey levels 0 .. levels - 1. */
      window: z.strictObject({
        lowHu: z.number(),
        highHu: z.number(),
        levels: z.int().min(2).max(256).optional(),
      }),
      /** Value = (grey level or HU - mean) / standardDeviation. A window scaled to 0 .. 1: mean lowHu, deviation highHu - lowHu. */
      normalisation: z.strictObject({ mean: z.number(), standardDeviation: z.number().positive() }),
      /** Slices at once; 1 suits every model. */
      batch: z.int().min(1).max(64).default(1),
    }),
    output: z.strictObject({
      /** Name of the tensor [batch, classes, size, size]. */
      name: z.string().min(1),
      activation: z.enum(activations),
      /** Which class is the tumour. */
      channel: z.int().min(0),
    }),
    threshold: z.number().gt(0).lt(1),
  })
  .refine(({ input }) => input.channels % 2 === 1, {
    path: ["input", "channels"],
    message: "expected an odd number, the slice in the middle of its neighbours",
  })
  .refine(({ input }) => input.channels === 1 || input.neighbourSpacingMm !== undefined, {
    path: ["input", "neighbourSpacingMm"],
    message: "expected the distance of the neighbouring slices in millimetres",
  })
  .refine(({ input: { window } }) => window.lowHu < window.highHu, {
    path: ["input", "window"],
    message: "expected lowHu below highHu",
  });

export type ExternalModel = z.infer<typeof externalModelSchema>;
