/** `delineate cohort describe`, `split` and `segment` on the command line. */
import { type Command, Option } from "commander";
import { finding } from "#core/findings.ts";
import { formatCsv } from "#formats/csv.ts";
import { type CohortTable, cohortTable } from "#patients/cohort/describe/cohort-table.ts";
import {
  type CohortDescription,
  type DescribedPatient,
  describeCohort,
} from "#patients/cohort/describe/describe-cohort.ts";
import { type SplitResult, splitCohort } from "#patients/cohort/describe/split-cohort.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { decimalNumber, wholeNumber } from "../arguments/options.ts";
import { printResult, say, sayFindings, table } from "../output.ts";
import { addSegment } from "./segment-cohort.ts";

type DescribeOptions = { roi: string; clinical?: string; csv?: string; force: boolean; json?: boolean };
type SplitOptions = {
  roi: string;
  out: string;
  test: number;
  validation: number;
  folds?: number;
  seed: number;
  force: boolean;
  json?: boolean;
};

export function cohortVerb(cohort: Command): void {
  cohort.addHelpText(
    "after",
    "\nExamples:\n  $ delineate cohort describe cohort --clinical clinical.csv\n  $ delineate cohort split cohort --test 0.1 --validation 0.1 --out split.json\n  $ delineate cohort segment cohort --split split.json --out before",
  );
  addDescribe(cohort);
  addSplit(cohort);
  addSegment(cohort);
}

function addDescribe(cohort: Command): void {
  cohort
    .command("describe <COHORT_DIR>")
    .description(
      "The paper's Table 1: volume, side, lobe and contacts computed from masks and CT (lobe and contacts are estimates), age, stage and histology from a clinical table.",
    )
    .option("--roi <PATTERN>", "the tumour: an ROI's name or a regular expression", "GTV.*")
    .option("--clinical <FILE>", "table with PatientID, age, gender, Overall.Stage, Histology (CSV)")
    .option("--csv <FILE>", "write one row per patient as CSV")
    .option("--force", "overwrite the file", false)
    .option("--json", "print patients and table as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate cohort describe cohort --clinical clinical.csv\n  $ delineate cohort describe cohort --csv patients.csv --json",
    )
    .action(async (path: string, options: DescribeOptions) => {
      await refuseExisting(options.csv, options);
      const signal = interruptSignal("Stopping; the tumours described so far are kept.");
      const request = { cohort: path, roi: options.roi, clinical: options.clinical };
      const description = await describeCohort(request, createTerminalProgress(), signal);
      if (options.csv !== undefined)
        await writeFileAtomic(options.csv, patientsCsv(description.patients), { force: options.force });
      for (const { name, problem } of description.patients)
        if (problem !== undefined) say(`${name}: ${problem}`);
      printResult(options.json, description, describedText(description));
    });
}

function describedText({ table: rows, clinicalWithoutPatient, spacing }: CohortDescription): string {
  const sizes =
    spacing === "known"
      ? ""
      : "\nThe cohort's spacing is not known: no cc, and nothing that is estimated from millimetres.";
  const note =
    clinicalWithoutPatient > 0
      ? `\n${clinicalWithoutPatient} rows of the clinical table belong to no patient of the cohort.`
      : "";
  return `${tableText(rows)}${sizes}${note}`;
}

function tableText({ columns, rows }: CohortTable): string {
  const shown = rows.map(({ characteristic, category, cells }, index) => [
    index > 0 && rows[index - 1].characteristic === characteristic ? "" : characteristic,
    category,
    ...cells,
  ]);
  return table(["", "", ...columns], shown);
}

function patientsCsv(patients: readonly DescribedPatient[]): string {
  const header = [
    "patient",
    "group",
    "volume_cc",
    "voxels",
    "side",
    "lobe_estimate",
    "chest_wall_mm",
    "chest_wall_contact",
    "mediastinum_mm",
    "mediastinum_contact",
    "sphericity",
    "surface_to_volume_per_mm",
    "centre_x_mm",
    "centre_y_mm",
    "centre_z_mm",
    "age",
    "sex",
    "stage",
    "histology",
  ];
  const lines = patients.map(({ name, group, tumour, clinical }) =>
    [
      name,
      group,
      tumour?.volumeCc,
      tumour?.voxels,
      tumour?.side,
      tumour?.lobe,
      tumour?.chestWallMm,
      tumour?.chestWallContact,
      tumour?.mediastinumMm,
      tumour?.mediastinumContact,
      tumour?.sphericity,
      tumour?.surfaceToVolume,
      ...(tumour?.centre ?? [undefined, undefined, undefined]),
      clinical?.ageYears,
      clinical?.sex,
      clinical?.stage,
      clinical?.histology,
    ].map((value) => (value === undefined ? "" : String(value))),
  );
  return formatCsv([header, ...lines]);
}

function addSplit(cohort: Command): void {
  cohort
    .command("split <COHORT_DIR>")
    .description(
      "Split a cohort by person into training, validation and test, or into folds, each in the cohort's proportions of tumour volume and lobe.",
    )
    .requiredOption("--out <FILE>", "JSON file to write")
    .option("--roi <PATTERN>", "the tumour: an ROI's name or a regular expression", "GTV.*")
    .option("--test <PART>", "fraction of the persons to test on", decimalNumber(0, 0.9), 0.1)
    .option("--validation <PART>", "fraction of the persons to validate on", decimalNumber(0, 0.9), 0)
    .addOption(
      new Option("--folds <K>", "cross-validation of K folds instead of one test set")
        .argParser(wholeNumber(2, 100))
        .conflicts("test"),
    )
    .option("--seed <N>", "seed of the split", wholeNumber(0), 1)
    .option("--force", "overwrite the file", false)
    .option("--json", "print the split as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate cohort split cohort --test 0.1 --validation 0.1 --seed 1 --out split.json\n  $ delineate cohort split cohort --folds 5 --seed 1 --out folds.json",
    )
    .action(async (path: string, options: SplitOptions) => {
      const signal = interruptSignal("Stopping; no split is written.");
      const result = await splitCohort({ cohort: path, ...options }, createTerminalProgress(), signal);
      // They neither train nor are tested: nothing else that follows would say so.
      sayFindings(
        result.patients.flatMap(({ name, problem }) =>
          problem === undefined
            ? []
            : [finding("warning", "tumour-unknown", `In no part of the split: ${problem}`, name)],
        ),
      );
      printResult(options.json, result.split, splitText(result, options.out));
    });
}

function splitText({ split, patients, spacing }: SplitResult, out: string): string {
  const members = (names: readonly string[]) => patients.filter(({ name }) => names.includes(name));
  const parts =
    split.folds === undefined
      ? [
          { title: "train", members: members(split.train) },
          { title: "validation", members: members(split.validation) },
          { title: "test", members: members(split.test) },
        ]
      : split.folds.map(({ test }, fold) => ({ title: `fold ${fold + 1}`, members: members(test) }));
  const shown = cohortTable(
    parts.filter((part) => part.members.length > 0),
    spacing,
  );
  const rows = shown.rows.filter(({ characteristic }) =>
    /Patients|Side|GTV|Lobe|Contact/.test(characteristic),
  );
  return `${tableText({ columns: shown.columns, rows })}\nSeed ${split.seed}: ${out}`;
}
