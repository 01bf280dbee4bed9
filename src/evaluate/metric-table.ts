/**
 * Results as plain data: a table of cases by metrics, which says for each column what it is and for the whole table
 * what one case is. New metrics are new columns; nothing here knows which ones there are.
 */
import type { Overlap } from "#geometry/overlap.ts";
import { type AnalysisUnit, type Summary, summarise } from "./summary.ts";

export type MetricColumn = {
  /** Key of the values, stable between versions, for machines. */
  readonly name: string;
  readonly title: string;
  /** "1" for a ratio, else the unit. */
  readonly unit: string;
  readonly definition: string;
  /** Decimals in a printed table. */
  readonly digits: number;
};

export type MetricRow = {
  readonly patient: string;
  /** 0-based slice k of the CT's grid, counted along the slice normal; in tables of slices only. */
  readonly slice?: number;
  /** By column name; null where the metric is undefined for this case. */
  readonly values: Readonly<Record<string, number | null>>;
};

export type MetricTable = {
  readonly unit: AnalysisUnit;
  /** Which cases have a row, in words. */
  readonly cases: string;
  /** Field of view of FPR's true negatives, in words. */
  readonly fieldOfView: string;
  readonly columns: readonly MetricColumn[];
  readonly rows: readonly MetricRow[];
};

export const overlapColumns: readonly MetricColumn[] = [
  { name: "dsc", title: "DSC", unit: "1", definition: "2TP/(2TP+FP+FN)", digits: 3 },
  { name: "jsc", title: "JSC", unit: "1", definition: "TP/(TP+FP+FN)", digits: 3 },
  { name: "tpr", title: "TPR", unit: "1", definition: "TP/(TP+FN)", digits: 3 },
  { name: "fpr", title: "FPR", unit: "1", definition: "FP/(FP+TN)", digits: 5 },
  { name: "precision", title: "precision", unit: "1", definition: "TP/(TP+FP)", digits: 3 },
];

export const volumeColumns: readonly MetricColumn[] = [
  {
    name: "referenceCc",
    title: "reference cc",
    unit: "cc",
    definition: "volume of the reference",
    digits: 1,
  },
  {
    name: "predictionCc",
    title: "prediction cc",
    unit: "cc",
    definition: "volume of the prediction",
    digits: 1,
  },
  {
    name: "relativeVolumeError",
    title: "relative volume error",
    unit: "1",
    definition: "(prediction - reference) / reference; above 0 where too much is drawn",
    digits: 3,
  },
];

/** The measures of overlap as a row's values. */
export function overlapValues({ dsc, jsc, tpr, fpr, precision }: Overlap): MetricRow["values"] {
  return { dsc, jsc, tpr, fpr, precision };
}

/** The relative error is null for an empty reference, and -1 for an empty prediction. */
export function volumeValues(referenceCc: number, predictionCc: number): MetricRow["values"] {
  const relativeVolumeError = referenceCc === 0 ? null : (predictionCc - referenceCc) / referenceCc;
  return { referenceCc, predictionCc, relativeVolumeError };
}

/**
 * The part of a table that holds without the voxels' size: overlap, the relative error of the volume, what was detected. The
 * other values are taken out of the rows too, so that no file written from them holds any.
 */
export function overlapOnly(table: MetricTable): MetricTable {
  const columns = table.columns.filter(({ name }) => withoutSpacing.includes(name));
  const rows = table.rows.map((row) => {
    const kept = Object.entries(row.values).filter(([name]) =>
      columns.some((column) => column.name === name),
    );
    return { ...row, values: Object.fromEntries(kept) };
  });
  return { ...table, columns, rows };
}

/** Names, not units: a surface DSC is a ratio and needs millimetres all the same. */
const withoutSpacing: readonly string[] = [
  ...overlapColumns.map(({ name }) => name),
  "relativeVolumeError",
  ...["lesions", "lesionsFound", "lesionSensitivity", "falsePositiveComponents"],
];

/** A summary of each column over the rows of the table. */
export function summariseTable(table: MetricTable): Readonly<Record<string, Summary>> {
  return Object.fromEntries(
    table.columns.map(({ name }) => [
      name,
      summarise(
        table.unit,
        table.rows.map((row) => row.values[name] ?? null),
      ),
    ]),
  );
}

/**
 * RFC 4180 text of one or several tables below each other, with a header line; the unit of analysis is the first column,
 * an undefined value or a column that a table lacks is an empty cell, numbers are unrounded.
 */
export function metricTablesToCsv(tables: readonly MetricTable[]): string {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const lines = tables.flatMap(({ unit, rows }) =>
    rows.map(({ patient, slice, values }) => [
      unit,
      quoteCell(patient),
      String(slice ?? ""),
      ...names.map((name) => String(values[name] ?? "")),
    ]),
  );
  return [["unit", "patient", "slice", ...names], ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** A cell of RFC 4180 text, in quotes where it needs them. */
export function quoteCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
