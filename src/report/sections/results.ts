/** Table 2 of the paper with its P values and what a reviewer asks for beside them, and the distributions. */
import type { MetricComparison } from "../../evaluate/compare-tables.ts";
import type { MetricTable } from "../../evaluate/metric-table.ts";
import { figureBlock, type Numbering, section, tableBlock } from "../blocks.ts";
import type { ExperimentResult, NetworkComparison } from "../experiment-result.ts";
import { boxPlots } from "../figures/box-plots.ts";
import { type Html, html, raw } from "../html.ts";
import { counted, fixed, meanSd, pValue } from "../numbers.ts";

/** Volumes are no measure of agreement by themselves: they have a figure of their own. */
const elsewhere: readonly string[] = ["referenceCc", "predictionCc"];

export function comparedColumns<T extends { readonly column: { readonly name: string } }>(
  list: readonly T[],
): T[] {
  return list.filter(({ column }) => !elsewhere.includes(column.name));
}

export function results(result: ExperimentResult, numbering: Numbering): Html {
  return section(
    "Agreement with the reference",
    result.comparisons.map((comparison) => tableTwo(comparison, result, numbering)),
    result.comparisons.map((comparison) => testsInFull(comparison, numbering)),
    boxes(result, numbering),
  );
}

function tableTwo(comparison: NetworkComparison, { networks }: ExperimentResult, numbering: Numbering): Html {
  const { a, b, patient, slice } = comparison;
  const [patients, slices] = [networks[0].patients, networks[0].slices];
  return tableBlock(numbering, {
    title: `${a} against ${b}`,
    caption: `Mean ± SD over cases; difference is ${a} minus ${b} over the pairs, with its 95 % bootstrap interval (BCa). P: Student's t-test, paired and unpaired as in the paper, and Wilcoxon's signed-rank test, all two-sided and uncorrected. Unit of analysis: ${counted(patients.rows.length, "patient")} (${patients.cases}); ${counted(slices.rows.length, "slice")} (${slices.cases}). Intervals and P values per slice take slices of one patient as independent, which they are not.`,
    header: ["", a, b, "difference (95 % interval)", "P paired t", "P unpaired t", "P Wilcoxon"],
    rows: [
      [`Per patient, n = ${patients.rows.length}`],
      ...comparedColumns(patient).map(comparisonRow),
      [`Per slice, n = ${slices.rows.length}`],
      ...comparedColumns(slice).map(comparisonRow),
    ],
    notes: [
      definitions(patients),
      `Field of view of FPR: per patient ${patients.fieldOfView}; per slice ${slices.fieldOfView}.`,
      "JSC = DSC / (2 − DSC) was checked for every case.",
    ],
  });
}

export function nameOf({ title, unit }: MetricComparison["column"]): string {
  return unit === "1" || title.includes(unit) ? title : `${title} (${unit})`;
}

function comparisonRow({
  column,
  a,
  b,
  difference,
  differenceInterval,
  ...tests
}: MetricComparison): string[] {
  const { digits } = column;
  const interval =
    differenceInterval === null
      ? ""
      : ` (${fixed(differenceInterval[0], digits)} to ${fixed(differenceInterval[1], digits)})`;
  return [
    nameOf(column),
    meanSd(a, digits),
    meanSd(b, digits),
    `${fixed(difference.mean, digits)}${interval}`,
    pValue(tests.pairedT?.p),
    pValue(tests.unpairedT?.p),
    pValue(tests.wilcoxon?.p),
  ];
}

function definitions({ columns }: MetricTable): string {
  const said = columns.filter(({ name }) => !elsewhere.includes(name));
  return `${said.map(({ title, definition }) => `${title}: ${definition}`).join("; ")}.`;
}

function testsInFull({ a, b, patient }: NetworkComparison, numbering: Numbering): Html {
  return tableBlock(numbering, {
    title: `Tests in full, ${a} against ${b}`,
    caption:
      "Unit of analysis: patient. Normality: Shapiro-Wilk test of the differences; where its P is small, Wilcoxon's test is the one to read. Holm: corrected over all metrics of this table, each kind of test a family of its own. Effect size: Cohen's d of the pairs (mean difference over its SD) and Hedges' g of the two groups. Left out: cases without a difference, because the metric is undefined under one network or both.",
    header: [
      "",
      "pairs",
      "left out",
      "P normality",
      "t",
      "P Holm, t",
      "P Welch",
      "P Holm, Wilcoxon",
      "d",
      "g",
    ],
    rows: comparedColumns(patient).map((comparison) => [
      nameOf(comparison.column),
      String(comparison.pairs),
      String(Object.values(comparison.leftOut).reduce((sum, count) => sum + count, 0)),
      pValue(comparison.normality?.p),
      fixed(comparison.pairedT?.t, 2),
      pValue(comparison.pairedT?.holmP),
      pValue(comparison.welchT?.p),
      pValue(comparison.wilcoxon?.holmP),
      fixed(comparison.cohenDz, 2),
      fixed(comparison.hedgesG, 2),
    ]),
  });
}

function boxes({ networks }: ExperimentResult, numbering: Numbering): Html {
  const titles = networks.map(({ title }) => title);
  const shown = networks[0].patients.columns.filter(({ name }) =>
    ["dsc", "jsc", "tpr", "precision"].includes(name),
  );
  const cases = networks.flatMap(({ title, patients }) =>
    shown.flatMap((column) =>
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
    body: html`${raw(boxPlots(titles, cases).svg)}`,
  });
}
