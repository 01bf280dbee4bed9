/** `delineate import` on the command line. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { roiRemarks } from "#patients/cohort/import/choices.ts";
import { type ImportReport, importCohort } from "#patients/cohort/import/import.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { volumeText } from "#statistics/printed-numbers.ts";
import { printResult, table } from "./output.ts";

type Options = { out: string; roi: string; unknownSpacing: boolean; choose?: string; json?: boolean };

export function importVerb(command: Command): void {
  command
    .requiredOption(
      "--out <COHORT_DIR>",
      "folder of the cohort; run the same command again to continue after an interruption",
    )
    .option("--roi <PATTERN>", "ROIs that may be the primary tumour: a name or a regular expression", "GTV.*")
    .option(
      "--unknown-spacing",
      "the files' voxel size is not that of the patients: nothing in cc or mm is computed from it",
      false,
    )
    .option("--choose <FILE>", "the cohort's label-desk.csv, its column chosen edited to yes or no")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate import export --out cohort --roi 'GTV.*'\n  $ delineate import export --out cohort --roi 'GTV.*' --choose cohort/label-desk.csv\n  $ delineate import Task06_Lung --out lung --roi cancer",
    )
    .action(async (source: string, options: Options) => {
      const signal = interruptSignal("Finishing the patients in work; run the same command again to go on.");
      const { out, roi, choose, unknownSpacing } = options;
      const spacing = unknownSpacing ? "unknown" : "known";
      const request = { source, out, roi, choose, spacing } as const;
      const report = await importCohort(request, createTerminalProgress(), signal);
      printResult(options.json, withoutFiles(report), describeImport(report));
      // A cohort without patients is no result that a script should go on with.
      if (report.patients.length === 0) process.exitCode = 1;
    });
}

/** Archives name folders after patients: the report leaves the sources' paths in the cohort's own files. */
function withoutFiles({ patients, ...report }: ImportReport) {
  const shown = patients.map(({ name, rois, primary, chosen, findings }) => {
    return { name, rois, primary, chosen, findings };
  });
  return { ...report, patients: shown };
}

function describeImport(report: ImportReport): string {
  const parts: string[] = [];
  if (report.patients.length > 0) parts.push(labelDesk(report), "");
  if (report.refused.length > 0) {
    const rows = report.refused.map(({ where, code, message }) => [code, where, message]);
    parts.push("Refused:", table(["why", "where", "in words"], rows), "");
  }
  for (const { cases, reasons } of report.samePatient)
    parts.push(`One person: ${cases.join(", ")} (${reasons.join(", ")}). A split keeps them together.`);
  const odd = report.patients.filter(({ findings }) => findings.some(({ severity }) => severity !== "info"));
  for (const { name, findings } of odd) {
    for (const { severity, message } of findings) if (severity !== "info") parts.push(`${name}: ${message}`);
  }
  const counts = (values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([what, count]) => `${count} ${what}`)
      .join(", ");
  if (Object.keys(report.damaged).length > 0) parts.push(`Damaged files: ${counts(report.damaged)}.`);
  if (Object.keys(report.otherObjects).length > 0)
    parts.push(`Other DICOM objects: ${counts(report.otherObjects)}.`);
  const undecided = report.patients.filter(({ chosen }) => chosen === "undecided").length;
  if (undecided > 0) {
    parts.push(
      `${counted(undecided, "patient waits", "patients wait")} for a person: put yes or no into the column chosen of ${report.labelDesk} and give it back with --choose.`,
    );
  }
  parts.push(
    `${counted(report.added.length, "patient")} taken, ${report.patients.length} in ${report.cohort}; ${report.refused.length} refused; ${counted(report.files, "file")} read, ${report.otherFiles} of them no DICOM.`,
  );
  return parts.join("\n");
}

/** Each patient's ROIs that could be the tumour, and what is odd in them. */
function labelDesk({ patients, spacing }: ImportReport): string {
  const volume = (cc: number): string => (spacing === "known" ? volumeText(cc) : "-");
  const rows = patients.flatMap((patient) =>
    patient.rois.flatMap((roi, position) => {
      if (!roi.candidate && roi.role === "other") return [];
      const role = roi.role === "primary" ? `primary (${patient.chosen})` : roi.role;
      const shown = patient.chosen === "undecided" && roi.role === "other" ? "undecided" : role;
      return [
        [patient.name, roi.name, shown, volume(roi.volumeCc), roiRemarks(patient, position).join("; ")],
      ];
    }),
  );
  return table(["patient", "ROI", "role", "cc", "remarks"], rows);
}
