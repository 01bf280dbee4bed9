/** Table 2 of the paper with its P values and what a reviewer asks for beside them, and the distributions. */
import { counted } from "#core/counted.ts";
import { fewestForInterval, type MetricComparison } from "#evaluate/compare-tables.ts";
import type { MetricTable } from "#evaluate/metric-table.ts";
import { metricTitle } from "#evaluate/metric-table.ts";
import {
  figureBlock,
  type Numbering,
  section,
  type TableBlock,
  tableBlock,
} from "#experiment/report/blocks.ts";
import type { ExperimentResult, NetworkComparison } from "#experiment/report/experiment-result.ts";
import { type Html, html, nothing, raw } from "#experiment/report/html.ts";
import { comparedPart, isMain, withReference } from "#experiment/report/metric-groups.ts";
import { boxPlots } from "#pictures/figures/box-plots.ts";
import { fixed, meanSd, pValue } from "#statistics/printed-numbers.ts";
import type { Summary } from "#statistics/summary.ts";

export function results(result: ExperimentResult, numbering: Numbering): Html {
  return section(
    "Agreement with the reference",
    result.comparisons.map((comparison) => tableTwo(comparison, result, numbering)),
    boxes(result, numbering),
    result.comparisons.map((comparison) => furtherMetrics(comparison, result, numbering)),
    result.comparisons.map((comparison) => testsInFull(comparison, numbering)),
  );
}

/** Columns of a table that compares. */
function comparisonHeader(a: string, b: string): Pick<TableBlock, "groups" | "header"> {
  return {
    groups: [
      { title: "", columns: 1 },
      { title: "mean ± SD", columns: 2 },
      { title: "difference", columns: 1 },
      { title: "P", columns: 3 },
    ],
    header: ["", a, b, "95 % interval", "paired t", "unpaired t", "Wilcoxon"],
  };
}

function tableTwo(comparison: NetworkComparison, { networks }: ExperimentResult, numbering: Numbering): Html {
  const { a, b, patient, slice } = comparison;
  const [patients, slices] = [networks[0].patients, withReference(networks[0].slices)];
  const shown = (list: readonly MetricComparison[]) => list.filter(({ column }) => isMain(column));
  return tableBlock(numbering, {
    title: `${a} against ${b}`,
    caption: `Mean ± SD over cases; difference is ${a} minus ${b} over the pairs, with its 95 % bootstrap interval (BCa), which is withheld below ${fewestForInterval} persons, where it would be too narrow. P: Student's t-test, paired and unpaired as in the paper, and Wilcoxon's signed-rank test, all two-sided and uncorrected. Units of analysis: ${counted(patients.rows.length, "patient")} (${patients.cases}); slices (${slices.cases}). ${severalScans(patient)}The intervals draw persons whole, with all their slices; P values per slice take slices of one patient as independent, which they are not. Where a metric is undefined for some cases, n is the number of those that its mean is over.`,
    ...comparisonHeader(a, b),
    rows: [
      [`Per patient, n = ${patients.rows.length}`],
      ...shown(patient).map(comparisonRow),
      [`Per slice, n = ${slices.rows.length}`],
      ...shown(slice).map(comparisonRow),
    ],
    notes: [
      definitions(comparedPart(patients), true),
      `Field of view of FPR: per patient ${patients.fieldOfView}; per slice ${slices.fieldOfView}.`,
      "JSC = DSC / (2 − DSC) was checked for every case.",
    ],
  });
}

/** Nothing where each patient is another person. */
function severalScans(comparisons: readonly MetricComparison[]): string {
  const several = comparisons.some(({ pairs, persons }) => persons < pairs);
  const [most] = comparisons.map(({ persons }) => persons).sort((a, b) => b - a);
  return several
    ? `Some patients are scans of one person (${counted(most, "person")} with pairs): means are over scans, tests per patient over the mean of each person's scans. `
    : "";
}

