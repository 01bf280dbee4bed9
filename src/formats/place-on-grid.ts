/**
 * A mask from a file onto a CT's grid. Voxels that coincide are copied, whatever the order of the file's axes and
 * however much of the CT it covers; anything else is an error, or a nearest-neighbour resampling where that was asked
 * for. Not here: the resampling itself (geometry/resample.ts).
 */
import { dot, voxelPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type Grid, patientToVoxel, sameGrid, voxelToPatient } from "#geometry/grid.ts";
import { countVoxels, type Mask } from "#geometry/mask.ts";
import { countOutside, resampleNearest } from "#geometry/resample.ts";

/** Coordinates written with few digits differ by this much; nothing is said. */
const silentToleranceMm = 0.01;
/** Along each axis: up to the smaller of these, voxels are taken to coincide, with a finding. */
const toleranceMm = 0.25;
const toleranceOfSpacing = 0.1;

type Placed = { readonly mask: Mask; readonly findings: readonly Finding[] };

/**
 * The mask on `grid`. Throws `grid-mismatch` if the voxels do not coincide and `resample` is not set, and if the mask
 * lies wholly outside the grid, or between the voxels that it is resampled to. An empty mask gives an empty mask.
 */
export function placeOnGrid(mask: Mask, grid: Grid, options?: { readonly resample?: boolean }): Placed {
  if (sameGrid(mask.grid, grid)) return { mask: { grid, data: mask.data }, findings: [] };
  const apartMm = latticeDistanceMm(mask.grid, grid);
  const coincide = apartMm !== undefined;
  if (!coincide && options?.resample !== true) {
    throw new DelineateError("grid-mismatch", mismatchSentence(mask.grid, grid));
  }
  const placed = resampleNearest(mask, grid);
  const findings: Finding[] = [];
  if (!coincide) {
    const message = "The mask's grid is not the CT's; it was resampled by nearest neighbour, as asked.";
    findings.push(finding("warning", "mask-resampled", message));
  } else if (apartMm > silentToleranceMm) {
    const message = `The mask's voxels lie up to ${apartMm.toFixed(3)} mm beside the CT's; they were taken for the same.`;
    findings.push(finding("warning", "mask-grid-rounded", message));
  }
  findings.push(...lossFindings(mask, placed, coincide));
  return { mask: placed, findings };
}

/**
 * How far, at most, a corner of `grid` lies from a voxel centre of `other`'s lattice continued without end; undefined if
 * that is too far along an axis, or spacings or directions differ. Axes may be in another order or reversed.
 */
function latticeDistanceMm(other: Grid, grid: Grid): number | undefined {
  let farthest = 0;
  for (let axis = 0; axis < 3; axis++) {
    const cosines = other.axes.map((direction) => Math.abs(dot(direction, grid.axes[axis])));
    const nearest = cosines.indexOf(Math.max(...cosines));
    const steps = grid.size[axis] - 1;
    const driftAlong = Math.abs(other.spacingMm[nearest] - grid.spacingMm[axis]) * steps;
    const driftAcross = Math.sqrt(Math.max(0, 1 - cosines[nearest] ** 2)) * grid.spacingMm[axis] * steps;
    if (Math.max(driftAlong, driftAcross) > toleranceMm || cosines[nearest] < 0.9) return undefined;
  }
  for (let corner = 0; corner < 8; corner++) {
    const point = voxelToPatient(
      grid,
      voxelPoint(
        ...([0, 1, 2].map((at) => ((corner >> at) & 1) * (grid.size[at] - 1)) as [number, number, number]),
      ),
    );
    const [i, j, k] = patientToVoxel(other, point);
    const apart = [i, j, k].map((value, at) => (value - Math.round(value)) * other.spacingMm[at]);
    const limits = other.spacingMm.map((mm) => Math.min(toleranceMm, toleranceOfSpacing * mm));
    if (apart.some((mm, at) => Math.abs(mm) > limits[at])) return undefined;
    farthest = Math.max(farthest, Math.hypot(...apart));
  }
  return farthest;
}

/** A mask of something is never placed as nothing: that would be read as a tumour that is not there. */
function lossFindings(mask: Mask, placed: Mask, coincide: boolean): Finding[] {
  const before = countVoxels(mask);
  if (before === 0) return [];
  const outside = coincide ? before - countVoxels(placed) : countOutside(mask, placed.grid);
  if (outside === before) {
    throw new DelineateError(
      "grid-mismatch",
      "The mask lies wholly outside the CT: it belongs to another image.",
    );
  }
  if (!placed.data.includes(1)) {
    throw new DelineateError(
      "grid-mismatch",
      `Nothing is left of the mask's ${before} voxels when they are resampled: they lie between the CT's. Choose the CT it was made on.`,
    );
  }
  if (outside === 0) return [];
  const message = `${outside} of the mask's ${before} voxels lie outside the CT and were left out.`;
  return [finding("warning", "mask-outside-ct", message)];
}

function mismatchSentence(maskGrid: Grid, ctGrid: Grid): string {
  const gridText = ({ size, spacingMm, origin }: Grid): string =>
    `${size.join(" x ")} voxels of ${spacingMm.map((mm) => mm.toFixed(3)).join(" x ")} mm from (${origin.map((mm) => mm.toFixed(1)).join(", ")})`;
  return `The mask is not on the CT's grid: expected ${gridText(ctGrid)}, found ${gridText(maskGrid)}. Choose the CT it was made on, or ask for --resample.`;
}
