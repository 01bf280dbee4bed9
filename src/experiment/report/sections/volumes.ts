/** Agreement of volumes after Bland and Altman. */

import { figureBlock, type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import { type Html, html, nothing, raw } from "#experiment/report/html.ts";
import { type AgreementPanel, blandAltmanFigure } from "#pictures/figures/bland-altman.ts";
import type { Interval } from "#statistics/interval.ts";
import { fixed } from "#statistics/printed-numbers.ts";

export function volumes({ networks }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const panels = networks.flatMap(({ title, patients, volumes: agreement }): AgreementPanel[] => {
    if (agreement === null) return [];
    const points = patients.rows.flatMap(({ values: { referenceCc, predictionCc } }) =>
      typeof referenceCc === "number" && typeof predictionCc === "number"
        ? [{ mean: (referenceCc + predictionCc) / 2, difference: predictionCc - referenceCc }]
        : [],
    );
    const [lower, upper] = agreement.limits;
    return [{ network: title, points, bias: agreement.bias, lower, upper }];
  });
  if (panels.length === 0) return nothing;
  return section(
    "Volumes",
    figureBlock(numbering, {
      title: "Bland-Altman plot of tumour volumes",
      caption: `Automatic minus reference against the mean of both, a point per patient (n = ${panels[0].points.length} per network); dashed: mean difference and limits of agreement (± 1.96 SD).`,
      body: raw(blandAltmanFigure(titles, panels, "cc").svg),
    }),
    tableBlock(numbering, {
      title: "Agreement of volumes",
      caption:
        "Cubic centimetres, automatic minus reference, with 95 % confidence intervals (Student's t). Unit of analysis: patient.",
      header: ["", "n", "mean difference", "SD", "lower limit", "upper limit"],
      rows: networks.flatMap(({ title, volumes: agreement }) =>
        agreement === null
          ? []
          : [
              [
                title,
                String(agreement.pairs),
                html`${fixed(agreement.bias, 1)}${interval(agreement.biasInterval)}`,
                fixed(agreement.standardDeviation, 1),
                html`${fixed(agreement.limits[0], 1)}${interval(agreement.lowerLimitInterval)}`,
                html`${fixed(agreement.limits[1], 1)}${interval(agreement.upperLimitInterval)}`,
              ],
            ],
      ),
    }),
  );
}

function interval([low, high]: Interval): Html {
  return html`<small>${fixed(low, 1)} to ${fixed(high, 1)}</small>`;
}
