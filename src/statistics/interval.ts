/** A confidence interval or a pair of limits, in the unit of the values. */
export type Interval = readonly [low: number, high: number];
