/**
 * What the paper states, as data: Zhang F, Wang Q, Li H, Technol Cancer Res Treat 2020;19:1-9. Figures only, as printed; what
 * follows from them is computed in contradictions.ts.
 */

/** Mean, SD and how many decimals were printed. */
export type Printed = { readonly mean: number; readonly standardDeviation: number; readonly digits: number };

export type PrintedRow = {
  readonly dsc: Printed;
  readonly jsc: Printed;
  readonly tpr: Printed;
  readonly fpr: Printed;
  /** Milliseconds. */
  readonly sliceMs: Printed;
};

const printed = (mean: number, standardDeviation: number, digits: number): Printed => ({
  mean,
  standardDeviation,
  digits,
});

export const paper = {
  citation:
    "Zhang F, Wang Q, Li H. Automatic Segmentation of the Gross Target Volume in Non-Small Cell Lung Cancer Using a Modified Version of ResNet. Technol Cancer Res Treat 2020;19:1-9",
  /** Table 2. */
  networks: {
    "modified-resnet34": {
      dsc: printed(0.73, 0.07, 2),
      jsc: printed(0.68, 0.09, 2),
      tpr: printed(0.74, 0.07, 2),
      fpr: printed(0.0012, 0.0014, 4),
      sliceMs: printed(21, 7, 0),
    },
    "u-net": {
      dsc: printed(0.64, 0.09, 2),
      jsc: printed(0.52, 0.12, 2),
      tpr: printed(0.61, 0.1, 2),
      fpr: printed(0.0008, 0.0004, 4),
      sliceMs: printed(28, 8, 0),
    },
  } as const satisfies Record<string, PrintedRow>,
  abstractTpr: 0.71,
  bestSliceDsc: 0.96,
  /** Table 1, training and test cohort. */
  cohorts: {
    training: {
      patients: 300,
      sides: { right: 136, left: 164 },
      stages: [11, 84, 118, 87],
      lobes: { leftUpper: 112, leftLower: 67, rightUpper: 53, rightMiddle: 48, rightLower: 20 },
      contacts: { chestWall: 31, mediastinum: 105 },
      volumeCc: { median: 85.4, least: 1.6, most: 678.6 },
    },
    test: {
      patients: 30,
      sides: { right: 13, left: 17 },
      stages: [2, 8, 11, 9],
      lobes: { leftUpper: 10, leftLower: 7, rightUpper: 6, rightMiddle: 4, rightLower: 3 },
      contacts: { chestWall: 4, mediastinum: 15 },
      volumeCc: { median: 75.4, least: 5.6, most: 349.4 },
    },
  },
  slicesPerPatient: { least: 57, most: 121 },
  sliceMm: 5,
  size: 512,
  images: { augmented: 4032, original: 2016, all: 6048 },
  epochs: 50,
  batch: 8,
  learningRate: 1e-4,
  adam: { beta1: 0.9, beta2: 0.999 },
  /** Channels of the ResNet's first stage. */
  width: 64,
  /** Of the sigmoid. */
  threshold: 0.5,
  /** Largest P that it calls significant. */
  significant: 0.05,
  trainingHours: 12,
  loss: { training: 0.0009, test: 0.008 },
} as const;
