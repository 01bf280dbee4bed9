/** How a model is trained again: the commands, and its plan where that is not the default. For its card. */
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { planDifferences } from "#contract/plan.ts";
import { quotedWords } from "#core/command-words.ts";

/** Whether the model has the weights of the epoch that was best on validation patients. */
export function wasChosenByValidation({ metrics }: ModelMetadata): boolean {
  return metrics.some(({ measuredOn }) => measuredOn.startsWith("validation"));
}

/** Markdown. */
export function trainAgain(metadata: ModelMetadata): string {
  const { name, version, threshold, configuration, trainedOn } = metadata;
  const additions = trainedOn.sources
    .slice(1)
    .flatMap(({ cohort, weight }) => ["--with", `${cohort}:${weight}`]);
  const start = trainedOn.startedFrom === undefined ? [] : ["--start-from", trainedOn.startedFrom];
  const options = ["--name", name, "--model-version", version, "--threshold", String(threshold)];
  const words = quotedWords([...additions, ...start, ...options]);
  const commands = [
    "delineate plan --from MODEL > plan.json",
    ["delineate train COHORT --plan plan.json --out RUN", ...words].join(" "),
  ];
  const differences = JSON.stringify(planDifferences(configuration), null, 2);
  return [
    // The patients are named nowhere in the file, which travels; without those of the validation the last epoch would be the model.
    wasChosenByValidation(metadata)
      ? "With the same cohort, and the same patients to train and to validate on, by `--split`, or `--patients` and `--validation`:"
      : "With the same cohort:",
    ["```", ...commands, "```"].join("\n"),
    "What of the plan is not at its default:",
    ["```json", differences, "```"].join("\n"),
  ].join("\n\n");
}
