/** `delineate inspect` on the command line. */

import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import type { ImageReport } from "#patients/inspect/describe-image.ts";
import type { SeriesReport } from "#patients/inspect/describe-series.ts";
import { type InspectReport, inspect } from "#patients/inspect/inspect.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { volumeText } from "#statistics/printed-numbers.ts";
import { printResult, sayFindings, table } from "./output.ts";

export function inspectVerb(command: Command): void {
  command
    .option("--json", "print the report as JSON")
    .addHelpText("after", "\nExamples:\n  $ delineate inspect patient\n  $ delineate inspect export --json")
    .action(async (path: string, options: { json?: boolean }) => {
      const signal = interruptSignal("Stopping.");
      const report = await inspect(path, createTerminalProgress(), signal);
      if (!options.json) sayFindings(report.findings);
      printResult(options.json, report, describeReport(report));
    });
}

function describeReport(report: InspectReport): string {
  const parts = [
    `${report.path}: ${counted(report.dicomFiles, "DICOM file")}, ${counted(report.otherFiles, "other")}`,
  ];
  report.ct.forEach((series, index) => {
    parts.push(`\nCT series ${index + 1}: ${describeSeries(series)}`);
  });
  for (const { file, label, approval, ctSeries, rois } of report.structureSets) {
    // Of a set whose CT makes no volume, or too large a one, a finding says so.
    const unmeasured = ctSeries === undefined ? "no CT" : "not measured";
    parts.push(`\nStructure set ${file}: ${label}${approval === "" ? "" : `, ${approval}`}`);
    const rows = rois.map(({ name, type, algorithm, contours, refused, volumeCc }) => [
      name,
      type,
      algorithm,
      String(contours),
      volumeCc === undefined ? (refused ? "refused" : unmeasured) : volumeText(volumeCc),
    ]);
    parts.push(table(["ROI", "type", "algorithm", "contours", "cc"], rows));
  }
  for (const { file, segments } of report.segmentations) {
    parts.push(`\nSegmentation ${file}`);
    const rows = segments.map(({ name, type, algorithm, volumeCc }) => [
      name,
      type,
      algorithm,
      volumeText(volumeCc),
    ]);
    parts.push(table(["segment", "type", "algorithm", "cc"], rows));
  }
  for (const image of report.images) parts.push(describeImage(image));
  const others = Object.entries(report.others).map(([modality, count]) => `${count} ${modality}`);
  if (others.length > 0) parts.push(`\nOther objects: ${others.join(", ")}`);
  return parts.join("\n");
}

function describeSeries({
  slices,
  grid,
  problem,
  kernel,
  manufacturer,
  seriesInstanceUid,
  transferSyntaxUid,
}: SeriesReport): string {
  const head = `${counted(slices, "slice")}, kernel ${kernel}, ${manufacturer}\n  ${seriesInstanceUid}, transfer syntax ${transferSyntaxUid}`;
  if (grid === undefined) return `${head}\n  no volume: ${problem}`;
  const cosines = [...grid.axes[0], ...grid.axes[1]].map((value) => Number(value.toFixed(4))).join(" ");
  return `${head}\n  ${extentText(grid)}, orientation ${cosines}`;
}

function describeImage(image: ImageReport): string {
  const { file, axes, values, labels } = image;
  const where = `${extentText(image)}, axes ${axes}`;
  // Greater than the greatest: there is none.
  const range =
    values.least > values.greatest ? "no value is a number" : `values ${values.least} to ${values.greatest}`;
  if (labels === undefined) return `\nImage ${file}\n  ${where}, ${range}`;
  const rows = labels.map(({ value, name, volumeCc }) => [String(value), name, volumeText(volumeCc)]);
  return `\nLabels ${file}\n  ${where}\n${rows.length === 0 ? "  empty" : table(["label", "name", "cc"], rows)}`;
}

function extentText({ size, spacingMm }: Pick<ImageReport, "size" | "spacingMm">): string {
  const show = (numbers: readonly number[], digits: number): string =>
    numbers.map((value) => Number(value.toFixed(digits))).join(" x ");
  const extent = size.map((count, axis) => count * spacingMm[axis]);
  return `${show(size, 0)} voxels of ${show(spacingMm, 4)} mm, ${show(extent, 0)} mm`;
}
