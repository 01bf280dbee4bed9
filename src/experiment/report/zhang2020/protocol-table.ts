/** The paper's protocol beside the configuration in force, row by row: what is as there, what was reduced, what it leaves open. */
import { planSettings, settingIn } from "#contract/plan.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { adamDefaults } from "#engine/adam.ts";
import type { ExperimentResult, NetworkResult } from "#experiment/report/experiment-result.ts";
import { uNetWidthBeside } from "#networks/networks.ts";
import { paper } from "./paper.ts";

const sameness = ["as the paper", "reduced", "differs", "not stated there"] as const;

type ProtocolRow = {
  readonly what: string;
  readonly paper: string;
  readonly here: string;
  readonly how: (typeof sameness)[number];
};

export function protocolRows({ networks, folds, patients }: ExperimentResult): ProtocolRow[] {
  const { configuration, threshold } = networks[0];
  const validated = folds.some(({ validation }) => validation.length > 0);
  const tested = networks[0].patients.rows.length;
  const trained = Math.min(...folds.map(({ train }) => train.length));
  const { training, test } = paper.cohorts;
  const number = (what: string, theirs: number, here: number): ProtocolRow => ({
    what,
    paper: String(theirs),
    here: String(here),
    how: here === theirs ? "as the paper" : here < theirs ? "reduced" : "differs",
  });
  const open = (what: string, theirs: string, here: string): ProtocolRow => ({
    what,
    paper: theirs,
    here,
    how: "not stated there",
  });
  const word = (what: string, theirs: string, here: string): ProtocolRow => ({
    what,
    paper: theirs,
    here,
    how: here === theirs ? "as the paper" : "differs",
  });
  const distances = patients.map(({ sliceMm }) =>
    sliceMm === null ? "not known" : String(Number(sliceMm.toFixed(2))),
  );
  const spacings = [...new Set(distances)].sort((a, b) => Number(a) - Number(b));
  return [
    {
      ...number("training patients", training.patients, trained),
      here: folds.length > 1 ? `${trained} in the smallest of ${folds.length} folds` : String(trained),
    },
    number("test patients", test.patients, tested),
    word("slice distance (mm)", String(paper.sliceMm), spacings.join(", ")),
    word("networks", "modified-resnet34, u-net", networks.map(({ network }) => network).join(", ")),
    number("network input (rows and columns)", paper.size, configuration.size),
    ...networks.map(widthRow),
    number("epochs", paper.epochs, configuration.epochs),
    number("images per step", paper.batch, configuration.batch),
    word("optimiser", `Adam ${paper.adam.beta1}/${paper.adam.beta2}`, optimiser()),
    word("learning rate", String(paper.learningRate), String(configuration.learningRate)),
    word("schedule of the learning rate", "constant", configuration.schedule),
    word("loss", "weighted cross-entropy (Eq. 1)", lossOf(networks[0].configuration)),
    word("grey levels", "255", String(configuration.greyLevels.levels)),
    open(
      "Hounsfield units of the grey levels",
      "12-bit images",
      `${configuration.greyLevels.lowHu} to ${configuration.greyLevels.highHu}`,
    ),
    word(
      "images augmented",
      "2/3",
      Math.abs(configuration.augmented - 2 / 3) < 1e-9 ? "2/3" : String(configuration.augmented),
    ),
    open("slices without tumour for each with", "–", String(configuration.emptySlices)),
    ...beyond(configuration),
    open("dropout", "used, no figure", String(configuration.dropout)),
    open("L2", "used, no figure", String(configuration.l2)),
    word("threshold of the sigmoid", String(paper.threshold), String(threshold)),
    open("epoch whose weights are the model", "–", validated ? "best on the validation patients" : "last"),
    open("clean-up of the contour", "–", "the connected region with the most confidence"),
  ];
}

/** The paper gives the ResNet's channels, and of the U-Net only the time that it takes (src/networks/networks.ts). */
function widthRow({ network, title, configuration: { width } }: NetworkResult): ProtocolRow {
  const what = `channels of the first stage, ${title}`;
  if (network === "u-net")
    return {
      what,
      paper: `not stated; ${uNetWidthBeside(paper.width)} by its times`,
      here: String(width),
      how: "not stated there",
    };
  const how = width === paper.width ? "as the paper" : width < paper.width ? "reduced" : "differs";
  return { what, paper: String(paper.width), here: String(width), how };
}

function optimiser(): string {
  return `Adam ${adamDefaults.beta1}/${adamDefaults.beta2}`;
}

function lossOf({ loss }: TrainingConfiguration): string {
  return loss === "weighted-cross-entropy" ? "weighted cross-entropy (Eq. 1)" : loss;
}

/** Settings that have a row above, or are no matter of the protocol. */
const withOwnRow = [
  ...["network", "width", "size", "epochs", "batch", "learningRate", "schedule", "loss", "roi", "seed"],
  ...[
    "greyLevels.lowHu",
    "greyLevels.highHu",
    "greyLevels.levels",
    "augmented",
    "emptySlices",
    "dropout",
    "l2",
  ],
];

/** Every other setting, which is past the paper, only where it is not at its default. */
function beyond(configuration: TrainingConfiguration): ProtocolRow[] {
  return planSettings.flatMap(({ path, fallback, help }) => {
    const value = settingIn(configuration, path);
    if (withOwnRow.includes(path) || value === fallback) return [];
    return [
      { what: help, paper: "none", here: value === true ? "yes" : String(value), how: "differs" as const },
    ];
  });
}
