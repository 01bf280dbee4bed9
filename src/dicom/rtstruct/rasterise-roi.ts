/**
 * The contours of an ROI to a mask on the CT's grid. A contour belongs to the slice whose plane it lies on; a reference
 * by SOP instance UID must agree with that. Contours of one slice combine by the even-odd rule: nested ones are holes,
 * keyholes close by themselves, and one that is there twice counts once.
 */
import { type Finding, finding, type Severity } from "#core/findings.ts";
import type { CtSlice } from "#dicom/ct/ct-volume.ts";
import { fillPolygons, type Polygon } from "#geometry/fill-polygons.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice } from "#geometry/mask.ts";
import { circledVoxels, hasChannel } from "./circled-voxels.ts";
import { contourExtent } from "./contour-extent.ts";
import { contourFaults } from "./contour-faults.ts";
import { onceRound, withoutTwins } from "./doubled-contours.ts";
import type { Contour, Roi } from "./read-rtstruct.ts";
import { sharedVoxels } from "./shared-voxels.ts";

/** Distance of a contour from the plane of a slice, in millimetres: silently that slice. */
const silentMm = 0.01;
/** Up to the smaller of this and a tenth of the spacing it is that slice with a finding, beyond it is refused. */
const tolerableMm = 0.25;
const tolerablePart = 0.1;

/** Findings of severity error say what the mask lacks: whoever wanted the ROI whole refuses it (patients/masks/refuse-loss.ts). */
type RasterisedRoi = { readonly mask: Mask; readonly findings: readonly Finding[] };

/** A contour on its slice; `index` counts the ROI's contours from 0. */
type Placed = { readonly index: number; readonly polygon: Polygon };

/** `slices` may be left out where only the geometry is known. */
export function rasteriseRoi(roi: Roi, grid: Grid, slices?: readonly CtSlice[]): RasterisedRoi {
  const { perSlice, findings } = contoursBySlice(roi, grid, slices);
  const mask = emptyMask(grid);
  for (const [k, polygons] of perSlice)
    fillPolygons(maskSlice(mask, k), grid.size[0], grid.size[1], polygons);
  return { mask, findings };
}

/** The contours that can be taken, each once, by the slice on which they lie; findings as those of `rasteriseRoi`. */
export function contoursBySlice(
  roi: Roi,
  grid: Grid,
  slices: readonly CtSlice[] | undefined,
): { readonly perSlice: ReadonlyMap<number, readonly Polygon[]>; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [...roi.findings];
  const reporter =
    (where: string): Report =>
    (severity, code, message) =>
      findings.push(finding(severity, code, message, `${roi.name}, ${where}`));
  const placedOn = new Map<number, Placed[]>();
  const voxels: number[] = [];
  for (const [index, contour] of roi.contours.entries()) {
    const report = reporter(`contour ${index + 1}`);
    const faults = contourFaults(contour);
    for (const { severity, code, message } of faults) report(severity, code, message);
    if (faults.some(({ severity }) => severity !== "warning")) continue;
    const placed = place(contour, { grid, slices }, report);
    if (placed === undefined) continue;
    placedOn.set(placed.k, [...(placedOn.get(placed.k) ?? []), { index, polygon: placed.polygon }]);
    voxels.push(placed.voxels);
  }
  findings.push(...betweenVoxels(voxels, roi.name));
  const perSlice = new Map(
    [...placedOn].map(([k, placed]) => {
      const once = eachOnce(placed, grid, reporter(`slice ${k + 1}`));
      return [k, once.map(({ polygon }) => polygon)] as const;
    }),
  );
  return { perSlice, findings };
}

/** `voxels` round which each contour goes: a small ROI between the voxels' centres must not be read as one that is not there. */
function betweenVoxels(voxels: readonly number[], name: string): Finding[] {
  const without = voxels.filter((count) => count === 0).length;
  if (without === 0) return [];
  const code = "contour-between-voxels";
  const reason = "the centre of no voxel, since they are too small or thin";
  if (without < voxels.length) {
    const message = `${without} of its ${voxels.length} contours hold ${reason}: the mask has nothing of them.`;
    return [finding("warning", code, message, name)];
  }
  return [finding("error", code, `Its contours hold ${reason}: the mask would be empty.`, name)];
}

