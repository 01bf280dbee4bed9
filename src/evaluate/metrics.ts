/**
 * Every metric of a pair of masks, in the order of the tables. A metric is one entry here; docs/metrics.md holds its definition.
 * The names of the columns are a type: a misspelt one does not compile.
 */
import { distanceMetrics, surfaceMetrics } from "./distances/distance-metrics.ts";
import { addedPathMetrics } from "./distances/path-metrics.ts";
import { lesionDetection } from "./lesions.ts";
import { targetMargins } from "./margins.ts";
import { overlapMetrics } from "./overlap-metrics.ts";
import type { MaskPair, PairColumn, PairMetric, Values } from "./pair-metric.ts";
import { volumeMetrics } from "./volume-metrics.ts";

const pairMetrics = [
  overlapMetrics,
  volumeMetrics,
  distanceMetrics,
  surfaceMetrics,
  addedPathMetrics,
  lesionDetection,
  targetMargins,
] as const;

export type MetricName = (typeof pairMetrics)[number]["columns"][number]["name"];
type MetricValues = Partial<Values<MetricName>>;

/** Any of them: its values are some of a row's. */
type SomeMetric = Omit<PairMetric<MetricName>, "measure"> & {
  readonly measure: (pair: MaskPair) => MetricValues;
};

const metrics: readonly SomeMetric[] = pairMetrics;

/** Columns of a table with one row per patient. */
export const patientColumns: readonly PairColumn<MetricName>[] = columnsOf(metrics);

/** Columns of a table with one row per slice. */
export const sliceColumns: readonly PairColumn<MetricName>[] = columnsOf(
  metrics.filter(({ perSlice }) => perSlice),
);

/** A volume's values, one for each of `patientColumns`. */
export function measureVolume(pair: MaskPair): MetricValues {
  return measured(metrics, pair);
}

/** The values of two masks one slice deep, one for each of `sliceColumns`. */
export function measureSlice(pair: MaskPair): MetricValues {
  return measured(
    metrics.filter(({ perSlice }) => perSlice),
    pair,
  );
}

function columnsOf(chosen: readonly SomeMetric[]): PairColumn<MetricName>[] {
  return chosen.flatMap(({ columns }) => columns);
}

function measured(chosen: readonly SomeMetric[], pair: MaskPair): MetricValues {
  return Object.assign({}, ...chosen.map(({ measure }) => measure(pair)));
}
