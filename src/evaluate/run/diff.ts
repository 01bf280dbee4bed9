/** `delineate diff`: what changed between two structure sets of one CT: ROIs added, removed, renamed, moved, reshaped. */

import { voxelPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { countVoxels, type Mask, volumeCc } from "#geometry/mask.ts";
import { countOverlap, overlapFromCounts } from "#geometry/overlap.ts";
import { loadRoiMasks } from "#patients/load-masks.ts";
import { readCtFolder } from "#patients/read-ct-folder.ts";

const changes = ["same", "changed", "added", "removed", "renamed"] as const;

type RoiDiff = {
  readonly name: string;
  /** Name in B where it differs. */
  readonly newName: string | undefined;
  readonly change: (typeof changes)[number];
  readonly volumeCcA: number | undefined;
  readonly volumeCcB: number | undefined;
  /** Undefined where one side is missing or both are empty. */
  readonly dsc: number | undefined;
  /** Distance between the centroids in millimetres. */
  readonly movedMm: number | undefined;
};

/** ROIs of different names with at least this overlap are one that was renamed. */
const renamedDsc = 0.9;

export async function diffStructureSets(
  a: string,
  b: string,
  ctPath: string,
  series: string | undefined,
): Promise<RoiDiff[]> {
  const ct = await readCtFolder(ctPath, { series });
  const before = (await loadRoiMasks(a, { ct })).rois;
  const after = (await loadRoiMasks(b, { ct })).rois;
  if (before.length + after.length === 0)
    throw new DelineateError("no-such-roi", `Neither ${a} nor ${b} has an ROI to compare.`);
  const result: RoiDiff[] = [];
  const unmatched = after.filter(({ name }) => !before.some((roi) => roi.name === name));
  for (const { name, mask } of before) {
    const same = after.find((roi) => roi.name === name);
    if (same !== undefined) {
      const compared = compareMasks(mask, same.mask);
      const change = countOverlapDiffers(mask, same.mask) ? "changed" : "same";
      result.push({ name, newName: undefined, change, ...compared });
      continue;
    }
    const heir = unmatched.find((roi) => (compareMasks(mask, roi.mask).dsc ?? 0) >= renamedDsc);
    if (heir === undefined) {
      result.push({
        name,
        newName: undefined,
        change: "removed",
        volumeCcA: volumeCc(mask),
        volumeCcB: undefined,
        dsc: undefined,
        movedMm: undefined,
      });
      continue;
    }
    unmatched.splice(unmatched.indexOf(heir), 1);
    result.push({ name, newName: heir.name, change: "renamed", ...compareMasks(mask, heir.mask) });
  }
  for (const { name, mask } of unmatched) {
    result.push({
      name,
      newName: undefined,
      change: "added",
      volumeCcA: undefined,
      volumeCcB: volumeCc(mask),
      dsc: undefined,
      movedMm: undefined,
    });
  }
  return result;
}

function compareMasks(a: Mask, b: Mask): Pick<RoiDiff, "volumeCcA" | "volumeCcB" | "dsc" | "movedMm"> {
  const { dsc } = overlapFromCounts(countOverlap(a.data, b.data));
  const [p, q] = [centroid(a), centroid(b)];
  const movedMm =
    p === undefined || q === undefined ? undefined : Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  return { volumeCcA: volumeCc(a), volumeCcB: volumeCc(b), dsc: dsc ?? undefined, movedMm };
}

function countOverlapDiffers(a: Mask, b: Mask): boolean {
  const { falsePositives, falseNegatives } = countOverlap(a.data, b.data);
  return falsePositives + falseNegatives > 0;
}

/** In patient coordinates, millimetres; undefined for an empty mask. */
function centroid(mask: Mask): readonly number[] | undefined {
  const [ni, nj] = mask.grid.size;
  let [x, y, z] = [0, 0, 0];
  mask.data.forEach((value, index) => {
    if (value === 0) return;
    x += index % ni;
    y += Math.floor(index / ni) % nj;
    z += Math.floor(index / (ni * nj));
  });
  const count = countVoxels(mask);
  return count === 0 ? undefined : voxelToPatient(mask.grid, voxelPoint(x / count, y / count, z / count));
}
