/**
 * Results as plain data: a table of cases by metrics, which says for each column what it is and for the whole table
 * what one case is.
 */
import { type AnalysisUnit, type Summary, summarise } from "#statistics/summary.ts";
import { type MetricName, patientColumns } from "./metrics.ts";
import type { Column, Values } from "./pair-metric.ts";

/** By default of a pair of masks; tables of other things have names of their own. */
export type MetricColumn<Name extends string = MetricName> = Column<Name>;

export type MetricRow<Name extends string = MetricName> = {
  readonly patient: string;
  /** 0-based slice k of the CT's grid, counted along the slice normal; in tables of slices only. */
  readonly slice?: number;
  /** By column name; null where the metric is undefined for this case. */
  readonly values: Partial<Values<Name>>;
};

export type MetricTable<Name extends string = MetricName> = {
  readonly unit: AnalysisUnit;
  /** Which cases have a row, in words. */
  readonly cases: string;
  /** Field of view of FPR's true negatives, in words. */
  readonly fieldOfView: string;
  readonly columns: readonly MetricColumn<Name>[];
  readonly rows: readonly MetricRow<Name>[];
};

/** "HD95 (mm)", "DSC", "reference cc". */
export function metricTitle({ title, unit }: Pick<MetricColumn, "title" | "unit">): string {
  return unit === "1" || title.endsWith(unit) ? title : `${title} (${unit})`;
}

/**
 * The part of a table that holds without the voxels' size: overlap, the relative error of the volume, what was detected. The
 * other values are taken out of the rows too, so that no file written from them holds any.
 */
export function overlapOnly(table: MetricTable): MetricTable {
  const columns = table.columns.filter(({ name }) => withoutSpacing.has(name));
  const rows = table.rows.map((row) => {
    const values = Object.entries(row.values).filter(([name]) =>
      columns.some((column) => column.name === name),
    );
    return { ...row, values: Object.fromEntries(values) };
  });
  return { ...table, columns, rows };
}

/** Names, not units: a surface DSC is a ratio and needs millimetres all the same. */
const withoutSpacing: ReadonlySet<MetricName> = new Set(
  patientColumns.filter((column) => column.withoutSpacing).map(({ name }) => name),
);

/** By column name; a table with fewer columns has fewer. */
export type Summaries<Name extends string = MetricName> = Readonly<Record<Name, Summary>>;

/** A summary of each column over the rows of the table. */
export function summariseTable<Name extends string>(
  table: Pick<MetricTable<Name>, "unit" | "columns" | "rows">,
): Summaries<Name> {
  return Object.fromEntries(
    table.columns.map(({ name }) => [
      name,
      summarise(
        table.unit,
        table.rows.map((row) => row.values[name] ?? null),
      ),
    ]),
  ) as Summaries<Name>;
}
