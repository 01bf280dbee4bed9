/** `delineate evaluate` on the command line. */
import type { Command } from "commander";
import { finding } from "#core/findings.ts";
import { countedFromOne, metricTablesToCsv } from "#evaluate/metric-csv.ts";
import { type MetricTable, metricTitle, summariseTable } from "#evaluate/metric-table.ts";
import type { MetricName } from "#evaluate/metrics.ts";
import { type Evaluation, evaluateMasks } from "#evaluate/run/evaluate.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { fixed, meanSdDefined, volumeText } from "#statistics/printed-numbers.ts";
import { decimalNumber } from "./arguments/options.ts";
import { printResult, say, sayFindings, table } from "./output.ts";

type Options = {
  reference: string;
  prediction: string;
  ct?: string;
  roi?: string;
  predictionRoi?: string;
  resample: boolean;
  slices: boolean;
  ptvMargin: number;
  unknownSpacing: boolean;
  csv?: string;
  force: boolean;
  json?: boolean;
};

export function evaluateVerb(command: Command): void {
  command
    .requiredOption("--reference <PATH>", "reference masks, or an imported cohort: its patients' tumours")
    .requiredOption("--prediction <PATH>", "masks to evaluate")
    .option("--ct <DIR>", "CT that the contours were drawn on (default: searched beside the reference)")
    .option("--roi <PATTERN>", "ROI's name or a regular expression; several that match are joined")
    .option("--prediction-roi <PATTERN>", "the same for the predictions, where their names differ")
    .option("--resample", "resample masks on other grids to the CT's by nearest neighbour", false)
    .option("--slices", "print the table of slices too", false)
    .option(
      "--ptv-margin <MM>",
      "margin from CTV to PTV, for the tumour outside the target volumes",
      decimalNumber(0, 100),
      defaultPtvMarginMm,
    )
    .option(
      "--unknown-spacing",
      "the masks' voxel size is not that of the patients: overlap and detection only, nothing in cc or mm",
      false,
    )
    .option("--csv <FILE>", "write every metric of all cases, patients and slices, as CSV")
    .option("--force", "overwrite the CSV file", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate evaluate --reference cohort --prediction predictions --roi GTV\n  $ delineate evaluate --reference cohort/patient-0001 --prediction gtv.dcm --roi GTV --prediction-roi GTV_AUTO\n  $ delineate evaluate --reference imported --prediction before --csv before.csv\n  $ delineate evaluate --reference truth.nii.gz --prediction auto.nii.gz --csv cases.csv",
    )
    .action(async (options: Options) => {
      await refuseExisting(options.csv, options);
      const result = await evaluateMasks(options, createTerminalProgress());
      if (options.csv !== undefined) {
        await writeFileAtomic(options.csv, metricTablesToCsv([result.patients, result.slices]), options);
        say(`All cases: ${options.csv}`);
      }
      sayFindings(result.findings);
      sayFindings(leftOut(result));
      const counted = { ...result, slices: countedFromOne(result.slices) };
      printResult(options.json, counted, evaluationText(counted, options.slices));
      if (result.failures.length > 0 || result.withoutReference.length > 0) process.exitCode = 1;
    });
}

const shownNames = 10;

/** What could not be compared, as findings. */
export function leftOut({ failures, withoutPrediction, withoutReference }: Evaluation) {
  const findings = failures.map(({ code, message, patient }) => finding("error", code, message, patient));
  if (withoutReference.length > 0) {
    findings.push(finding("error", "no-reference", `No reference for: ${someOf(withoutReference)}.`));
  }
  if (withoutPrediction.length > 0) {
    const message = `Not in any average, because there is no prediction: ${someOf(withoutPrediction)}.`;
    findings.push(finding("warning", "no-prediction", message));
  }
  return findings;
}

/** Of a cohort whose test patients alone were contoured, the others are many. */
function someOf(names: readonly string[]): string {
  const rest = names.length - shownNames;
  return `${names.slice(0, shownNames).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** The tables as text: one row per patient, then the summaries. */
function evaluationText({ patients, slices }: Evaluation, withSlices: boolean): string {
  return [
    casesText(patients),
    ...(withSlices ? [casesText(slices)] : []),
    summaryText(patients, slices),
  ].join("\n\n");
}

/** What the table of cases shows; the summary, CSV and JSON have all columns. */
const shownColumns: readonly MetricName[] = [
  "dsc",
  "precision",
  "tpr",
  "referenceCc",
  "predictionCc",
  "hd95Mm",
  "assdMm",
];
const shownOfPatients: readonly MetricName[] = [
  ...shownColumns,
  "surfaceDsc2Mm",
  "lesionsFound",
  "marginNeededMm",
];

function casesText({ unit, columns, rows }: MetricTable): string {
  const bySlice = unit === "slice";
  const shown = columns.filter(({ name }) => (bySlice ? shownColumns : shownOfPatients).includes(name));
  return table(
    ["patient", ...(bySlice ? ["slice"] : []), ...shown.map(metricTitle)],
    rows.map(({ patient, slice, values }) => [
      patient,
      ...(bySlice ? [String(slice)] : []),
      ...shown.map((column) => caseText(values[column.name] ?? null, column)),
    ]),
  );
}

/** Of a volume as much as everywhere: a tumour of 0.03 cc is not 0.0. */
function caseText(value: number | null, { unit, digits }: MetricTable["columns"][number]): string {
  if (value === null) return "undefined";
  return unit === "cc" ? volumeText(value) : fixed(value, digits);
}

/** Every metric on a line: mean ± SD and the median per patient, mean ± SD per slice, each with its undefined cases. */
function summaryText(patients: MetricTable, slices: MetricTable): string {
  const [byPatient, bySlice] = [summariseTable(patients), summariseTable(slices)];
  const rows = patients.columns.map((column) => {
    const ofPatients = byPatient[column.name];
    const ofSlices = bySlice[column.name];
    return [
      metricTitle(column),
      meanSdDefined(ofPatients, column.digits),
      ofPatients.median === null ? "undefined" : fixed(ofPatients.median, column.digits),
      ofSlices === undefined ? "" : meanSdDefined(ofSlices, column.digits),
    ];
  });
  const titles = [
    "mean ± SD",
    `per patient (${patients.rows.length})`,
    "median",
    `per slice (${slices.rows.length})`,
  ];
  return [
    table(titles, rows),
    ...[patients, slices].map(({ unit, cases }) => `Per ${unit}: ${cases}.`),
    `FPR: of ${patients.fieldOfView}, those outside the reference.`,
    "Undefined: a mask is empty, and the mean is over the other cases (docs/metrics.md).",
  ].join("\n");
}
