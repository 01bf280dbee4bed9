/**
 * The configuration of a training: everything that determines its result, besides the cohort. It is written beside
 * the checkpoints and into the model file. Defaults are the paper's (Zhang 2020, Methods) where it gives a figure.
 */
import { z } from "zod";
import { augmentationOptionsSchema } from "./augmentation-options.ts";

export const lossNames = [
  "weighted-cross-entropy",
  "cross-entropy",
  "dice",
  "dice-cross-entropy",
  "focal",
  "tversky",
  "focal-tversky",
] as const;
export type LossName = (typeof lossNames)[number];

/** Parameters of the losses that have any; a loss reads its own. Defaults are the sources' (src/training/losses). */
export const lossParametersSchema = z.strictObject({
  /** Milletari 2016 squares the terms of Dice's denominator, Drozdzal 2016 does not. */
  diceDenominator: z.enum(["squared", "plain"]).default("squared"),
  /** Lin 2017. */
  focal: z
    .strictObject({
      gamma: z.number().min(0).max(10).default(2),
      alpha: z.number().min(0).max(1).default(0.25),
    })
    .prefault({}),
  /** Price of what is falsely found (alpha) and of what is missed (beta), Salehi 2017. */
  tversky: z
    .strictObject({
      alpha: z.number().positive().max(10).default(0.3),
      beta: z.number().positive().max(10).default(0.7),
    })
    .prefault({}),
  /** Abraham 2019; 1 is Tversky. */
  focalTverskyGamma: z
    .number()
    .min(1)
    .max(3)
    .default(4 / 3),
});
export type LossParameters = z.infer<typeof lossParametersSchema>;

/** Learning rate over the steps: stays, or falls to 0 (src/training/schedule.ts). */
export const schedules = ["constant", "cosine", "polynomial"] as const;

/** `click`: a network that is told a place, or the contour on a neighbouring slice, and finds the region that it belongs to. */
export const views = ["slice", "click"] as const;

export const trainingConfigurationSchema = z.strictObject({
  network: z.string(),
  /** Channels of the first stage; the paper's networks have 64. */
  width: z.int().min(4).max(256),
  /** Rows and columns of the network's input. */
  size: z.int().min(64).max(1024).multipleOf(32),
  epochs: z.int().min(1).max(100_000),
  batch: z.int().min(1).max(256),
  learningRate: z.number().positive().max(1),
  schedule: z.enum(schedules),
  l2: z.number().min(0).max(1),
  dropout: z.number().min(0).max(0.9),
  seed: z.int().min(0),
  /** ROI that is the target: a name or a regular expression. */
  roi: z.string().min(1),
  greyLevels: z.strictObject({ lowHu: z.number(), highHu: z.number(), levels: z.int().min(2).max(256) }),
  /** Part of an epoch's images that is augmented. */
  augmented: z.number().min(0).max(1),
  /** Slices without tumour in an epoch, as a multiple of those with tumour. */
  emptySlices: z.number().min(0).max(100),
  /** What of a slice the network sees: all of it (without this), or the square that the body fills. */
  frame: z.literal("body").optional(),
  // What follows came later: it has defaults, so that older files can be read.
  loss: z.enum(lossNames).default("weighted-cross-entropy"),
  lossParameters: lossParametersSchema.prefault({}),
  /** Neighbouring slices on each side that the network sees as channels (2.5D), and their distance. */
  context: z.int().min(0).max(8).default(0),
  contextSpacingMm: z.number().positive().max(100).default(5),
  attention: z.boolean().default(false),
  /** Parts that a batch is computed in, their gradients added: batch 8 in the memory of batch 2 is 4 parts. */
  accumulate: z.int().min(1).max(256).default(1),
  /** The learning rate rises linearly over these first steps. */
  warmUpSteps: z.int().min(0).default(0),
  /** Decay of the moving average of the weights that predicts; 0: the weights themselves. */
  averageDecay: z.number().min(0).max(0.999999).default(0),
  /** Epochs without a better validation after which the training ends; 0: never. */
  patience: z.int().min(0).default(0),
  /** Every patient gives as many slices with tumour as any other, so that long tumours do not outnumber small ones. */
  balancePatients: z.boolean().default(false),
  augmentation: augmentationOptionsSchema.prefault({}),
  /** What an image shows: a whole slice, or the square round a place that the network is asked about (preprocess/prompt-view.ts). */
  view: z.enum(views).default("slice"),
  /** Side of that square. */
  viewMm: z.number().min(32).max(1000).default(192),
});

export type TrainingConfiguration = z.infer<typeof trainingConfigurationSchema>;

export const defaultTraining: TrainingConfiguration = {
  network: "modified-resnet34",
  width: 64,
  size: 512,
  epochs: 50,
  batch: 8,
  learningRate: 1e-4,
  schedule: "constant",
  // The paper uses L2 and dropout but gives no figures; these are ours.
  l2: 1e-5,
  dropout: 0.1,
  seed: 1,
  roi: "GTV.*",
  greyLevels: { lowHu: -1024, highHu: 3071, levels: 255 },
  augmented: 2 / 3,
  // The paper does not say which slices its 6048 images are; a model that reads whole scans needs empty ones too.
  emptySlices: 0.5,
  loss: "weighted-cross-entropy",
  lossParameters: lossParametersSchema.parse({}),
  context: 0,
  // The slices of the paper's CT are 5 mm apart.
  contextSpacingMm: 5,
  attention: false,
  accumulate: 1,
  warmUpSteps: 0,
  averageDecay: 0,
  patience: 0,
  balancePatients: false,
  augmentation: augmentationOptionsSchema.parse({}),
  view: "slice",
  viewMm: 192,
};
