/**
 * Which part of a CT can show a tumour of the lung: the box round both lungs and some room. A planning CT reaches into the neck and
 * the abdomen, and a slice shows arms, couch and air; a network need not look there, and finds only what is no tumour.
 * docs/decisions/0031
 */
import { boxOfLungs, type CoarseLungs } from "#anatomy/lung-support.ts";
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { ChestExtent } from "./prediction/body-frame.ts";

/** A tumour at the apex or the diaphragm may leave the lung's slices by this much. */
const beyondSlicesMm = 40;
/** Lungs of less height are a crop, or collapsed: what was found then says nothing of where they should end. */
const leastHeightMm = 150;
/** A tumour of the chest wall may leave the box of both lungs by this much. */
const beyondPlaneMm = 25;
/** A lung of a smaller part of both is collapsed, or filled: its side of the chest is wider than what is left of it. */
const leastShare = 0.25;

/** Voxels of an upright CT's grid. Whole slices unless both lungs are seen, and all of them unless lungs are seen in full. */
export function tumourRegion(lungs: CoarseLungs | undefined, { size, spacingMm }: Grid): Box {
  const whole: Box = { from: [0, 0, 0], to: size };
  if (lungs === undefined) return whole;
  const box = boxOfLungs(lungs);
  if (box === undefined || (box.to[2] - box.from[2]) * spacingMm[2] < leastHeightMm) return whole;
  const { right, left } = countBlocks(lungs);
  const bothSeen = Math.min(right, left) >= leastShare * (right + left);
  const pixels = lungs.factor;
  const axis = (at: 0 | 1 | 2, scale: number, beyondMm: number): [number, number] => {
    const beyond = Math.ceil(beyondMm / spacingMm[at]);
    return [Math.max(0, box.from[at] * scale - beyond), Math.min(size[at], box.to[at] * scale + beyond)];
  };
  const slices = axis(2, 1, beyondSlicesMm);
  const [columns, rows] = bothSeen
    ? [axis(0, pixels, beyondPlaneMm), axis(1, pixels, beyondPlaneMm)]
    : [
        [0, size[0]],
        [0, size[1]],
      ];
  return { from: [columns[0], rows[0], slices[0]], to: [columns[1], rows[1], slices[1]] };
}

/** By what the body is measured, in a training as in a prediction (prediction/body-frame.ts): that part's slices, and the columns of both lungs. */
export function chestOf(lungs: CoarseLungs | undefined, grid: Grid): ChestExtent {
  const { from, to } = tumourRegion(lungs, grid);
  const slices = [from[2], to[2]] as const;
  const box = lungs && boxOfLungs(lungs);
  const isWhole = from[0] === 0 && to[0] === grid.size[0];
  if (lungs === undefined || box === undefined || isWhole) return { slices, columns: [0, grid.size[0]] };
  return { slices, columns: [box.from[0] * lungs.factor, Math.min(grid.size[0], box.to[0] * lungs.factor)] };
}

/** Blocks in the right and in the left lung. */
function countBlocks({ labels }: CoarseLungs) {
  const counts = [0, 0, 0];
  for (let at = 0; at < labels.length; at++) counts[labels[at]]++;
  return { right: counts[1], left: counts[2] };
}
