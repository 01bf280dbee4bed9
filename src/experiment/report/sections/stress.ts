/** The stress set, shown apart: small tumours and tumours against the mediastinum, the weakness that the paper admits. */
import { counted } from "#core/counted.ts";
import { metricTitle, summariseTable } from "#evaluate/metric-table.ts";
import { type Numbering, paragraph, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult, OverlayPicture } from "#experiment/report/experiment-result.ts";
import { type Html, nothing } from "#experiment/report/html.ts";
import { fixed } from "#statistics/printed-numbers.ts";
import { overlayFigure } from "./overlays.ts";
import { meanCell } from "./results.ts";

const stressMetrics: readonly string[] = ["dsc", "jsc", "tpr", "fpr", "hd95Mm"];

export function stressSet(
  result: ExperimentResult,
  pictures: readonly OverlayPicture[],
  numbering: Numbering,
): Html {
  const { networks, stress } = result;
  if (stress.length === 0) return nothing;
  const columns = networks[0].patients.columns.filter(({ name }) => stressMetrics.includes(name));
  return section(
    "Stress set",
    paragraph(
      "Synthetic thoraces whose tumours were placed and sized on purpose, so that the true contour is known to the voxel. They are none of the patients above and are in none of their averages.",
    ),
    tableBlock(numbering, {
      title: "Stress set",
      caption: `Mean ± SD per patient. Missed: no voxel of the tumour was found.`,
      header: ["", "n", "missed", ...columns.map(metricTitle)],
      rows: stress.flatMap(({ title, what, tables }) => [
        [`${title}: ${what} (${counted(tables[0].rows.length, "patient")})`],
        ...networks.map((network, index) => {
          const summaries = summariseTable(tables[index]);
          return [
            network.title,
            String(tables[index].rows.length),
            String(tables[index].rows.filter(({ values }) => values.tpr === 0).length),
            ...columns.map(({ name, digits }) => meanCell(summaries[name], digits)),
          ];
        }),
      ]),
    }),
    tableBlock(numbering, {
      title: "Every patient of the stress set",
      caption: "DSC per patient and the volume that was drawn (cc), in the order of the true volume.",
      groups: [{ title: "", columns: 2 }, ...networks.map(({ title }) => ({ title, columns: 2 }))],
      header: ["", "true cc", ...networks.flatMap(() => ["DSC", "cc"])],
      rows: stress.flatMap(({ title, tables }) => [
        [title],
        ...[...tables[0].rows]
          .sort((a, b) => (a.values.referenceCc ?? 0) - (b.values.referenceCc ?? 0))
          .map(({ patient, values }) => [
            patient,
            fixed(values.referenceCc, 1),
            ...networks.flatMap((_, index) => {
              const row = tables[index].rows.find((candidate) => candidate.patient === patient);
              return [fixed(row?.values.dsc, 3), fixed(row?.values.predictionCc, 1)];
            }),
          ]),
      ]),
      kind: "long",
    }),
    overlayFigure(result, pictures, numbering, {
      group: "stress",
      title: "Stress set",
      caption: "The median patient of each group under the first network.",
    }),
  );
}
