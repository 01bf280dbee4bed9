/** The experiment's files: the page, the JSON behind it, and tables for spreadsheets. Each is whole or not there. */
import { join } from "node:path";
import { comparisonsToCsv, metricTablesToCsv } from "#evaluate/metric-csv.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { ExperimentResult, OverlayPicture } from "./report/experiment-result.ts";
import { reportPage } from "./report/report-page.ts";

export type ResultFiles = {
  readonly report: string;
  readonly json: string;
  readonly csv: readonly string[];
};

export async function writeResults(
  directory: string,
  result: ExperimentResult,
  pictures: readonly OverlayPicture[],
): Promise<ResultFiles> {
  const path = (name: string): string => join(directory, name);
  const write = (name: string, text: string): Promise<void> =>
    writeFileAtomic(path(name), text, { force: true });
  const { networks, comparisons, stress } = result;
  const names = networks.map(({ network }) => network);
  const patients = networks.map((result) => result.patients);
  const slices = networks.map((result) => result.slices);
  const compared = comparisons.map(({ a, b, patient, slice }) => ({
    a,
    b,
    comparisons: [...patient, ...slice],
  }));
  await write("patients.csv", metricTablesToCsv(patients, names));
  await write("slices.csv", metricTablesToCsv(slices, names));
  await write("comparison.csv", comparisonsToCsv(compared));
  const files = ["patients.csv", "slices.csv", "comparison.csv"];
  if (stress.length > 0) {
    const tables = stress.flatMap((group) => group.tables);
    const namesOfTables = stress.flatMap((group) => group.tables.map((_, at) => names[at]));
    await write("stress.csv", metricTablesToCsv(tables, namesOfTables));
    files.push("stress.csv");
  }
  await write("result.json", `${JSON.stringify(result, null, 1)}\n`);
  await write("report.html", reportPage(result, pictures));
  return { report: path("report.html"), json: path("result.json"), csv: files.map(path) };
}
