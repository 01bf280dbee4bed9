/** The experiment's files: the page, the JSON behind it, and tables for spreadsheets. Each is whole or not there. */
import { join } from "node:path";
import { writeFileAtomic } from "#platform/write-file.ts";
import { comparisonsToCsv, networkTablesToCsv } from "./report/csv.ts";
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
  await write(
    "patients.csv",
    networkTablesToCsv(networks.map(({ network, patients }) => ({ network, table: patients }))),
  );
  await write(
    "slices.csv",
    networkTablesToCsv(networks.map(({ network, slices }) => ({ network, table: slices }))),
  );
  await write("comparison.csv", comparisonsToCsv(comparisons));
  const files = ["patients.csv", "slices.csv", "comparison.csv"];
  if (stress.length > 0) {
    const tables = stress.flatMap((group) =>
      group.tables.map((table, at) => ({ network: networks[at].network, table })),
    );
    await write("stress.csv", networkTablesToCsv(tables));
    files.push("stress.csv");
  }
  await write("result.json", `${JSON.stringify(result, null, 1)}\n`);
  await write("report.html", reportPage(result, pictures));
  return { report: path("report.html"), json: path("result.json"), csv: files.map(path) };
}
