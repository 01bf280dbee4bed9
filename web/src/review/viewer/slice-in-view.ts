/** Whether a plane shows a slice so that a person can judge its contour: whole, drawn, and not as a stamp. Pure. */
import { type Mask, maskSlice } from "#geometry/mask.ts";
import type { ReviewState } from "../session/review-state.ts";
import { type PlaneProjection, pixelsPerMm, project } from "./plane-projection.ts";

/** What lies round a contour belongs to judging it. */
const marginMm = 10;
/** CSS pixels for a millimetre: below, a tumour of 10 mm is smaller than 5 pixels. */
const leastPixelsPerMm = 0.5;
/** The whole plane at zoom 1 ends at the viewport's edge, up to rounding. */
const slackPixels = 0.5;

/**
 * Of axial slice k: the contours of `gtvs` in it and 10 mm round them are in view; where none has a voxel there, the whole
 * slice, for what a person looks for may be anywhere. False for a viewport without a size.
 */
export function showsSlice(projection: PlaneProjection, gtvs: readonly Mask[], k: number): boolean {
  const { geometry, deviceWidth, deviceHeight, pixelRatio } = projection;
  if (deviceWidth === 0 || deviceHeight === 0 || pixelsPerMm(projection) < leastPixelsPerMm) return false;
  const { width, height, uMm, vMm } = geometry;
  const [left, right, top, bottom] = extentOf(gtvs, k) ?? [0, width - 1, 0, height - 1];
  // Voxels reach half a voxel beyond their centres.
  const [u0, u1] = [Math.max(-0.5, left - marginMm / uMm), Math.min(width - 0.5, right + marginMm / uMm)];
  const [v0, v1] = [Math.max(-0.5, top - marginMm / vMm), Math.min(height - 0.5, bottom + marginMm / vMm)];
  const [x0, y0] = project(projection, u0, v0);
  const [x1, y1] = project(projection, u1, v1);
  const within = (a: number, b: number, end: number): boolean =>
    Math.min(a, b) >= -slackPixels && Math.max(a, b) <= end + slackPixels;
  return within(x0, x1, deviceWidth / pixelRatio) && within(y0, y1, deviceHeight / pixelRatio);
}

type Painted = Pick<
  ReviewState,
  "structures" | "activeId" | "editable" | "contourVisible" | "fillOpacity" | "comparison"
>;

/** Whether a structure is drawn: paint-structures.ts draws no other, and one that is hidden was not looked at. */
export function isPainted(state: Painted, structureId: string): boolean {
  const { structures, activeId, editable, contourVisible, fillOpacity, comparison } = state;
  const isVisible = structures.some(({ id, visible }) => id === structureId && visible);
  if (comparison === null) return isVisible && (contourVisible || fillOpacity > 0);
  const { referenceId, otherId } = comparison;
  if ([referenceId, otherId].includes(`structure:${structureId}`)) return contourVisible || fillOpacity > 0;
  return isVisible && structureId === activeId && contourVisible && editable;
}

/** Columns and rows, the first and the last of each, that hold a voxel; undefined without any. */
function extentOf(masks: readonly Mask[], k: number): readonly [number, number, number, number] | undefined {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1];
  for (const mask of masks) {
    const slice = maskSlice(mask, k);
    const [ni, nj] = mask.grid.size;
    for (let j = 0; j < nj; j++) {
      const row = slice.subarray(j * ni, (j + 1) * ni);
      const first = row.indexOf(1);
      if (first < 0) continue;
      left = Math.min(left, first);
      right = Math.max(right, row.lastIndexOf(1));
      top = Math.min(top, j);
      bottom = Math.max(bottom, j);
    }
  }
  return right < 0 ? undefined : [left, right, top, bottom];
}
