/**
 * What a metric of a pair of masks is: columns with names, and how their values are found. Each metric stands in a file of its
 * own beside this one and says there all that is to be known of it; `metrics.ts` lists them.
 */
import type { Mask } from "#geometry/mask.ts";
import type { Overlap } from "#geometry/overlap.ts";
import type { SurfaceDistances } from "./distances/surface-distances.ts";

export type Column<Name extends string> = {
  /** Key of the values, stable between versions, for machines. */
  readonly name: Name;
  readonly title: string;
  /** "1" for a ratio, else the unit. */
  readonly unit: string;
  readonly definition: string;
  /** Decimals in a printed table. */
  readonly digits: number;
};

/** Which of the two masks is empty. */
export type EmptyMasks = "reference" | "prediction" | "both";

export type PairColumn<Name extends string> = Column<Name> & {
  /** The empty masks for which the metric is null; with both masks drawn every metric has a value. */
  readonly undefinedIf: readonly EmptyMasks[];
  /** The same whichever mask is called the reference: two observers can be compared by it. */
  readonly symmetric?: true;
  /** No voxel size changes it: it holds for masks whose spacing is not known. */
  readonly withoutSpacing?: true;
};

/** Null where a metric is undefined for the pair, never a number made up for it. */
export type Values<Name extends string> = Readonly<Record<Name, number | null>>;

/** Two masks on one grid, cropped to the box that holds both, and what several metrics are made of. */
export type MaskPair = {
  readonly reference: Mask;
  readonly prediction: Mask;
  /** In the whole field of view, beyond the box. */
  readonly overlap: Overlap;
  /** Between the surfaces of a volume, between the contours of a slice. */
  readonly distances: SurfaceDistances;
  /** Margin from CTV to PTV. */
  readonly ptvMarginMm: number;
};

export type PairMetric<Name extends string> = {
  readonly columns: readonly PairColumn<Name>[];
  /** Measured in each slice too, not only in the whole volume. */
  readonly perSlice: boolean;
  readonly measure: (pair: MaskPair) => Values<Name>;
};

/** A metric with the names of its columns in its type: a value for a name that is no column does not compile. */
export function pairMetric<const Name extends string>(metric: PairMetric<Name>): PairMetric<Name> {
  return metric;
}

/** A column in millimetres. */
export function millimetres<const Name extends string>(
  name: Name,
  title: string,
  definition: string,
  traits: Pick<PairColumn<Name>, "undefinedIf" | "symmetric">,
): PairColumn<Name> {
  return { name, title, unit: "mm", definition, digits: 2, ...traits };
}
