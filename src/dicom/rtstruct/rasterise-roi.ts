/**
 * The contours of an ROI to a mask on the CT's grid. A contour belongs to the slice whose plane it lies on; a reference
 * by SOP instance UID must agree with that. Contours of one slice combine by the even-odd rule: nested ones are holes,
 * keyholes close by themselves.
 */
import { patientPoint } from "#core/coordinates.ts";
import { type Finding, finding, type Severity } from "#core/findings.ts";
import type { CtSlice } from "#dicom/ct/ct-volume.ts";
import { fillPolygons, type Polygon } from "#geometry/fill-polygons.ts";
import { type Grid, patientToVoxel } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice } from "#geometry/mask.ts";
import type { Contour, Roi } from "./read-rtstruct.ts";

/** Distance of a contour from the plane of a slice, in millimetres: silently that slice. */
const silentMm = 0.01;
/** Up to the smaller of this and a tenth of the spacing it is that slice with a finding, beyond it is refused. */
const tolerableMm = 0.25;
const tolerablePart = 0.1;

type RasterisedRoi = { readonly mask: Mask; readonly findings: readonly Finding[] };

/** `slices` may be left out where only the geometry is known. Refused contours are findings of severity error. */
export function rasteriseRoi(roi: Roi, grid: Grid, slices?: readonly CtSlice[]): RasterisedRoi {
  const findings: Finding[] = [];
  const perSlice = new Map<number, Polygon[]>();
  for (const [index, contour] of roi.contours.entries()) {
    const report: Report = (severity, code, message) =>
      findings.push(finding(severity, code, message, `${roi.name}, contour ${index + 1}`));
    const placed = place(contour, { grid, slices }, report);
    if (placed === undefined) continue;
    const there = perSlice.get(placed.k);
    if (there === undefined) perSlice.set(placed.k, [placed.polygon]);
    else there.push(placed.polygon);
  }
  const mask = emptyMask(grid);
  for (const [k, polygons] of perSlice) {
    fillPolygons(maskSlice(mask, k), grid.size[0], grid.size[1], polygons);
    if (partlyOverlap(polygons, grid)) {
      findings.push(
        finding(
          "warning",
          "overlapping-contours",
          "Contours of this ROI overlap in part; where they do, the even-odd rule counts it as outside.",
          `${roi.name}, slice ${k}`,
        ),
      );
    }
  }
  return { mask, findings };
}

type CtPlanes = { readonly grid: Grid; readonly slices: readonly CtSlice[] | undefined };
/** A finding about the contour that is being placed. */
type Report = (severity: Severity, code: string, message: string) => void;

/** Undefined for a contour that is left out. */
function place(
  contour: Contour,
  { grid, slices }: CtPlanes,
  report: Report,
): { readonly k: number; readonly polygon: Polygon } | undefined {
  if (contour.geometricType !== "CLOSED_PLANAR" && contour.geometricType !== "CLOSEDPLANAR_XOR") {
    const type = contour.geometricType || "unknown";
    report("info", "not-a-surface", `A contour of type ${type} encloses nothing; left out.`);
    return undefined;
  }
  const count = contour.points.length / 3;
  if (count < 3) {
    report("warning", "too-few-points", `A closed contour of ${count} points encloses nothing; left out.`);
    return undefined;
  }
  const polygon = new Float64Array(2 * count);
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const [x, y, z] = contour.points.subarray(3 * index, 3 * index + 3);
    const voxel = patientToVoxel(grid, patientPoint(x, y, z));
    polygon[2 * index] = voxel[0];
    polygon[2 * index + 1] = voxel[1];
    lowest = Math.min(lowest, voxel[2]);
    highest = Math.max(highest, voxel[2]);
  }
  const spacing = grid.spacingMm[2];
  const k = Math.round((lowest + highest) / 2);
  const offMm = Math.max(highest - k, k - lowest) * spacing;
  if (k < 0 || k >= grid.size[2]) {
    report("error", "contour-outside-ct", "The contour lies outside the CT; left out.");
    return undefined;
  }
  if (offMm > Math.min(tolerableMm, tolerablePart * spacing)) {
    report(
      "error",
      "contour-off-slice",
      `The contour lies ${offMm.toFixed(2)} mm from the nearest slice (${k}), or crosses slices; left out.`,
    );
    return undefined;
  }
  if (offMm > silentMm) {
    const off = `${offMm.toFixed(3)} mm off slice ${k}`;
    report("warning", "contour-near-slice", `The contour lies ${off} and was taken for it.`);
  }
  const referenced = contour.referencedImages[0];
  if (slices !== undefined && referenced !== undefined && slices[k].sopInstanceUid !== referenced) {
    report(
      "warning",
      "reference-mismatch",
      `The contour refers to another image than slice ${k}, on which it lies.`,
    );
  }
  return { k, polygon };
}

/** True if two polygons share voxels and neither lies within the other. */
function partlyOverlap(polygons: readonly Polygon[], grid: Grid): boolean {
  if (polygons.length < 2) return false;
  const [width, height] = grid.size;
  const fills = polygons.map((polygon) => {
    const slice = new Uint8Array(width * height);
    fillPolygons(slice, width, height, [polygon]);
    return slice;
  });
  for (let a = 0; a < fills.length; a++) {
    for (let b = a + 1; b < fills.length; b++) {
      let both = 0;
      let onlyA = 0;
      let onlyB = 0;
      for (let index = 0; index < fills[a].length; index++) {
        if (fills[a][index] & fills[b][index]) both++;
        else if (fills[a][index]) onlyA++;
        else if (fills[b][index]) onlyB++;
      }
      if (both > 0 && onlyA > 0 && onlyB > 0) return true;
    }
  }
  return false;
}
