/** Undefined cases counted, and every test patient by name: nothing is averaged away in silence. */
import { type MetricTable, metricTitle, summariseTable } from "#evaluate/metric-table.ts";
import { type Numbering, paragraph, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import type { Html } from "#experiment/report/html.ts";
import { caseMetrics } from "#experiment/report/metric-groups.ts";
import { sizesOf, tumourSize } from "#experiment/report/tumour-size.ts";
import { fixed, missing } from "#statistics/printed-numbers.ts";

export function undefinedCases({ networks }: ExperimentResult, numbering: Numbering): Html {
  const units = [
    { title: "Per patient", tables: networks.map(({ patients }) => patients) },
    { title: "Per slice", tables: networks.map(({ slices }) => slices) },
  ];
  const rows = units.flatMap(({ title, tables }) => {
    const unitRows = rowsOfUnit(tables);
    return unitRows.length === 0 ? [] : [[title], ...unitRows];
  });
  if (rows.length === 0)
    return paragraph("Every metric is defined for every patient and slice under every network.");
  return tableBlock(numbering, {
    title: "Undefined values",
    caption:
      "Cases in which a metric divides by zero or has no surface to measure from (an empty reference or an empty contour). They are left out of that metric's mean, counted here, and never replaced by a number. DSC, JSC and TPR of a missed tumour are 0 and are in the mean.",
    header: ["", ...networks.map(({ title }) => title)],
    rows,
    kind: "words",
  });
}

/** Metrics that are undefined in the same numbers of cases share a row; those that never are have none. */
function rowsOfUnit(tables: readonly MetricTable[]): string[][] {
  const summaries = tables.map(summariseTable);
  const titles = new Map<string, string[]>();
  for (const { name, title } of tables[0].columns) {
    const counts = summaries.map((summary) => summary[name].undefinedCases);
    if (counts.every((count) => count === 0)) continue;
    const key = counts.join();
    titles.set(key, [...(titles.get(key) ?? []), title]);
  }
  return [...titles].map(([counts, names]) => [
    names.join(", "),
    ...counts.split(",").map((count, at) => `${count} of ${tables[at].rows.length}`),
  ]);
}

/** Each test patient, the networks beside each other. */
export function everyPatient(result: ExperimentResult, numbering: Numbering): Html {
  const { networks, spacing } = result;
  const { unit, digits: sizeDigits } = tumourSize(spacing);
  const sizes = sizesOf(result.patients, spacing);
  const columns = networks[0].patients.columns.filter(({ name }) => name !== "referenceCc");
  const shownColumns = columns.filter(({ name }) => caseMetrics.includes(name));
  return section(
    "Every test patient",
    tableBlock(numbering, {
      title: "Every test patient",
      caption: "In the order of size. All metrics, and all slices, are in the CSV files.",
      groups: [
        { title: "", columns: 2 },
        ...networks.map(({ title }) => ({ title, columns: shownColumns.length })),
      ],
      header: [
        "",
        unit,
        ...networks.flatMap(() =>
          shownColumns.map((column) =>
            metricTitle(column).replace("prediction ", "").replace("mean distance", "mean"),
          ),
        ),
      ],
      rows: [...networks[0].patients.rows]
        .sort((a, b) => (sizes.get(a.patient) ?? 0) - (sizes.get(b.patient) ?? 0))
        .map(({ patient }) => [
          patient,
          fixed(sizes.get(patient), sizeDigits),
          ...networks.flatMap(({ patients: table }) => {
            const row = table.rows.find((candidate) => candidate.patient === patient);
            return shownColumns.map(({ name, digits }) =>
              row === undefined ? missing : fixed(row.values[name], digits),
            );
          }),
        ]),
      kind: "long",
    }),
  );
}
