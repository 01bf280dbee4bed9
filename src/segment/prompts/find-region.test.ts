/** Prompts against the aorta, and boxes of which the depth is a guess. In place of the network all tissue near the view's middle is found. */
import { expect, test } from "vitest";
import { type Aorta, fillAorta, noAorta } from "#anatomy/aorta/aorta.ts";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere, uniteMasks } from "#geometry/mask.ts";
import { overlapInBox } from "#geometry/overlap.ts";
import { turnOf } from "#geometry/upright.ts";
import { findsDense } from "../../../test/finds-dense.ts";
import { findRegion, type RegionPrompt } from "./find-region.ts";

const [width, height, slices] = [80, 64, 40] as const;
const grid = createGrid([width, height, slices], [2, 2, 3], patientPoint(0, 0, 0));
const aorta: Aorta = {
  firstSlice: 0,
  discs: Array.from({ length: slices }, () => ({ i: 28, j: 32, radiusMm: 12 })),
};
const vessel = emptyMask(grid);
fillAorta(aorta, vessel, 1);

function solid(inside: (x: number, y: number, z: number) => boolean): Mask {
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    return inside(2 * i, 2 * j, 3 * k);
  });
}

function find(tissue: Mask, prompt: RegionPrompt, known = aorta) {
  const hu = Int16Array.from(tissue.data, (inside) => (inside === 1 ? 40 : -850));
  return findRegion({ turn: turnOf(grid), upright: { grid, hu, aorta: known } }, findsDense, prompt);
}

const roundBox = (mask: Mask, mm: number): Box => {
  const box = boundingBox(mask) ?? { from: [0, 0, 0], to: [0, 0, 0] };
  const [x, y, z] = grid.spacingMm.map((step) => Math.ceil(mm / step));
  const { from, to } = box;
  return {
    from: [from[0] - x, from[1] - y, from[2] - z],
    to: [to[0] + x, to[1] + y, to[2] + z],
  };
};
const ball = solid((x, y, z) => Math.hypot(x - 84, y - 64, z - 60) < 20);
const tumour = maskWhere(grid, (at) => ball.data[at] === 1 && vessel.data[at] === 0);
const tissue = uniteMasks(grid, [tumour, vessel]);

test("what a click or a box in a tumour finds ends at the aorta's wall", async () => {
  for (const prompt of [{ click: voxelPoint(46, 32, 20) }, { box: roundBox(tumour, 5) }]) {
    const region = await find(tissue, prompt);
    expect(overlapInBox(tumour, region).dsc).toBeGreaterThan(0.93);
    expect(overlapInBox(vessel, region).dsc).toBe(0);
    // Nor is it followed there: the aorta's middle is column 28.
    expect(region.box.from[0]).toBeGreaterThanOrEqual(28);
    expect(overlapInBox(vessel, await find(tissue, prompt, noAorta)).dsc).toBeGreaterThan(0.1);
  }
});

test("who points at the aorta means it", async () => {
  const box: Box = { from: [20, 24, 8], to: [37, 41, 32] };
  for (const prompt of [{ click: voxelPoint(28, 32, 20) }, { box }])
    expect(overlapInBox(vessel, await find(vessel, prompt)).dsc).toBeGreaterThan(0.3);
});

test("a box that cuts a tumour off where it is broad grows, and along a vessel it does not", async () => {
  const tall = solid((x, y, z) => Math.hypot(x - 84, y - 64) < 20 && z > 15 && z < 99);
  const low: Box = { from: [28, 18, 14], to: [57, 47, 24] };
  expect(overlapInBox(tall, await find(tall, { box: low }, noAorta)).dsc).toBeGreaterThan(0.9);
  const branch = solid((x, y, z) => Math.hypot(x - 84, y - 64) < 6 && z > 60);
  const withVessel = uniteMasks(grid, [ball, branch]);
  const { box } = await find(withVessel, { box: roundBox(ball, 5) }, noAorta);
  // But for the slice that a narrow end has left.
  expect(box.to[2]).toBeLessThanOrEqual(roundBox(ball, 5).to[2] + 1);
});
