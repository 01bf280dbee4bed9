/** Options that say what a network sees and how it is augmented: the same for training and for its preview. */
import type { Command } from "commander";
import { defaultTraining as defaults, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import { intensityWindows } from "#preprocess/grey-levels.ts";
import { largestElastic } from "#training/augment/elastic-field.ts";
import { decimalNumber, oneOf, wholeNumber } from "./options.ts";

const windowNames = [
  "full",
  "lung",
  "mediastinum",
] as const satisfies readonly (keyof typeof intensityWindows)[];

export type PreprocessingOptions = {
  roi: string;
  size: number;
  window: (typeof windowNames)[number];
  lowHu?: number;
  highHu?: number;
  frame?: "body";
  rotation: number;
  elastic: number;
  contrast: number;
  brightness: number;
  noise: number;
  blur: number;
};

export function addPreprocessingOptions(command: Command): Command {
  const off = defaults.augmentation;
  return command
    .option("--roi <PATTERN>", "target: an ROI's name or a regular expression", defaults.roi)
    .option("--size <N>", "rows and columns of the network's input", wholeNumber(64, 1024), defaults.size)
    .option(
      "--window <NAME>",
      "HU that the grey levels span: full (-1024 to 3071, the paper's), lung (-1350 to 150) or mediastinum (-160 to 240)",
      oneOf(windowNames),
      "full",
    )
    .option(
      "--low-hu <X>",
      "HU of the lowest grey level instead of the window's",
      decimalNumber(-32768, 32767),
    )
    .option("--high-hu <X>", "HU of the highest grey level, likewise", decimalNumber(-32768, 32767))
    .option(
      "--frame <NAME>",
      "see the square that the body fills (body) instead of the whole slice",
      oneOf(["body"]),
    )
    .option("--rotation <DEGREES>", "also rotate up to this", decimalNumber(0, 180), off.rotationDegrees)
    .option(
      "--elastic <PART>",
      `also deform elastically, grid points up to this part of the width (at most ${largestElastic})`,
      decimalNumber(0, largestElastic),
      off.elastic,
    )
    .option(
      "--contrast <PART>",
      "also stretch HU by up to this, such as 0.1",
      decimalNumber(0, 0.5),
      off.contrast,
    )
    .option("--brightness <HU>", "also shift HU by up to this", decimalNumber(0, 500), off.brightnessHu)
    .option(
      "--noise <HU>",
      "also add noise, standard deviation up to this",
      decimalNumber(0, 500),
      off.noiseHu,
    )
    .option(
      "--blur <PIXELS>",
      "also blur, standard deviation up to this",
      decimalNumber(0, 5),
      off.blurPixels,
    );
}

/** Throws `usage` if the highest grey level is not above the lowest. */
export function preprocessingOf(
  options: PreprocessingOptions,
): Pick<TrainingConfiguration, "roi" | "size" | "greyLevels" | "frame" | "augmentation"> {
  const { roi, size, rotation, elastic, contrast, brightness, noise, blur } = options;
  const window = intensityWindows[options.window];
  const lowHu = options.lowHu ?? window.lowHu;
  const highHu = options.highHu ?? window.highHu;
  if (highHu <= lowHu)
    throw new DelineateError(
      "usage",
      `The grey levels span ${lowHu} to ${highHu} HU: --high-hu must be higher.`,
    );
  return {
    roi,
    size,
    greyLevels: { lowHu, highHu, levels: defaults.greyLevels.levels },
    ...(options.frame === undefined ? {} : { frame: options.frame }),
    augmentation: {
      rotationDegrees: rotation,
      elastic,
      contrast,
      brightnessHu: brightness,
      noiseHu: noise,
      blurPixels: blur,
    },
  };
}