function furtherMetrics(
  { a, b, patient }: NetworkComparison,
  { networks, spacing }: ExperimentResult,
  numbering: Numbering,
): Html {
  const rows = patient.filter(({ column }) => !isMain(column)).map(comparisonRow);
  if (rows.length === 0) return nothing;
  return tableBlock(numbering, {
    title: `${spacing === "known" ? "Further distances, volume" : "Volume"} error and detection`,
    caption: `As the table before. Unit of analysis: patient (n = ${networks[0].patients.rows.length}).`,
    ...comparisonHeader(a, b),
    rows,
    notes: [definitions(comparedPart(networks[0].patients), false)],
    kind: "long",
  });
}

/** Html, since intervals and the cases of a mean stand below their figures. */
function comparisonRow({
  column,
  a,
  b,
  difference,
  differenceInterval,
  ...tests
}: MetricComparison): (string | Html)[] {
  const { digits } = column;
  const interval =
    differenceInterval === null
      ? nothing
      : html`<small>${fixed(differenceInterval[0], digits)} to ${fixed(differenceInterval[1], digits)}</small>`;
  return [
    metricTitle(column),
    meanCell(a, digits),
    meanCell(b, digits),
    html`${fixed(difference.mean, digits)}${interval}`,
    pValue(tests.pairedT?.p),
    pValue(tests.unpairedT?.p),
    pValue(tests.wilcoxon?.p),
  ];
}

/** Says how many cases the mean is over where it is not over all. */
export function meanCell(summary: Summary, digits: number): Html {
  const { defined, undefinedCases } = summary;
  return html`${meanSd(summary, digits)}${undefinedCases === 0 ? nothing : html`<small>n = ${defined}</small>`}`;
}

function definitions({ columns }: MetricTable, ofMain: boolean): string {
  const said = columns.filter((column) => isMain(column) === ofMain);
  return `${said.map(({ title, definition }) => `${title}: ${definition}`).join("; ")}.`;
}

function testsInFull({ a, b, patient }: NetworkComparison, numbering: Numbering): Html {
  return tableBlock(numbering, {
    title: `Tests in full, ${a} against ${b}`,
    caption:
      "Unit of analysis: patient, of scans of one person their mean. Left out: cases without a difference, because the metric is undefined under one network or both. Normality: Shapiro-Wilk test of the differences; where its P is small, Wilcoxon's test is the one to read. Holm: corrected over all metrics of this table, each kind of test a family of its own. Effect size: Cohen's d of the pairs (mean difference over its SD) and Hedges' g of the two groups.",
    groups: [
      { title: "", columns: 5 },
      { title: "t-test", columns: 3 },
      { title: "Wilcoxon", columns: 1 },
      { title: "effect size", columns: 2 },
    ],
    header: ["", "pairs", "persons", "left out", "P normality", "t", "P Holm", "P Welch", "P Holm", "d", "g"],
    rows: patient.map((comparison) => [
      metricTitle(comparison.column),
      String(comparison.pairs),
      String(comparison.persons),
      String(Object.values(comparison.leftOut).reduce((sum, count) => sum + count, 0)),
      pValue(comparison.normality?.p),
      fixed(comparison.pairedT?.t, 2),
      pValue(comparison.pairedT?.holmP),
      pValue(comparison.welchT?.p),
      pValue(comparison.wilcoxon?.holmP),
      fixed(comparison.cohenDz, 2),
      fixed(comparison.hedgesG, 2),
    ]),
    kind: "long",
  });
}

/** Metrics between 0 and 1 that share an axis. */
const boxed: readonly string[] = ["dsc", "jsc", "tpr", "precision"];

function boxes({ networks }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const shownColumns = networks[0].patients.columns.filter(({ name }) => boxed.includes(name));
  const cases = networks.flatMap(({ title, patients }) =>
    shownColumns.flatMap((column) =>
      patients.rows.flatMap(({ values }) => {
        const value = values[column.name] ?? null;
        return value === null ? [] : [{ metric: column.title, network: title, value }];
      }),
    ),
  );
  return figureBlock(numbering, {
    title: "Overlap per patient",
    caption: `Box: first to third quartile with the median; whiskers: outermost patient within 1.5 interquartile ranges; points: all patients (n = ${networks[0].patients.rows.length} a network; undefined values have no point).`,
    legend: titles,
    body: raw(boxPlots(titles, cases).svg),
  });
}
