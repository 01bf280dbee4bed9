/**
 * The configuration of a training, its plan: everything that determines its result, besides the cohort. It is written beside
 * the checkpoints and into the model file. Name, default, bounds and help text of a setting stand here and nowhere else: the
 * command line, `delineate plan --explain`, the experiment's page and the tests of the documents read them (plan.ts). Defaults
 * are the paper's (Zhang 2020, Methods) where it gives a figure.
 */
import { z } from "zod";
import { augmentationOptionsSchema } from "./augmentation-options.ts";

export const networkNames = ["modified-resnet34", "u-net"] as const;
export type NetworkName = (typeof networkNames)[number];

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
  diceDenominator: z
    .enum(["squared", "plain"])
    .default("squared")
    .describe("terms of Dice's denominator: squared (Milletari 2016) or plain (Drozdzal 2016)"),
  focal: z
    .strictObject({
      gamma: z.number().min(0).max(10).default(2).describe("focus of the focal loss (Lin 2017)"),
      alpha: z.number().min(0).max(1).default(0.25).describe("the focal loss's weight of the target"),
    })
    .prefault({}),
  tversky: z
    .strictObject({
      alpha: z
        .number()
        .positive()
        .max(10)
        .default(0.3)
        .describe("weight of false positives in the Tversky losses (Salehi 2017)"),
      beta: z
        .number()
        .positive()
        .max(10)
        .default(0.7)
        .describe("weight of false negatives in the Tversky losses"),
    })
    .prefault({}),
  focalTverskyGamma: z
    .number()
    .min(1)
    .max(3)
    .default(4 / 3)
    .describe("focus of the focal Tversky loss (Abraham 2019); 1 is Tversky"),
});
export type LossParameters = z.infer<typeof lossParametersSchema>;

const hu = z.number().min(-32768).max(32767);

const greyLevelsSchema = z
  .strictObject({
    lowHu: hu.default(-1024).describe("HU of the lowest grey level: lung window -1350, mediastinum -160"),
    highHu: hu.default(3071).describe("HU of the highest grey level: lung window 150, mediastinum 240"),
    levels: z.int().min(2).max(256).default(255).describe("grey levels"),
  })
  .refine(({ lowHu, highHu }) => highHu > lowHu, { error: "highHu must be above lowHu" })
  .prefault({});

/** Networks halve their images up to five times: they take any number of rows and columns that can be. */
export const sizeStep = 32;

export const trainingConfigurationSchema = z.strictObject({
  network: z.enum(networkNames).default("modified-resnet34").describe("network"),
  width: z.int().min(4).max(256).default(64).describe("channels of the network's first stage"),
  attention: z.boolean().default(false).describe("attention gates on the features that are joined"),
  size: z
    .int()
    .min(64)
    .max(1024)
    .multipleOf(sizeStep)
    .default(512)
    .describe("rows and columns of the network's input"),
  frame: z
    .enum(["slice", "body"])
    .default("slice")
    .describe("what the network sees of a slice: all of it, or the square that the body fills"),
  view: z
    .enum(["slice", "click"])
    .default("slice")
    .describe("what an image shows: a slice, or the square round a click or a neighbouring slice's contour"),
  viewMm: z.number().min(32).max(1000).default(192).describe("side of a click's square, mm"),
  context: z.int().min(0).max(8).default(0).describe("2.5D: neighbouring slices on each side, as channels"),
  // The slices of the paper's CT are 5 mm apart.
  contextSpacingMm: z
    .number()
    .positive()
    .max(100)
    .default(5)
    .describe("distance of those neighbours, mm; in a CT of other slices the nearest ones"),
  roi: z.string().min(1).default("GTV.*").describe("target: an ROI's name or a regular expression"),
  greyLevels: greyLevelsSchema,
  loss: z.enum(lossNames).default("weighted-cross-entropy").describe("loss; weighted-cross-entropy is Eq. 1"),
  lossParameters: lossParametersSchema.prefault({}),
  epochs: z.int().min(1).max(100_000).default(50).describe("passes over the cohort"),
  batch: z.int().min(1).max(256).default(8).describe("images per step"),
  accumulate: z
    .int()
    .min(1)
    .max(256)
    .default(1)
    .describe("split each batch into so many equal parts to save memory (gradient accumulation)"),
  learningRate: z.number().positive().max(1).default(1e-4).describe("learning rate of Adam"),
  schedule: z
    .enum(["constant", "cosine", "polynomial"])
    .default("constant")
    .describe("learning rate over the steps: stays, or falls to 0"),
  warmUpSteps: z.int().min(0).default(0).describe("first steps over which the learning rate rises linearly"),
  // The paper uses L2 and dropout but gives no figures; these are ours.
  l2: z.number().min(0).max(1).default(1e-5).describe("L2 regularisation of the convolutions"),
  dropout: z.number().min(0).max(0.9).default(0.1).describe("dropout rate of the feature maps"),
  averageDecay: z
    .number()
    .min(0)
    .max(0.999999)
    .default(0)
    .describe(
      "decay of the moving average of the weights that predicts, such as 0.999; 0: the weights themselves",
    ),
  startShare: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      "with --start-from: share of the weights at the start in those that predict, such as 0.5 (Wortsman 2022)",
    ),
  patience: z
    .int()
    .min(0)
    .default(0)
    .describe("end after so many epochs without a better validation; 0: never"),
  augmented: z
    .number()
    .min(0)
    .max(1)
    .default(2 / 3)
    .describe("fraction of an epoch's images that is augmented"),
  augmentation: augmentationOptionsSchema.prefault({}),
  // The paper does not say which slices its 6048 images are; a model that reads whole scans needs empty ones too.
  emptySlices: z.number().min(0).max(100).default(0.5).describe("tumour-free slices per slice with tumour"),
  balancePatients: z
    .boolean()
    .default(false)
    .describe("as many slices with tumour of every patient, however long its tumour"),
  seed: z.int().min(0).default(1).describe("seed of weights, order and augmentation"),
});

export type TrainingConfiguration = z.infer<typeof trainingConfigurationSchema>;

export const defaultTraining: TrainingConfiguration = trainingConfigurationSchema.parse({});

/** What a network and its input are: a file that holds weights must say it, no default stands in. */
const stated = ["network", "width", "size", "greyLevels"] as const satisfies (keyof TrainingConfiguration)[];

/** The configuration as it stands in a checkpoint or a model file. */
export const storedConfigurationSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => stated.every((key) => key in value), { error: `expected ${stated.join(", ")}` })
  .pipe(trainingConfigurationSchema);
