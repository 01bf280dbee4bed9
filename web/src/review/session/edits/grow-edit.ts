/** Growing and shrinking by millimetres as an edit of the active structure, and what is said where it changes nothing. */
import { type GrowWithin, grow, shrink } from "#editing/tools/grow.ts";
import type { Grid } from "#geometry/grid.ts";
import type { MaskEdit } from "./mask-edit.ts";

export function growEdit(kind: "grow" | "shrink", mm: number, within: GrowWithin): MaskEdit {
  const change = kind === "grow" ? grow : shrink;
  return {
    kind,
    nothing: `Nothing changes: the structure is empty, or ${mm} mm is less than the distance between voxels`,
    change: ({ mask }) => change(mask, mm, within),
  };
}

/** What a distance can and cannot do on a CT's voxels, for the person who chooses it. */
export function growHint({ spacingMm: [across, down, along] }: Grid, mm: number, within: GrowWithin): string {
  const least = Math.min(across, down);
  if (mm < least && (within === "slice" || mm < along))
    return `Less than the ${least.toFixed(2)} mm between voxels: nothing will change.`;
  const exact = `Exact from voxel centre to voxel centre, ${least.toFixed(2)} mm apart in a slice`;
  if (within === "slice") return `${exact}. No slice is added.`;
  return mm < along
    ? `${exact}. Slices are ${along.toFixed(1)} mm apart: none is added or emptied.`
    : `${exact}, ${along.toFixed(1)} mm between slices.`;
}
