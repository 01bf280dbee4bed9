/** A structure combined with another one, voxel by voxel: union, intersection, difference. Distances are near-mask.ts. */
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { sameGrid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { patchBetween } from "./between-masks.ts";

/** `mask` becomes what is in either. Throws a plain `Error` for masks of two grids: a programming fault. */
export function unite(mask: Mask, other: Mask): MaskPatch {
  return combine(mask, other, (a, b) => a | b);
}

/** `mask` becomes what is in both. Throws as `unite`. */
export function intersect(mask: Mask, other: Mask): MaskPatch {
  return combine(mask, other, (a, b) => a & b);
}

/** `mask` becomes what is in it and not in the other. Throws as `unite`. */
export function subtract(mask: Mask, other: Mask): MaskPatch {
  return combine(mask, other, (a, b) => a & (1 - b));
}

function combine(mask: Mask, other: Mask, rule: (a: number, b: number) => number): MaskPatch {
  requireSameGrid(mask, other);
  const after = new Uint8Array(mask.data.length);
  for (let at = 0; at < after.length; at++) after[at] = rule(mask.data[at], other.data[at]);
  return patchBetween(mask.data, after, mask.grid);
}

/** Throws a plain `Error` unless both lie on one grid. */
export function requireSameGrid(mask: Mask, other: Mask): void {
  if (!sameGrid(mask.grid, other.grid)) throw new Error("structures are combined on one grid");
}
