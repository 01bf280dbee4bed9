/** `delineate observers` on the command line. */
import type { Command } from "commander";
import { finding } from "#core/findings.ts";
import { agreementsToCsv } from "#evaluate/metric-csv.ts";
import { metricTitle } from "#evaluate/metric-table.ts";
import { agreementKinds } from "#evaluate/observers/agreement.ts";
import { compareObservers, type ObserverStudy } from "#evaluate/run/observers.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { fixed, meanSdDefined } from "#statistics/printed-numbers.ts";
import { summarise } from "#statistics/summary.ts";
import { wholeNumber } from "./arguments/options.ts";
import { comparisonTable, gapsText } from "./comparison-table.ts";
import { printResult, say, sayFindings, table } from "./output.ts";

type Options = {
  roi?: string;
  model?: string;
  modelRoi?: string;
  ct?: string;
  resample: boolean;
  seed: number;
  csv?: string;
  force: boolean;
  json?: boolean;
};

export function observersVerb(command: Command): void {
  command
    .option(
      "--roi <PATTERN>",
      "ROI's name or a regular expression; its first group, or (?<observer>...), is the observer; (?<session>...) distinguishes contours of one observer",
    )
    .option(
      "--model <FOLDER>",
      "a model's masks, one sub-folder or file per patient, compared with each observer",
    )
    .option("--model-roi <PATTERN>", "ROI of the model's masks, if they hold several")
    .option("--ct <DIR>", "CT that the contours were drawn on (default: searched beside them)")
    .option("--resample", "resample masks on other grids to the CT's by nearest neighbour", false)
    .option("--seed <N>", "seed of the bootstrap", wholeNumber(0), 1)
    .option("--csv <FILE>", "write every pair of contours as CSV")
    .option("--force", "overwrite the CSV file", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate observers interobserver --roi 'GTV-1vis-(\\d)'\n  $ delineate observers interobserver --roi 'GTV-1(?<session>vis|auto)-(?<observer>\\d)'\n  $ delineate observers dr-a dr-b dr-c --roi GTV --ct cohort --model predictions --csv pairs.csv",
    )
    .action(async (folders: string[], options: Options) => {
      await refuseExisting(options.csv, options);
      const study = await compareObservers({ folders, ...options }, createTerminalProgress());
      if (options.csv !== undefined) {
        const columns = study.agreement[0]?.table.columns ?? [];
        await writeFileAtomic(options.csv, agreementsToCsv(study.pairs, columns), options);
        say(`Every pair: ${options.csv}`);
      }
      sayFindings(study.findings);
      sayFindings(leftOut(study));
      printResult(options.json, study, studyText(study));
      if (study.failures.length > 0) process.exitCode = 1;
    });
}

function leftOut({ failures, withoutModel }: ObserverStudy) {
  const findings = failures.map(({ code, message, patient }) => finding("error", code, message, patient));
  if (withoutModel.length > 0) {
    const message = `Without the model, which has no mask for: ${withoutModel.join(", ")}.`;
    findings.push(finding("warning", "no-prediction", message));
  }
  return findings;
}

function studyText(study: ObserverStudy): string {
  const compared = study.modelAmongObservers;
  return [
    agreementText(study),
    volumesText(study),
    skillsText(study),
    ...(compared.length === 0
      ? []
      : [
          [
            "A: the model with an observer. B: two observers.",
            comparisonTable(compared),
            ...gapsText(compared),
          ].join("\n"),
        ]),
    "mean ± SD over patients of the mean over each patient's pairs; a patient with an undefined pair is undefined, and in no mean.\nThe consensus holds each observer's own contour, which flatters the observers: measure a model by the agreement of two observers.",
  ].join("\n\n");
}

/** One line per kind of pair. */
function agreementText({ agreement, pairs }: ObserverStudy): string {
  const columns = agreement[0]?.table.columns ?? [];
  const rows = agreement.map(({ kind, table: cases, summaries }) => [
    agreementKinds[kind],
    String(cases.rows.length),
    String(pairs.filter((pair) => pair.kind === kind).length),
    ...columns.map(({ name, digits }) => meanSdDefined(summaries[name], digits)),
  ]);
  return table(["agreement of", "patients", "pairs", ...columns.map(metricTitle)], rows);
}

function volumesText({ volumes: { columns, rows } }: ObserverStudy): string {
  return table(
    ["patient", ...columns.map(metricTitle)],
    rows.map(({ patient, values }) => [
      patient,
      ...columns.map(({ name, digits }) => fixed(values[name], digits)),
    ]),
  );
}

/** Each observer's sensitivity and specificity over the patients. */
function skillsText({ skills }: ObserverStudy): string {
  const nameOf = ({ observer, session }: (typeof skills)[number]) => `${observer} ${session}`.trim();
  const names = [...new Set(skills.map(nameOf))].sort();
  const rows = names.map((name) => {
    const namedSkills = skills.filter((skill) => nameOf(skill) === name);
    return [
      name,
      String(namedSkills.length),
      meanSdDefined(
        summarise(
          "patient",
          namedSkills.map(({ sensitivity }) => sensitivity),
        ),
        3,
      ),
      meanSdDefined(
        summarise(
          "patient",
          namedSkills.map(({ specificity }) => specificity),
        ),
        3,
      ),
    ];
  });
  const unfinished = skills.filter(({ converged }) => !converged).length;
  return [
    table(["observer by STAPLE", "patients", "sensitivity", "specificity"], rows),
    "Specificity: of the voxels in the box round all contours of the patient.",
    ...(unfinished === 0 ? [] : [`STAPLE did not converge for ${unfinished} of ${skills.length} estimates.`]),
  ].join("\n");
}
