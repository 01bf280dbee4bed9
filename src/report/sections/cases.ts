/** Undefined cases counted, and every test patient by name: nothing is averaged away in silence. */
import { summariseTable } from "../../evaluate/metric-table.ts";
import { type Numbering, paragraph, section, tableBlock } from "../blocks.ts";
import type { ExperimentResult } from "../experiment-result.ts";
import type { Html } from "../html.ts";
import { fixed, missing } from "../numbers.ts";

export function undefinedCases({ networks }: ExperimentResult, numbering: Numbering): Html {
  const rows = networks.flatMap(({ title, patients, slices }) =>
    [patients, slices].flatMap((table) => {
      const summaries = summariseTable(table);
      return table.columns
        .filter(({ name }) => summaries[name].undefinedCases > 0)
        .map((column) => [
          column.title,
          title,
          table.unit,
          `${summaries[column.name].undefinedCases} of ${table.rows.length}`,
        ]);
    }),
  );
  if (rows.length === 0)
    return paragraph("Every metric is defined for every patient and slice under every network.");
  return tableBlock(numbering, {
    title: "Undefined values",
    caption:
      "Cases in which a metric divides by zero or has no surface to measure from (an empty reference or an empty contour). They are left out of that metric's mean, counted here, and never replaced by a number. DSC, JSC and TPR of a missed tumour are 0 and are in the mean.",
    header: ["", "network", "unit", "undefined"],
    rows,
  });
}

/** Each test patient, the networks beside each other. */
export function everyPatient({ networks }: ExperimentResult, numbering: Numbering): Html {
  const columns = networks[0].patients.columns.filter(({ name }) => name !== "referenceCc");
  const shown = columns.filter(({ name }) => ["dsc", "tpr", "fpr", "predictionCc", "hd95Mm"].includes(name));
  return section(
    "Every test patient",
    tableBlock(numbering, {
      title: "Every test patient",
      caption: "In the order of volume. All metrics, and all slices, are in the CSV files.",
      header: [
        "",
        "cc",
        ...networks.flatMap(({ title }) =>
          shown.map((column, at) => (at === 0 ? `${title} ${column.title}` : column.title)),
        ),
      ],
      rows: [...networks[0].patients.rows]
        .sort((a, b) => (a.values.referenceCc ?? 0) - (b.values.referenceCc ?? 0))
        .map(({ patient, values }) => [
          patient,
          fixed(values.referenceCc, 1),
          ...networks.flatMap(({ patients: table }) => {
            const row = table.rows.find((candidate) => candidate.patient === patient);
            return shown.map(({ name, digits }) =>
              row === undefined ? missing : fixed(row.values[name], digits),
            );
          }),
        ]),
      kind: "long",
    }),
  );
}
