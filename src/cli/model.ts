/** `delineate model` on the command line: show, card, annotate; model-calibrate.ts and model-quantise.ts hold the others. */
import { basename, dirname, relative } from "node:path";
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { modelCard } from "#model/model-card.ts";
import { quantisationSentence } from "#model/quantisation-sentence.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { annotateModel, type DescribedModel, describeModel } from "#model/run/model.ts";
import { expectedDscFigure } from "#pictures/figures/expected-dsc.ts";
import { exists } from "#platform/missing.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { addCalibrateCommand } from "./model-calibrate.ts";
import { addQuantiseCommand } from "./model-quantise.ts";
import { printResult } from "./output.ts";

type CardOptions = { readonly out?: string; readonly overlays?: string; readonly force: boolean };

export function modelVerb(command: Command): void {
  command.addHelpText(
    "after",
    "\nExamples:\n  $ delineate model show run/model.onnx\n  $ delineate model card run/model.onnx --out card.md\n  $ delineate model annotate run/model.onnx --with notes.json --out measured.onnx",
  );
  command
    .command("show [FILE]")
    .description(
      "Name, network, preprocessing, training, metrics. A file that was changed since it was written is refused.",
    )
    .option("--json", "all of its metadata as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate model show\n  $ delineate model show run/model.onnx --json",
    )
    .action(async (file: string | undefined, options: { json?: boolean }) => {
      const described = await describeModel(file ?? shippedModel);
      printResult(options.json, described, describeInLines(described));
    });
  command
    .command("card [FILE]")
    .description(
      "The model's card in Markdown: use, data, training, metrics, limitations, how to make it again.",
    )
    .option(
      "--out <FILE>",
      "write it to this file (default: print it), with its figure beside it where the model is calibrated",
    )
    .option("--overlays <PICTURE>", "show this picture of automatic contours beside their references")
    .option("--force", "overwrite --out", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate model card run/model.onnx --out card.md --overlays overlays.png",
    )
    .action(async (file: string | undefined, options: CardOptions) => {
      const { metadata, facts } = await describeModel(file ?? shippedModel);
      const { out, force } = options;
      if (options.overlays !== undefined && !(await exists(options.overlays)))
        throw new DelineateError("file-not-found", `There is no picture ${options.overlays}.`);
      const overlays = options.overlays && relative(dirname(out ?? "card.md"), options.overlays);
      if (out === undefined) {
        process.stdout.write(modelCard(metadata, facts, { overlays }));
        return;
      }
      const { quality } = metadata;
      const plot = `${out.replace(/\.md$/i, "")}-expected-dsc.svg`;
      for (const path of [out, quality && plot]) await refuseExisting(path, { force });
      if (quality !== undefined) await writeFileAtomic(plot, expectedDscFigure(quality).svg, { force });
      await writeFileAtomic(out, modelCard(metadata, facts, { plot: quality && basename(plot), overlays }), {
        force,
      });
    });
  command
    .command("annotate <FILE>")
    .description(
      "Add what was measured later, or is known of the data: metrics, trainingData, limitations, date, version. The weights stay.",
    )
    .requiredOption("--with <JSON>", "file of notes (docs/external-models.md shows one)")
    .requiredOption("--out <FILE>", "model file to write")
    .option("--force", "overwrite --out", false)
    .option("--json", "print the new metadata as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate model annotate run/model.onnx --with notes.json --out measured.onnx",
    )
    .action(async (file: string, options: { with: string; out: string; force: boolean; json?: boolean }) => {
      const { out, force } = options;
      const described = await annotateModel({ model: file, notes: options.with, out, force });
      printResult(options.json, described, describeInLines(described));
    });
  addCalibrateCommand(command);
  addQuantiseCommand(command);
}

function describeInLines({ metadata, facts }: DescribedModel): string {
  const {
    name,
    version,
    configuration,
    normalisation,
    frame,
    threshold,
    trainedOn,
    metrics,
    quality,
    quantisation,
  } = metadata;
  const { lowHu, highHu, levels } = configuration.greyLevels;
  const variants = [
    ...(configuration.attention ? ["attention gates"] : []),
    ...(configuration.context > 0 ? [`${2 * configuration.context + 1} slices`] : []),
  ];
  return [
    `${name} ${version}: ${[configuration.network, `width ${configuration.width}`, ...variants].join(", ")}, ${configuration.size} x ${configuration.size}`,
    `grey levels ${levels} over ${lowHu} to ${highHu} HU, mean ${normalisation.mean.toFixed(3)}, SD ${normalisation.standardDeviation.toFixed(3)}; threshold ${threshold}`,
    frame === "body" ? "sees the square of each slice that the body fills" : "sees whole slices",
    ...(metadata.flips ? ["looks at the mirror image as well"] : []),
    ...(metadata.secondOpinion ? ["asks a second network what belongs to a tumour"] : []),
    ...(quantisation === undefined ? [] : [quantisationSentence(quantisation)]),
    quality === undefined
      ? "not calibrated: it gives no expected DSC"
      : `expected DSC from ${quality.calibration.patients} other patients, mean error ${quality.calibration.contours.meanAbsoluteError.toFixed(2)}; doubtful below ${quality.doubtBelow}`,
    `trained on ${counted(trainedOn.patients, "patient")}, ${trainedOn.steps} steps of ${configuration.loss}`,
    ...metrics.map(
      ({ name: metric, value, standardDeviation, unit, count, measuredOn }) =>
        `${metric} ${value}${standardDeviation === undefined ? "" : ` +- ${standardDeviation}`} over ${count} (${unit}): ${measuredOn}`,
    ),
    `${facts.parameters} parameters, ${(facts.bytes / 1e6).toFixed(1)} MB, sha256 ${facts.digest}`,
    metadata.intendedUse,
  ].join("\n");
}
