/** How the networks learned: loss curves, and what the trainings cost. */
import { figureBlock, type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import { type Html, raw } from "#experiment/report/html.ts";
import { lossCurves } from "#pictures/figures/loss-curves.ts";
import { fixed, missing } from "#statistics/printed-numbers.ts";

const hourMs = 3_600_000;

export function training({ networks }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const curves = networks.flatMap((network) => network.curves);
  const validated = curves.some(({ validation }) => validation.length > 0);
  return section(
    "Training",
    figureBlock(numbering, {
      title: "Loss against epoch",
      caption: `Solid: mean training loss of the epoch's steps, with dropout and augmentation. ${validated ? "Dashed: loss on the validation patients, without either; they took no part in training. " : "No patients were held out for validation. "}Logarithmic.`,
      legend: titles,
      body: raw(lossCurves(titles, curves).svg),
    }),
    tableBlock(numbering, {
      title: "Trainings",
      caption:
        "One row per network and fold. Slices: all of the training patients, of which an epoch takes those with target and a part of the others. Losses are means over the last epoch; the model is that of the epoch that is best on the validation patients, of the last one without any. Hours are of the clock, with what else the machine did; those of the first network hold the preparing of the images too, which the others find done.",
      header: [
        "",
        "fold",
        "parameters",
        "slices",
        "steps",
        "loss",
        "validation loss",
        "model of epoch",
        "hours",
      ],
      rows: networks.flatMap(({ title, parameters, training: outcomes }) =>
        outcomes.map((outcome) => [
          title,
          String(outcome.fold),
          parameters.toLocaleString("en-GB"),
          String(outcome.images),
          String(outcome.steps),
          fixed(outcome.finalLoss, 4),
          fixed(outcome.finalValidationLoss, 4),
          String(outcome.modelEpoch),
          outcome.elapsedMs === null ? missing : fixed(outcome.elapsedMs / hourMs, 2),
        ]),
      ),
    }),
  );
}
