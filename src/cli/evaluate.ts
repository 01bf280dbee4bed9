/** `delineate evaluate` on the command line. */
import type { Command } from "commander";
import { finding } from "../core/findings.ts";
import { type MetricTable, metricTablesToCsv, summariseTable } from "../evaluate/metric-table.ts";
import { meanAndDeviation } from "../evaluate/summary.ts";
import { createTerminalProgress } from "../node/terminal-progress.ts";
import { writeFileAtomic } from "../node/write-file.ts";
import { type Evaluation, evaluateMasks } from "../workflows/evaluate.ts";
import { printResult, say, sayFindings, table } from "./output.ts";

type Options = {
  reference: string;
  prediction: string;
  ct?: string;
  roi?: string;
  predictionRoi?: string;
  resample: boolean;
  slices: boolean;
  csv?: string;
  force: boolean;
  json?: boolean;
};

export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description(
      "Compare predictions with references: DSC, JSC, TPR and FPR per slice and per patient. Both are files (RTSTRUCT, DICOM SEG, NIfTI, NRRD), or folders with one sub-folder or file a patient, paired by name.",
    )
    .requiredOption("--reference <PATH>", "the true masks")
    .requiredOption("--prediction <PATH>", "the masks to be judged")
    .option("--ct <DIR>", "CT that contours need (default: looked for beside the reference)")
    .option("--roi <PATTERN>", "ROI's name or a regular expression; several that match are joined")
    .option("--prediction-roi <PATTERN>", "the same for the predictions, where their names differ")
    .option("--resample", "bring masks on other grids to the CT's by nearest neighbour", false)
    .option("--slices", "print the table of slices too", false)
    .option("--csv <FILE>", "write all cases, patients and slices, as CSV")
    .option("--force", "overwrite the CSV file", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate evaluate --reference cohort --prediction predictions --roi GTV\n  $ delineate evaluate --reference cohort/patient-0001 --prediction gtv.dcm --roi GTV\n  $ delineate evaluate --reference truth.nii.gz --prediction auto.nii.gz --csv cases.csv",
    )
    .action(async (options: Options) => {
      const result = await evaluateMasks(options, createTerminalProgress());
      if (options.csv !== undefined) {
        await writeFileAtomic(options.csv, metricTablesToCsv([result.patients, result.slices]), options);
        say(`All cases: ${options.csv}`);
      }
      sayFindings(result.findings);
      sayFindings(leftOut(result));
      printResult(options.json, result, evaluationText(result, options.slices));
      if (result.failures.length > 0 || result.withoutReference.length > 0) process.exitCode = 1;
    });
}

/** What could not be compared, as findings. */
export function leftOut({ failures, withoutPrediction, withoutReference }: Evaluation) {
  const findings = failures.map(({ code, message, patient }) => finding("error", code, message, patient));
  if (withoutReference.length > 0) {
    findings.push(finding("error", "no-reference", `No reference for: ${withoutReference.join(", ")}.`));
  }
  if (withoutPrediction.length > 0) {
    const message = `Not in any average, because there is no prediction: ${withoutPrediction.join(", ")}.`;
    findings.push(finding("warning", "no-prediction", message));
  }
  return findings;
}

/** The tables as text: one row a patient, then the summaries. */
export function evaluationText({ patients, slices }: Evaluation, withSlices: boolean): string {
  return [
    casesText(patients),
    ...(withSlices ? [casesText(slices)] : []),
    summaryText([patients, slices]),
  ].join("\n\n");
}

function casesText({ unit, columns, rows }: MetricTable): string {
  const bySlice = unit === "slice";
  return table(
    ["patient", ...(bySlice ? ["slice"] : []), ...columns.map(({ title }) => title)],
    rows.map(({ patient, slice, values }) => [
      patient,
      ...(bySlice ? [String(slice)] : []),
      ...columns.map(({ name, digits }) => values[name]?.toFixed(digits) ?? "undefined"),
    ]),
  );
}

/** Mean ± SD with the number of cases it is over, and of those that have no value. */
function summaryText(tables: readonly MetricTable[]): string {
  const names = tables[0].columns;
  const rows = tables.map((cases) => {
    const summaries = summariseTable(cases);
    return [
      `per ${cases.unit}`,
      String(cases.rows.length),
      ...names.map(({ name, digits }) =>
        summaries[name] === undefined ? "" : meanAndDeviation(summaries[name], digits),
      ),
    ];
  });
  const gaps = tables.flatMap((cases) =>
    Object.entries(summariseTable(cases))
      .filter(([, { undefinedCases }]) => undefinedCases > 0)
      .map(([name, { undefinedCases }]) => {
        const title = cases.columns.find((column) => column.name === name)?.title ?? name;
        return `${title} is undefined, and left out of the mean, in ${undefinedCases} of ${cases.rows.length} cases (per ${cases.unit}).`;
      }),
  );
  return [
    table(["mean ± SD", "cases", ...names.map(({ title }) => title)], rows),
    ...tables.map(({ unit, cases }) => `Per ${unit}: ${cases}.`),
    "FPR: of every voxel outside the reference in the CT's full matrix.",
    ...gaps,
  ].join("\n");
}
