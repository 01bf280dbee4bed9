/** What a report is made from: a signed version, its CT in numbers, its structures measured, pictures. It names no patient. */
import type { Version } from "#contract/workspace/case.ts";
import { boundingBox } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { turnOf } from "#geometry/upright.ts";

export type ReportSubject = {
  /** Stands for the patient, as in the names of files. */
  readonly patientLabel: string;
  readonly version: Version;
  readonly ct: {
    readonly size: Grid["size"];
    readonly spacingMm: Grid["spacingMm"];
    readonly kernel: string;
    readonly sliceThicknessMm: number | null;
  };
  /** In the order of the version's structures. */
  readonly extents: readonly Extent[];
  readonly pictures: readonly { readonly title: string; readonly place: string; readonly source: string }[];
};

type Extent = {
  /** As the page counts them: from 1 at the CT's first slice. */
  readonly firstSlice: number;
  readonly lastSlice: number;
  /** Slices with a voxel: fewer than from first to last where there is a gap. */
  readonly slices: number;
  /** Right to left, front to back, foot to head: of the voxels' box. On an oblique CT along its nearest axes. */
  readonly sizeMm: readonly [number, number, number];
};

/** Of a mask with a voxel; a plain `Error` for an empty one, which is not signed. */
export function extentOf(mask: Mask): Extent {
  const box = boundingBox(mask);
  if (box === undefined) throw new Error("an empty structure has no extent");
  const { axes } = turnOf(mask.grid);
  const area = mask.grid.size[0] * mask.grid.size[1];
  let slices = 0;
  for (let k = box.from[2]; k < box.to[2]; k++)
    if (mask.data.subarray(k * area, (k + 1) * area).includes(1)) slices++;
  const mm = (axis: 0 | 1 | 2): number => (box.to[axis] - box.from[axis]) * mask.grid.spacingMm[axis];
  return {
    firstSlice: box.from[2] + 1,
    lastSlice: box.to[2],
    slices,
    sizeMm: [mm(axes[0]), mm(axes[1]), mm(axes[2])],
  };
}