/** The contours of one slice, each counted once; what they do to each other is reported. */
function eachOnce(placed: readonly Placed[], grid: Grid, report: Report): readonly Placed[] {
  const spacingMm = [grid.spacingMm[0], grid.spacingMm[1]] as const;
  const { distinct, twins } = withoutTwins(placed, spacingMm);
  if (twins.length > 0) {
    const pairs = twins.map(({ first, second }) => `contour ${second + 1} is contour ${first + 1} once more`);
    report("warning", "contour-twice", `Counted once: ${pairs.join(", ")}.`);
  }
  for (const { first, second, relation } of sharedVoxels(distinct, grid)) {
    const both = `Contours ${first + 1} and ${second + 1}`;
    if (relation === "nearly one") {
      const message = `${both} nearly coincide: under the even-odd rule most of what they enclose would be lost.`;
      report("error", "doubled-contour", message);
    } else {
      const message = `${both} overlap in part; where they do, the even-odd rule counts it as outside.`;
      report("warning", "overlapping-contours", message);
    }
  }
  return distinct;
}

type CtPlanes = { readonly grid: Grid; readonly slices: readonly CtSlice[] | undefined };
/** A finding about the contour that is being placed. */
type Report = (severity: Severity, code: string, message: string) => void;

/** Undefined for a contour that is left out. */
function place(
  contour: Contour,
  { grid, slices }: CtPlanes,
  report: Report,
): { readonly k: number; readonly polygon: Polygon; readonly voxels: number } | undefined {
  const { polygon, k, offMm, within } = contourExtent(contour.points, grid, slices);
  const spacing = grid.spacingMm[2];
  if (within === "none") {
    report("error", "contour-outside-ct", "The contour lies outside the CT.");
    return undefined;
  }
  if (offMm > Math.min(tolerableMm, tolerablePart * spacing)) {
    report(
      "error",
      "contour-off-slice",
      `The contour lies ${offMm.toFixed(2)} mm from the nearest slice (${k + 1}), or crosses slices.`,
    );
    return undefined;
  }
  if (offMm > silentMm) {
    const off = `${offMm.toFixed(3)} mm off slice ${k + 1}`;
    report("warning", "contour-near-slice", `The contour lies ${off} and was taken for it.`);
  }
  if (within === "part") {
    const message = "The contour reaches beyond the edge of the CT's images; what lies outside was left out.";
    report("warning", "contour-outside-ct", message);
  }
  const referenced = contour.referencedImages[0];
  if (slices !== undefined && referenced !== undefined && slices[k].sopInstanceUid !== referenced) {
    report(
      "warning",
      "reference-mismatch",
      `The contour refers to another image than slice ${k + 1}, on which it lies.`,
    );
  }
  const once = onceRound(polygon, [grid.spacingMm[0], grid.spacingMm[1]]);
  if (once.length < polygon.length)
    report("warning", "contour-twice", "Its points run round the same curve more than once; counted once.");
  const { taken, leftOut } = circledVoxels(once, grid.size[0], grid.size[1]);
  if (leftOut > 0 && !hasChannel(once)) reportCircledTwice(taken, leftOut, report);
  return { k, polygon: once, voxels: taken + leftOut };
}

/** A curve that crosses itself: a finding where it loses a part of what it goes round, an error where it loses most. */
function reportCircledTwice(taken: number, leftOut: number, report: Report): void {
  const circled = `It goes round ${leftOut} of its ${taken + leftOut} voxels twice`;
  if (leftOut > taken)
    report("error", "doubled-contour", `${circled}: under the even-odd rule most of it would be lost.`);
  else report("warning", "overlapping-contours", `${circled}; the even-odd rule counts them as outside.`);
}
