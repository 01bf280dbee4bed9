/** Where the networks are good and where they are not: against size, position, shape and contact of the tumour. */

import { metricTitle } from "#evaluate/metric-table.ts";
import { figureBlock, type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import { type Html, raw } from "#experiment/report/html.ts";
import { dependenceMetrics } from "#experiment/report/metric-groups.ts";
import { sizesOf, tumourSize } from "#experiment/report/tumour-size.ts";
import { scatter } from "#pictures/figures/scatter.ts";
import { type StratumBar, strataBars } from "#pictures/figures/strata-bars.ts";
import { fixed, pValue } from "#statistics/printed-numbers.ts";
import { descriptorTitle } from "./descriptors.ts";
import { meanCell } from "./results.ts";

export function dependence(result: ExperimentResult, numbering: Numbering): Html {
  return section(
    "Error against size, position, shape and contact",
    dscAgainstSize(result, numbering),
    correlationTable(result, numbering),
    bars(result, numbering),
    strataTable(result, numbering),
  );
}

function dscAgainstSize({ networks, patients, spacing }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const { unit } = tumourSize(spacing);
  const sizes = sizesOf(patients, spacing);
  const points = networks.flatMap(({ title, patients: table }) =>
    table.rows.flatMap(({ patient, values: { dsc } }) => {
      const x = sizes.get(patient);
      return typeof x === "number" && typeof dsc === "number" ? [{ network: title, x, y: dsc }] : [];
    }),
  );
  const axes = {
    xLabel: `size of the reference (${unit})`,
    yLabel: "DSC",
    logarithmic: true,
    yDomain: [0, 1],
  } as const;
  return figureBlock(numbering, {
    title: "DSC against tumour size",
    caption: `A point a test patient and network (n = ${networks[0].patients.rows.length} a network), size logarithmic.`,
    legend: titles,
    body: raw(scatter(titles, points, axes).svg),
  });
}

function correlationTable({ networks }: ExperimentResult, numbering: Numbering): Html {
  const descriptors = [
    ...new Set(
      networks.flatMap(({ correlations }) => correlations.map((correlation) => correlation.descriptor)),
    ),
  ];
  const rows = networks[0].patients.columns
    .filter(({ name }) => dependenceMetrics.includes(name))
    .flatMap((column) => [
      [metricTitle(column)],
      ...descriptors.map((descriptor) => [
        descriptorTitle(descriptor),
        ...networks.flatMap(({ correlations }) => {
          const correlation = correlations.find(
            (candidate) => candidate.descriptor === descriptor && candidate.column.name === column.name,
          );
          return [
            fixed(correlation?.pearson?.coefficient, 2),
            fixed(correlation?.spearman?.coefficient, 2),
            pValue(correlation?.spearman?.p),
            pValue(correlation?.spearmanHolmP),
          ];
        }),
      ]),
    ]);
  return tableBlock(numbering, {
    title: "Correlation of the metrics with what the tumours are like",
    caption: `Pearson's r and Spearman's ρ over patients (n = ${networks[0].patients.rows.length} at most; pairs with an undefined value are left out), P of ρ (below ten patients exact, over all orders of the ranks), and that P corrected after Holm over all metrics and descriptions of a network. A contact counts as 1. A dash: one of the two is constant, or too few pairs.`,
    groups: [{ title: "", columns: 1 }, ...networks.map(({ title }) => ({ title, columns: 4 }))],
    header: ["", ...networks.flatMap(() => ["r", "ρ", "P", "P Holm"])],
    rows,
    kind: "long",
  });
}

function bars({ networks, spacing }: ExperimentResult, numbering: Numbering): Html {
  const { descriptor: size } = tumourSize(spacing);
  const titles = networks.map(({ title }) => title);
  const stratumBars = networks.flatMap(({ title, strata }): StratumBar[] => {
    const bySize = strata.find(({ descriptor }) => descriptor === size);
    return (bySize?.strata ?? []).flatMap(({ label, cases, summaries: { dsc } }) =>
      dsc.mean === null
        ? []
        : [
            {
              stratum: `${label}${spacing === "known" ? " cc" : ""} (n = ${cases})`,
              network: title,
              mean: dsc.mean,
              standardDeviation: dsc.standardDeviation ?? 0,
            },
          ],
    );
  });
  return figureBlock(numbering, {
    title: "DSC by tumour size",
    caption:
      "Mean per patient in each stratum of size; lines: one standard deviation to either side, cut at 0 and 1.",
    legend: titles,
    body: raw(strataBars(titles, stratumBars, "DSC").svg),
  });
}

/** A page is so wide. */
const strataMetrics: readonly string[] = ["dsc", "tpr", "hd95Mm", "assdMm"];

function strataTable({ networks }: ExperimentResult, numbering: Numbering): Html {
  const columns = networks[0].patients.columns.filter(({ name }) => strataMetrics.includes(name));
  const rows = networks[0].strata.flatMap((stratified, at) => [
    [
      `${descriptorTitle(stratified.descriptor)}${stratified.unassigned === 0 ? "" : ` (of ${stratified.unassigned} it is missing: they are in no stratum)`}`,
    ],
    ...stratified.strata.flatMap(({ label, cases }, stratum) =>
      networks.map(({ title, strata }, network) => [
        network === 0 ? label : "",
        network === 0 ? String(cases) : "",
        title,
        ...columns.map(({ name, digits }) => meanCell(strata[at].strata[stratum].summaries[name], digits)),
      ]),
    ),
  ]);
  return tableBlock(numbering, {
    title: "Metrics by stratum",
    caption:
      "Mean ± SD. Unit of analysis: patient; n is the number of patients in the stratum. No tests: the strata are small.",
    header: ["", "n", "network", ...columns.map(metricTitle)],
    rows,
    kind: "long",
  });
}
