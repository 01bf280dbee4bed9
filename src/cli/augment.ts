/** `delineate augment` on the command line. */
import type { Command } from "commander";
import { defaultTraining as defaults } from "#contract/training-configuration.ts";
import { previewAugmentation } from "#training/run/augment-preview.ts";
import { wholeNumber } from "./arguments/options.ts";
import { addPlanOptions, type PlanOptions, planOf } from "./arguments/plan-options.ts";
import { printResult } from "./output.ts";

type Options = Omit<PlanOptions, "seed"> & {
  preview: string;
  patient?: string;
  mask?: string;
  slice?: number;
  count: number;
  seed: number;
  force: boolean;
  json?: boolean;
};

export function augmentVerb(command: Command): void {
  command
    .requiredOption("--preview <PNG>", "picture to write")
    .option("--patient <NAME>", "which patient of the cohort (default: the first)")
    .option(
      "--mask <FILE>",
      "target of this CT: RTSTRUCT, SEG, NIfTI or NRRD (default: the structure set beside it)",
    )
    .option("--slice <N>", "slice, counted from 1 (default: the one with most target)", wholeNumber(1))
    .option("--count <N>", "augmented versions", wholeNumber(1, 61), 9)
    .option("--seed <N>", "seed of the augmentation", wholeNumber(0), defaults.seed);
  addPlanOptions(command, ["roi"])
    .option("--force", "overwrite --preview", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate augment cohort --preview augmented.png\n  $ delineate augment cohort --patient patient-0003 --set augmentation.elastic=0.03 --set augmentation.rotationDegrees=10 --preview augmented.png\n  $ delineate augment patient/ct --mask gtv.dcm --roi GTV_AUTO --set greyLevels.lowHu=-1350 --set greyLevels.highHu=150 --preview augmented.png",
    )
    .action(async (path: string, options: Options) => {
      const { preview, patient, mask, count, seed, force } = options;
      // People count slices from 1, the program from 0.
      const slice = options.slice === undefined ? undefined : options.slice - 1;
      const { roi, ...configuration } = await planOf({ ...options, seed: undefined });
      const request = { path, preview, patient, mask, roi, slice, count, seed, force, configuration };
      const result = await previewAugmentation(request);
      const versions = result.augmentations.map((steps, index) => `  ${index + 1}: ${steps.join(", ")}`);
      const text = [
        `slice ${result.slice + 1}, ${result.targetPixels === 0 ? "no target" : `target of ${result.targetPixels} pixels`}`,
        ...versions,
        result.preview,
      ];
      printResult(options.json, { ...result, slice: result.slice + 1 }, text.join("\n"));
    });
}
