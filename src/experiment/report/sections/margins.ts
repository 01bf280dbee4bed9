/** What the margins of treatment would have caught: tumour outside CTV and PTV, had the contour been used unedited. */
import { type MetricColumn, type MetricRow, metricTitle, summariseTable } from "#evaluate/metric-table.ts";
import { type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import { type Html, nothing } from "#experiment/report/html.ts";
import { isMargin } from "#experiment/report/metric-groups.ts";
import { ctvMarginsMm, defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { fixed } from "#statistics/printed-numbers.ts";
import { meanCell } from "./results.ts";

export function margins({ networks }: ExperimentResult, numbering: Numbering): Html {
  const columns = networks[0].patients.columns.filter(isMargin);
  if (columns.length === 0) return nothing;
  const cases = networks[0].patients.rows.length;
  return section(
    "Margins",
    tableBlock(numbering, {
      title: "True tumour outside the margins of the unedited contour",
      caption: `Mean ± SD, the worst patient, and the patients with any. Unit of analysis: patient (n = ${cases}). CTV is the contour with ${ctvMarginsMm.Squamous} mm (squamous cell carcinoma) or ${ctvMarginsMm.Adeno} mm (adenocarcinoma) round it, PTV a further ${defaultPtvMarginMm} mm. Of a tumour that was missed altogether all is outside (cc and %), but no distance exists: it is among the patients with any, and in no mean or worst of millimetres.`,
      groups: [{ title: "", columns: 1 }, ...networks.map(({ title }) => ({ title, columns: 3 }))],
      header: ["", ...networks.flatMap(() => ["mean ± SD", "worst", "any"])],
      rows: columns.map((column) => [
        metricTitle(column),
        ...networks.flatMap(({ patients }) => {
          const summary = summariseTable(patients)[column.name];
          const any = patients.rows.filter(({ values }) => isOutside(values, column)).length;
          return [meanCell(summary, column.digits), fixed(summary.max, column.digits), String(any)];
        }),
      ]),
    }),
  );
}

/** Also of a missed tumour, which has no distance: as many patients have any in millimetres as in cc. */
function isOutside(values: MetricRow["values"], { name }: MetricColumn): boolean {
  const value = values[name] ?? null;
  return value === null ? values.tpr === 0 : value > 0;
}
