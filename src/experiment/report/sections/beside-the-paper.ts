/** Our figures beside the paper's, and the paper's figures held against each other. */

import { counted } from "#core/counted.ts";
import type { MetricComparison } from "#evaluate/compare-tables.ts";
import { summariseTable } from "#evaluate/metric-table.ts";
import type { MetricName } from "#evaluate/metrics.ts";
import { type Numbering, paragraph, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult, NetworkResult } from "#experiment/report/experiment-result.ts";
import { type Html, html } from "#experiment/report/html.ts";
import { withReference } from "#experiment/report/metric-groups.ts";
import { checkPaper, type Verdict } from "#experiment/report/zhang2020/contradictions.ts";
import { type Printed, type PrintedRow, paper } from "#experiment/report/zhang2020/paper.ts";
import { fixed, meanSd, missing, pValue } from "#statistics/printed-numbers.ts";
import type { Summary } from "#statistics/summary.ts";

export function besideThePaper(result: ExperimentResult, numbering: Numbering): Html {
  const contradictions = checkPaper().filter(({ verdict }) => verdict === "contradiction").length;
  return section(
    "Beside the paper",
    paragraph(`${paper.citation}.`),
    tableTwoBeside(result, numbering),
    tableBlock(numbering, {
      title: "The paper's figures against each other",
      caption: `${contradictions} of ${checkPaper().length} checks find figures that cannot all be true; what is marked open is not decided by what the paper prints. Computed from the printed figures with the room that their rounding leaves.`,
      header: ["", "the paper states", "what follows", ""],
      rows: checkPaper().map(({ title, states, computed, verdict }) => [
        title,
        states,
        computed,
        verdictCell(verdict),
      ]),
      kind: "words",
      notes: [
        "Bounds of the mean JSC: f(d) = d/(2 − d) has a positive third derivative on [0, 1], so that, among all distributions with a given mean and SD, its mean is largest for one on two points of which one is 1, and smallest for one on two points of which one is 0.",
      ],
    }),
  );
}

/** Per network the paper's figure, ours per patient and per slice; the P values are of the first network against each other. */
function tableTwoBeside({ networks, comparisons, patients }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const tests = comparisons.map(({ b }) => (comparisons.length === 1 ? "P" : `P, ${b}`));
  const [cases] = networks.map(({ slices }) => withReference(slices).rows.length);
  const tested = patients.filter(({ patient }) =>
    networks[0].patients.rows.some((row) => row.patient === patient),
  );
  const without = tested.reduce((sum, patient) => sum + patient.slices - patient.slicesWithTarget, 0);
  const drawnCounts = networks.map(
    ({ title, slices }) => `${slices.rows.length - withReference(slices).rows.length} by the ${title}`,
  );
  return tableBlock(numbering, {
    title: "The paper's Table 2 and ours",
    caption: `Mean ± SD. The paper does not say whether its cases are images or patients, so both of ours stand here: ${counted(networks[0].patients.rows.length, "patient")}, each over its whole volume, and ${cases} slices, those in which the reference has tumour. P: ${titles[0]} against the other, Student's paired t-test, and below it Wilcoxon's signed-rank test, two-sided, uncorrected. Those per slice take slices of one patient as independent, which they are not. The paper found its ResNet ahead with P ≤ ${paper.significant}. Cohorts, machine and, where reduced, networks differ: the two networks can be compared with each other, not each with its figure in the paper.`,
    groups: [
      { title: "", columns: 1 },
      { title: "paper", columns: networks.length },
      { title: "here, per patient", columns: networks.length + tests.length },
      { title: "here, per slice", columns: networks.length + tests.length },
    ],
    header: ["", ...titles, ...titles, ...tests, ...titles, ...tests],
    rows: [
      ...(["dsc", "jsc", "tpr", "fpr"] as const).map((name) => [
        name.toUpperCase(),
        ...networks.map((network) => printedText(printedOf(network)?.[name])),
        ...networks.map((network) => ours(network.patients, name)),
        ...comparisons.map(({ patient }) => testsOf(patient, name)),
        ...networks.map((network) => ours(withReference(network.slices), name)),
        ...comparisons.map(({ slice }) => testsOf(slice, name)),
      ]),
      [
        "best DSC",
        ...networks.map(({ network }) =>
          network === "modified-resnet34" ? fixed(paper.bestSliceDsc, 2) : missing,
        ),
        ...networks.map((network) => best(network.patients)),
        ...comparisons.map(() => missing),
        ...networks.map((network) => best(network.slices)),
        ...comparisons.map(() => missing),
      ],
      [
        "ms per slice",
        ...networks.map((network) => printedText(printedOf(network)?.sliceMs)),
        ...[...networks, ...comparisons].map(() => missing),
        ...networks.map(({ sliceMs }) => meanSd(sliceMs, 1)),
        ...comparisons.map(() => missing),
      ],
    ],
    notes:
      without === 0
        ? []
        : [
            `Of ${without} slices without tumour something was drawn in: ${drawnCounts.join(", ")}. They are in the figures per patient.`,
          ],
  });
}

function testsOf(comparison: readonly MetricComparison[], name: string): Html {
  const metric = comparison.find(({ column }) => column.name === name);
  return html`${pValue(metric?.pairedT?.p)}<small>${pValue(metric?.wilcoxon?.p)}</small>`;
}

function printedOf({ network }: NetworkResult): PrintedRow | undefined {
  const rows: Readonly<Record<string, PrintedRow | undefined>> = paper.networks;
  return rows[network];
}

function printedText(printed: Printed | undefined): string {
  if (printed === undefined) return missing;
  return meanSd(printed, printed.digits);
}

function summaryOf(table: NetworkResult["patients"], name: MetricName): Summary | undefined {
  return summariseTable(table)[name];
}

function ours(table: NetworkResult["patients"], name: MetricName): string {
  return meanSd(summaryOf(table, name), table.columns.find((column) => column.name === name)?.digits ?? 3);
}

function best(table: NetworkResult["patients"]): string {
  return fixed(summaryOf(table, "dsc")?.max, 2);
}

function verdictCell(verdict: Verdict): Html {
  return html`<span class="verdict ${verdict}">${verdict}</span>`;
}
