/**
 * The proof of a segmentation before its delivery: read back, its frames lie on the CT's own slices, and hold the masks voxel
 * by voxel. Slice by slice, not on the CT's even grid: a slice's stated position may lie a tenth of a millimetre beside that.
 */

import { voxelPoint } from "#core/coordinates.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { type Proof, proofFailed, proveMask } from "#dicom/rtstruct/prove-export.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import { countInside, type Mask } from "#geometry/mask.ts";
import { readSegmentation } from "./read-seg.ts";

/** What decimal strings and the sums of two maps leave between two places that are one. */
const samePlaceMm = 0.01;
const sameSpacingMm = 1e-6;

/** `rois` in the order of the segments, on the CT's grid. Throws `proof-failed`, and `bad-segmentation` for what cannot be read. */
export function proveSegmentation(
  file: Uint8Array,
  ct: CtReference,
  rois: readonly { readonly name: string; readonly mask: Mask }[],
): Proof[] {
  const where = "the segmentation just written";
  const { segments } = readSegmentation(readDicom(file, where), where, ct.grid.spacingMm[2]);
  return rois.map(({ name, mask }, index) => {
    const segment = segments[index];
    if (segment?.name !== name) throw proofFailed(name, "the segment is not in the file");
    const { grid } = segment.mask;
    const from = firstSlice(grid, ct);
    if (from === undefined) throw proofFailed(name, "its frames do not lie on the CT's slices");
    const area = grid.size[0] * grid.size[1];
    const [start, end] = [area * from, area * (from + grid.size[2])];
    const without = countInside(mask.data.subarray(0, start)) + countInside(mask.data.subarray(end));
    if (without > 0) throw proofFailed(name, `${without} voxels lie on slices that the file lacks`);
    const segmentGrid: Grid = { ...ct.grid, size: grid.size };
    return proveMask(
      name,
      { grid: segmentGrid, data: mask.data.subarray(start, end) },
      { grid: segmentGrid, data: segment.mask.data },
    );
  });
}

/** The slice of the CT on which the first plane of `grid` lies, pixel on pixel; undefined if none, or the others do not follow. */
function firstSlice(grid: Grid, { grid: ctGrid, slices }: CtReference): number | undefined {
  const [columns, rows, count] = grid.size;
  if (columns !== ctGrid.size[0] || rows !== ctGrid.size[1]) return undefined;
  if (Math.abs(grid.spacingMm[2] - ctGrid.spacingMm[2]) > sameSpacingMm) return undefined;
  const index = slices.findIndex(({ position }) =>
    [0, columns - 1].every((i) =>
      [0, rows - 1].every((j) => {
        const corner = voxelPoint(i, j, 0);
        const [planeCorner, sliceCorner] = [
          voxelToPatient(grid, corner),
          voxelToPatient({ ...ctGrid, origin: position }, corner),
        ];
        return Math.hypot(...planeCorner.map((mm, axis) => mm - sliceCorner[axis])) <= samePlaceMm;
      }),
    ),
  );
  return index < 0 || index + count > slices.length ? undefined : index;
}
