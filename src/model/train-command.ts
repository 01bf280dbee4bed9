/** The options of `delineate train` that make a configuration: those that differ from the defaults, for a model's card. */
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";

/** Fields whose option is called otherwise than the field, by their path in the configuration. */
const names: Readonly<Record<string, string>> = {
  "augmentation.rotationDegrees": "rotation",
  "augmentation.brightnessHu": "brightness",
  "augmentation.noiseHu": "noise",
  "augmentation.blurPixels": "blur",
  "lossParameters.focal.gamma": "focal-gamma",
  "lossParameters.focal.alpha": "focal-alpha",
  "lossParameters.tversky.alpha": "tversky-alpha",
  "lossParameters.tversky.beta": "tversky-beta",
};

/** Such as ["--size", "192", "--attention"]. */
export function trainOptions(configuration: TrainingConfiguration): string[] {
  const defaults = new Map(fieldsOf(defaultTraining, ""));
  return fieldsOf(configuration, "").flatMap(([path, value]) => {
    if (value === defaults.get(path)) return [];
    const option = `--${names[path] ?? kebab(path.slice(path.lastIndexOf(".") + 1))}`;
    return typeof value === "boolean" ? [option] : [option, String(value)];
  });
}

/** All values with their paths, such as "greyLevels.lowHu". */
function fieldsOf(value: object, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, field]): [string, unknown][] =>
    typeof field === "object" && field !== null
      ? fieldsOf(field, `${prefix}${key}.`)
      : [[`${prefix}${key}`, field]],
  );
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
