/** `delineate diff`: what changed between two structure sets of one CT: ROIs added, removed, renamed, moved, reshaped. */

import { voxelPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, findingIn } from "#core/findings.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { countVoxels, type Mask, volumeCc } from "#geometry/mask.ts";
import { countOverlap, overlapFromCounts } from "#geometry/overlap.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { openMaskFile } from "#patients/masks/load-masks.ts";
import { wholeRois } from "#patients/masks/whole-rois.ts";

/** Refused: it cannot be had whole on one side or both, and so is not compared; a finding of severity error says why. */
const changes = ["same", "changed", "added", "removed", "renamed", "refused"] as const;

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

type StructureSetDiff = { readonly rois: readonly RoiDiff[]; readonly findings: readonly Finding[] };

/** Without a mask where it is refused. */
type Side = { readonly name: string; readonly mask: Mask | undefined };

/**
 * ROIs are paired by name, of several of one name the first with the first; then by overlap, the greatest first. Findings say of
 * which file they are. Throws `no-such-roi` where neither has an ROI, and what reading the CT and the masks throws: where no ROI of a file can be had
 * whole, why the first cannot.
 */
export async function diffStructureSets(
  a: string,
  b: string,
  ctPath: string,
  series: string | undefined,
): Promise<StructureSetDiff> {
  const ct = await readCtFolder(ctPath, { series });
  const [before, after] = [
    wholeRois(await openMaskFile(a), { ct }),
    wholeRois(await openMaskFile(b), { ct }),
  ];
  if (before.rois.length + after.rois.length === 0)
    throw new DelineateError("no-such-roi", `Neither ${a} nor ${b} has an ROI to compare.`);
  const unmatched: Side[] = [...after.rois];
  const take = (side: Side | undefined): Side | undefined => {
    if (side !== undefined) unmatched.splice(unmatched.indexOf(side), 1);
    return side;
  };
  const byName = before.rois.map((roi) => ({
    roi,
    same: take(unmatched.find(({ name }) => name === roi.name)),
  }));
  const heirs = heirsOf(
    byName.flatMap(({ roi, same }) => (same === undefined ? [roi] : [])),
    unmatched,
  );
  const rois = byName.map(({ roi, same }): RoiDiff => {
    const { name, mask } = roi;
    if (mask === undefined) return refused(name, undefined, same?.mask);
    if (same !== undefined) return compareNamesakes(name, mask, same.mask);
    const heir = take(heirs.get(roi));
    if (heir?.mask === undefined) return { ...oneSided(name, "removed"), volumeCcA: volumeCc(mask) };
    return { name, newName: heir.name, change: "renamed", ...compareMasks(mask, heir.mask) };
  });
  const added = unmatched.map(({ name, mask }): RoiDiff => {
    if (mask === undefined) return refused(name, undefined, undefined);
    return { ...oneSided(name, "added"), volumeCcB: volumeCc(mask) };
  });
  const of = (side: string, findings: readonly Finding[]): Finding[] =>
    findings.map((item) => findingIn(side, item));
  return { rois: [...rois, ...added], findings: [...of("A", before.findings), ...of("B", after.findings)] };
}

function compareNamesakes(name: string, a: Mask, b: Mask | undefined): RoiDiff {
  if (b === undefined) return refused(name, a, undefined);
  const change = countOverlapDiffers(a, b) ? "changed" : "same";
  return { name, newName: undefined, change, ...compareMasks(a, b) };
}

/**
 * Which of `added` each of `lost` became, the greatest overlaps first: targets round one tumour are all alike, and the first that is
 * alike enough may be another's.
 */
function heirsOf(lost: readonly Side[], added: readonly Side[]): Map<Side, Side> {
  const alike = lost
    .flatMap((before) => added.map((after) => ({ before, after, dsc: dscOf(before, after) })))
    .filter(({ dsc }) => dsc >= renamedDsc)
    .sort((first, second) => second.dsc - first.dsc);
  const heirs = new Map<Side, Side>();
  const taken = new Set<Side>();
  for (const { before, after } of alike) {
    if (heirs.has(before) || taken.has(after)) continue;
    heirs.set(before, after);
    taken.add(after);
  }
  return heirs;
}

/** 0 where one is refused or both are empty. */
function dscOf({ mask: a }: Side, { mask: b }: Side): number {
  if (a === undefined || b === undefined) return 0;
  return overlapFromCounts(countOverlap(a.data, b.data)).dsc ?? 0;
}

/** With the volume of the side that is whole. */
function refused(name: string, a: Mask | undefined, b: Mask | undefined): RoiDiff {
  return { ...oneSided(name, "refused"), volumeCcA: a && volumeCc(a), volumeCcB: b && volumeCc(b) };
}

function oneSided(name: string, change: RoiDiff["change"]): RoiDiff {
  return {
    name,
    newName: undefined,
    change,
    volumeCcA: undefined,
    volumeCcB: undefined,
    dsc: undefined,
    movedMm: undefined,
  };
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
