/** `delineate compare` on the command line. */
import type { Command } from "commander";
import { comparisonsToCsv, countedFromOne } from "#evaluate/metric-csv.ts";
import { type Comparison, comparePredictions } from "#evaluate/run/compare.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import type { BlandAltman } from "#statistics/bland-altman.ts";
import { fixed } from "#statistics/printed-numbers.ts";
import { decimalNumber, wholeNumber } from "./arguments/options.ts";
import { comparisonTable, gapsText } from "./comparison-table.ts";
import { leftOut } from "./evaluate.ts";
import { printResult, say, sayFindings, table } from "./output.ts";

type Options = {
  reference: string;
  ct?: string;
  roi?: string;
  predictionRoi?: string;
  resample: boolean;
  metrics?: readonly string[];
  slices: boolean;
  ptvMargin: number;
  seed: number;
  csv?: string;
  force: boolean;
  json?: boolean;
};

export function compareVerb(command: Command): void {
  command
    .requiredOption(
      "--reference <PATH>",
      "reference masks: a folder with one sub-folder or file per patient, or an imported cohort",
    )
    .option("--ct <DIR>", "CT that the contours were drawn on (default: searched beside the reference)")
    .option("--roi <PATTERN>", "ROI's name or a regular expression; several that match are joined")
    .option("--prediction-roi <PATTERN>", "the same for the predictions, where their names differ")
    .option("--resample", "resample masks on other grids to the CT's by nearest neighbour", false)
    .option(
      "--metrics <NAMES>",
      "metrics to compare, by their names in the CSV, comma-separated (default: all); Holm corrects over these",
      (names: string) => names.split(","),
    )
    .option("--slices", "print the comparison per slice too", false)
    .option(
      "--ptv-margin <MM>",
      "margin from CTV to PTV, for the tumour outside the target volumes",
      decimalNumber(0, 100),
      defaultPtvMarginMm,
    )
    .option("--seed <N>", "seed of the bootstrap", wholeNumber(0), 1)
    .option("--csv <FILE>", "write every figure of every metric, per patient and per slice, as CSV")
    .option("--force", "overwrite the CSV file", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate compare resnet-predictions unet-predictions --reference cohort --roi GTV --prediction-roi 'GTV.*'\n  $ delineate compare a b --reference cohort --roi GTV --metrics dsc,jsc,tpr,fpr --csv table2.csv",
    )
    .action(async (a: string, b: string, options: Options) => {
      await refuseExisting(options.csv, options);
      const result = await comparePredictions({ a, b, ...options }, createTerminalProgress());
      if (options.csv !== undefined) {
        const text = comparisonsToCsv([{ a, b, comparisons: [...result.patients, ...result.slices] }]);
        await writeFileAtomic(options.csv, text, options);
        say(`Every figure: ${options.csv}`);
      }
      for (const [name, evaluation] of [
        ["A", result.a],
        ["B", result.b],
      ] as const) {
        const findings = [...evaluation.findings, ...leftOut(evaluation)];
        sayFindings(findings.map((item) => ({ ...item, where: `${name}: ${item.where ?? "cohort"}` })));
      }
      const [first, second] = [result.a, result.b].map((evaluation) => ({
        ...evaluation,
        slices: countedFromOne(evaluation.slices),
      }));
      const counted = { ...result, a: first, b: second };
      printResult(options.json, counted, comparisonText(result, a, b, options.slices));
      const failed = [result.a, result.b].some(
        ({ failures, withoutReference }) => failures.length + withoutReference.length > 0,
      );
      if (failed) process.exitCode = 1;
    });
}

/** The table of patients, of slices where asked for, the volumes, and what the figures are. */
function comparisonText(result: Comparison, a: string, b: string, withSlices: boolean): string {
  return [
    `A: ${a}\nB: ${b}`,
    comparisonTable(result.patients),
    ...(withSlices
      ? [
          `${comparisonTable(result.slices)}\nSlices of one patient are alike, and the tests take them as independent: their P values are too small. The intervals draw whole persons.`,
        ]
      : []),
    volumeTable(result.volumes),
    [
      "A, B: mean ± SD over the cases in which the metric is defined. A - B: mean over the pairs, with 95 % BCa bootstrap interval.",
      ...severalScans(result),
      "P: two-sided, in brackets after Holm over the metrics. normal P: Shapiro-Wilk of the differences; where it is small, read Wilcoxon.",
      "none: there is no such test for these values, because they are too few or do not vary.",
      ...gapsText(result.patients),
      ...(withSlices ? gapsText(result.slices) : []),
    ].join("\n"),
  ].join("\n\n");
}

/** Nothing where each patient is another person. */
function severalScans({ a, b }: Comparison): string[] {
  const persons = { ...a.persons, ...b.persons };
  const patients = Object.keys(persons);
  const count = new Set(Object.values(persons)).size;
  if (count === patients.length) return [];
  return [
    `The ${patients.length} patients are scans of ${count} persons: means are over scans; tests per patient are over the mean of each person's scans, intervals draw persons whole. The volumes' limits take scans as independent.`,
  ];
}

function volumeTable(volumes: Comparison["volumes"]): string {
  const row = (name: string, agreement: BlandAltman | null): string[] => {
    if (agreement === null) return [name, "fewer than 2", "none", "none", "none"];
    const span = ([low, high]: readonly [number, number]) => `${fixed(low, 1)} to ${fixed(high, 1)}`;
    return [
      name,
      String(agreement.pairs),
      `${fixed(agreement.bias, 1)} [${span(agreement.biasInterval)}]`,
      `${fixed(agreement.limits[0], 1)} [${span(agreement.lowerLimitInterval)}]`,
      `${fixed(agreement.limits[1], 1)} [${span(agreement.upperLimitInterval)}]`,
    ];
  };
  return table(
    ["volume - reference, cc", "patients", "bias [95 %]", "lower limit [95 %]", "upper limit [95 %]"],
    [row("A", volumes.a), row("B", volumes.b)],
  );
}
