/**
 * A model's card (Mitchell 2019, Model Cards for Model Reporting) in Markdown, from what stands in its file alone: what it is
 * and is for, what it was trained on and how, what was measured on whom, what it cannot do, how to make it again.
 */
import type { ModelMetadata, ModelMetric } from "#contract/model-metadata.ts";
import type { CalibrationErrors, Quality } from "#contract/quality.ts";
import { quantisationSentence } from "./quantisation-sentence.ts";
import { trainAgain, wasChosenByValidation } from "./train-again.ts";

export type ModelFacts = {
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly digest: string;
  readonly bytes: number;
  /** Numbers in the prediction graph's weights. */
  readonly parameters: number;
};

/** What holds for every model of this program. */
const commonLimitations = [
  "It contours the primary tumour alone, not lymph nodes.",
  "It knows only such scans and tumours as it was trained on; other scanners, kernels, contrast phases and diseases may fail without a sign.",
  "Every contour is a proposal: a physician must review it.",
];

/** Where the card finds its pictures, relative to itself: expected against true DSC, and contours beside their references. */
type CardPictures = { readonly plot?: string | undefined; readonly overlays?: string | undefined };

export function modelCard(metadata: ModelMetadata, facts: ModelFacts, pictures: CardPictures = {}): string {
  const { name, version, configuration, intendedUse, date } = metadata;
  return `${[
    `# ${name} ${version}`,
    intendedUse,
    rows([
      [
        "network",
        `${configuration.network}${configuration.attention ? " with attention gates" : ""}, width ${configuration.width}`,
      ],
      ["sees", `${whatIsSeen(configuration)}, ${configuration.size} x ${configuration.size}`],
      ["gives", `the probability of gross tumour volume for each pixel; target above ${metadata.threshold}`],
      ...(metadata.secondOpinion
        ? [["asks", "a second network, `second.onnx`, what lies far from a tumour of 10 cc or more"] as const]
        : []),
      ["parameters", facts.parameters.toLocaleString("en")],
      ["file", `${(facts.bytes / 1e6).toFixed(1)} MB, SHA-256 \`${facts.digest}\``],
      ...(date === undefined ? [] : [["made on", date] as const]),
    ]),
    "## Intended use",
    "Research on automatic contouring of the gross tumour volume of non-small cell lung cancer on planning CT. Not a medical device; not for treatment.",
    "## Training data",
    trainingData(metadata),
    "## Preprocessing",
    preprocessing(metadata),
    "## Training",
    training(metadata),
    "## Measured",
    metricTable(metadata.metrics),
    ...(metadata.quantisation === undefined ? [] : [quantisationSentence(metadata.quantisation)]),
    ...(pictures.overlays === undefined ? [] : ["## Overlays", overlaysOf(pictures.overlays)]),
    ...(metadata.quality === undefined
      ? []
      : ["## It says what it is worth", worth(metadata.quality, pictures.plot)]),
    "## Limitations",
    bullets([...commonLimitations, ...metadata.limitations]),
    "## To make it again",
    trainAgain(metadata),
  ].join("\n\n")}\n`;
}

function whatIsSeen({ view, viewMm, context, contextSpacingMm }: ModelMetadata["configuration"]): string {
  if (view === "click")
    return `the square of ${viewMm} mm round a click, or round a neighbouring slice's contour`;
  return context === 0
    ? "one slice at a time"
    : `${2 * context + 1} slices ${contextSpacingMm} mm apart for each slice (2.5D)`;
}

function overlaysOf(picture: string): string {
  return `Green the reference, red the automatic contour, yellow both.\n\n![Overlays](${picture})`;
}

function trainingData({ cohort, trainedOn, trainingData: sentences }: ModelMetadata): string {
  const numbers: (readonly [string, string])[] = [["patients", String(trainedOn.patients)]];
  if (cohort !== undefined) {
    const { volumeCc, sliceSpacingMm: spacing } = cohort;
    const range = spacing.min === spacing.max ? `${spacing.min}` : `${spacing.min} to ${spacing.max}`;
    numbers.push(
      ["volume of the targets", `median ${volumeCc.median} cc (${volumeCc.min} to ${volumeCc.max})`],
      ["slices", `${cohort.slices}, ${cohort.slicesWithTarget} of them with target, ${range} mm apart`],
    );
  } else numbers.push(["slices", String(trainedOn.images)]);
  const sources = trainedOn.sources.map(
    ({ cohort: from, patients, images, weight, licence }) =>
      `| ${from} | ${patients} | ${images} | ${weight} | ${licence} |`,
  );
  const table = ["| cohort | patients | slices | weight | licence |", "|---|---|---|---|---|", ...sources];
  return [
    rows(numbers),
    ...(sources.length === 0 ? [] : [table.join("\n")]),
    ...(trainedOn.startedFrom === undefined
      ? []
      : [`It began with the weights of ${trainedOn.startedFrom}.`]),
    ...(sentences.length === 0 ? [] : [bullets(sentences)]),
  ].join("\n\n");
}

