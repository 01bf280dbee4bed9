/** A box of the CT, with the model's confidence where there is any: what the segmentation of a region looks at. */
import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import { type Box, cropVoxels, gridOfBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";

export type RegionImage = {
  /** The box cut to the CT. */
  readonly box: Box;
  readonly grid: Grid;
  readonly hu: Int16Array;
  /** Null without a model, and where the model is sure of nothing in the box: then it is no evidence. */
  readonly confidence: Uint8Array | null;
};

export function cropImage(
  { grid, hu }: CtImage,
  confidence: Pick<Confidence, "data"> | null,
  wanted: Box,
): RegionImage {
  const low = (axis: 0 | 1 | 2): number => Math.min(grid.size[axis], Math.max(0, wanted.from[axis]));
  const high = (axis: 0 | 1 | 2): number => Math.max(low(axis), Math.min(grid.size[axis], wanted.to[axis]));
  const box: Box = { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] };
  const sure = confidence === null ? null : cropVoxels(confidence.data, grid.size, box);
  const isSure = sure?.some((value) => value >= insideFrom) ?? false;
  return {
    box,
    grid: gridOfBox(grid, box),
    hu: cropVoxels(hu, grid.size, box),
    confidence: isSure ? sure : null,
  };
}

/** How far a voxel (its place in memory) lies from `centre` in units of `unitMm` along each axis: 1 is on the ellipsoid. */
export function placesOf(
  { size: [width, height], spacingMm }: Grid,
  centre: readonly number[],
  unitMm: readonly number[],
): (at: number) => number {
  const [a, b, c] = spacingMm.map((mm, axis) => mm / unitMm[axis]);
  return (at) => {
    const x = ((at % width) - centre[0]) * a;
    const y = ((Math.floor(at / width) % height) - centre[1]) * b;
    const z = (Math.floor(at / (width * height)) - centre[2]) * c;
    return Math.sqrt(x * x + y * y + z * z);
  };
}
