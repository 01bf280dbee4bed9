/** A CT as numbers on a grid, whatever file it came from: all that contouring, training and anatomy need of it. */
import type { Grid } from "./grid.ts";

export type CtImage = {
  readonly grid: Grid;
  /** Hounsfield units, length ni * nj * nk, offset = i + ni * (j + nj * k). */
  readonly hu: Int16Array;
};