function preprocessing({ configuration, normalisation, frame }: ModelMetadata): string {
  const { lowHu, highHu, levels } = configuration.greyLevels;
  const { mean, standardDeviation } = normalisation;
  const { view, viewMm } = configuration;
  const slices = frame === "body" ? "over the square that the body fills" : "over their whole field of view";
  const field = view === "click" ? `over a square of ${viewMm} mm` : slices;
  return bullets([
    `HU from ${lowHu} to ${highHu} become ${levels} grey levels; what lies beyond becomes the first or the last.`,
    `Slices are resampled to ${configuration.size} x ${configuration.size} pixels ${field}.`,
    `Normalised by the training population: grey level minus ${mean.toFixed(4)}, over ${standardDeviation.toFixed(4)}.`,
  ]);
}

function training(metadata: ModelMetadata): string {
  const { configuration, trainedOn } = metadata;
  const { loss, learningRate, schedule, batch, accumulate, epochs, augmented, emptySlices } = configuration;
  const parts = accumulate === 1 ? "" : ` in ${accumulate} parts`;
  const weightsText = wasChosenByValidation(metadata) ? ", the best epoch's weights" : "";
  return bullets([
    `Loss ${loss}; Adam, learning rate ${learningRate} (${schedule}), batches of ${batch}${parts}, up to ${epochs} epochs: ${trainedOn.steps} steps${weightsText}.`,
    `L2 ${configuration.l2}, dropout ${configuration.dropout}, seed ${configuration.seed}.`,
    `${(100 * augmented).toFixed(0)} % of each epoch's images augmented; ${emptySlices} tumour-free slices per slice with tumour.`,
    `Final training loss ${trainedOn.finalLoss.toPrecision(3)} (mean of the last 100 steps).`,
  ]);
}

function metricTable(metrics: readonly ModelMetric[]): string {
  if (metrics.length === 0)
    return "Nothing was measured: `delineate evaluate` measures it, `delineate model annotate` writes it here.";
  const lines = metrics.map(({ name, value, standardDeviation, unit, count, measuredOn }) => {
    const spread = standardDeviation === undefined ? "" : ` ± ${standardDeviation}`;
    return `| ${name} | ${value}${spread} | ${unit} (n = ${count}) | ${measuredOn} |`;
  });
  return ["| metric | mean ± SD | over each | measured on |", "|---|---|---|---|", ...lines].join("\n");
}

function worth({ contour, slice, doubtBelow, calibration }: Quality, plot: string | undefined): string {
  const { patients, cohorts, contours, undegraded, slices } = calibration;
  const weights = ({ terms }: Quality["contour"]): string =>
    terms.map(({ feature, weight }) => `${feature} ${weight.toFixed(2)}`).join(", ");
  const line = (what: string, { count, spearman, meanAbsoluteError }: CalibrationErrors): string =>
    `| ${what} | ${count} | ${spearman === null ? "undefined" : spearman.toFixed(2)} | ${meanAbsoluteError.toFixed(3)} |`;
  return [
    `Each contour comes with an expected DSC, and each of its slices; below ${doubtBelow} it is called doubtful. Fitted on contours of ${patients} patients of ${cohorts.join(", ")}, none of them trained on; each patient below is predicted by a fit without it and its copies.`,
    [
      "| of | n | Spearman's rho of expected and true DSC | mean absolute error |",
      "|---|---|---|---|",
      line("contours, degraded copies and tumour-free slices among them", contours),
      ...(undegraded === undefined ? [] : [line("contours of the patients as they are", undegraded)]),
      line("slices", slices),
    ].join("\n"),
    `Weights (src/segment/contour-features.ts says of what): contour ${weights(contour)}; slice ${weights(slice)}.`,
    ...(plot === undefined ? [] : [`![Expected against true DSC](${plot})`]),
  ].join("\n\n");
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  return ["| | |", "|---|---|", ...pairs.map(([key, value]) => `| ${key} | ${value} |`)].join("\n");
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}
