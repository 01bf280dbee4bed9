/** What the margins of treatment would have caught: tumour outside CTV and PTV, had the contour been used unedited. */
import { summariseTable } from "../../evaluate/metric-table.ts";
import { type Numbering, section, tableBlock } from "../blocks.ts";
import type { ExperimentResult } from "../experiment-result.ts";
import { type Html, nothing } from "../html.ts";
import { fixed, meanSd } from "../numbers.ts";

/** Columns of the metric tables about margins name a clinical volume. */
const aboutMargins = /ctv|ptv/i;

export function isMarginColumn({ name }: { readonly name: string }): boolean {
  return aboutMargins.test(name);
}

export function margins({ networks }: ExperimentResult, numbering: Numbering): Html {
  const columns = networks[0].patients.columns.filter(isMarginColumn);
  if (columns.length === 0) return nothing;
  return section(
    "Margins",
    tableBlock(numbering, {
      title: "True tumour outside the margins of the unedited contour",
      caption: `Mean ± SD and worst patient. Unit of analysis: patient (n = ${networks[0].patients.rows.length}). CTV is the contour with 6 mm (squamous cell carcinoma) or 8 mm (adenocarcinoma) round it. ${columns.map(({ title, definition }) => `${title}: ${definition}`).join("; ")}.`,
      header: ["", ...networks.flatMap(({ title }) => [title, "worst"])],
      rows: columns.map(({ name, title, unit, digits }) => [
        title.includes(unit) || unit === "1" ? title : `${title} (${unit})`,
        ...networks.flatMap(({ patients }) => {
          const summary = summariseTable(patients)[name];
          return [meanSd(summary, digits), fixed(summary.max, digits)];
        }),
      ]),
    }),
  );
}
