/** Against a search through all voxels: what the ball passes has no border, the rest is as it was. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint, type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { nudge, pushFrom } from "./nudge.ts";
import { type Plane, planeAxes, planes } from "./plane.ts";

const grid = createGrid([24, 20, 9], [1, 1.25, 3], patientPoint(0, 0, 0));
const placeOf = (at: number): VoxelPoint =>
  voxelPoint(at % 24, Math.floor(at / 24) % 20, Math.floor(at / 480));
/** A box in the middle of the grid. */
const box = (): Mask =>
  maskWhere(grid, (at) => {
    const [i, j, k] = placeOf(at);
    return i >= 8 && i < 16 && j >= 7 && j < 14 && k >= 3 && k < 7;
  });
const inBox = [
  [8, 15],
  [7, 13],
  [3, 6],
] as const;

const radiusMm = 4;

/** Of the box after the ball went from a voxel along an axis of the plane. */
function pushed(plane: Plane, from: VoxelPoint, to: VoxelPoint, shape: "disc" | "sphere" = "disc"): Mask {
  const mask = box();
  applyPatch(mask, nudge(mask, { plane, from, to, radiusMm, shape }, pushFrom(mask, from)));
  return mask;
}

/** Whether the ball passed a voxel's centre: the distance to the way in millimetres. */
function passed(plane: Plane, voxel: VoxelPoint, from: VoxelPoint, to: VoxelPoint): boolean {
  const normal = planeAxes[plane][2];
  if (voxel[normal] !== from[normal]) return false;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= 400; step++) {
    const mm = voxel.map(
      (value, axis) => (value - from[axis] - (step / 400) * (to[axis] - from[axis])) * grid.spacingMm[axis],
    );
    least = Math.min(least, Math.hypot(...mm));
  }
  return least <= radiusMm;
}

const middle = [11, 10, 5] as const;
/** The middle of the box moved along one of a plane's own axes. */
function movedFrom(plane: Plane, along: 0 | 1, by: number): VoxelPoint {
  const point: [number, number, number] = [...middle];
  point[planeAxes[plane][along]] += by;
  return voxelPoint(...point);
}

test.each(planes)("from inside the ball pushes the border outwards, in %s planes too", (plane) => {
  const [from, to] = [movedFrom(plane, 0, 0), movedFrom(plane, 0, 7)];
  const before = box();
  const after = pushed(plane, from, to);
  after.data.forEach((value, at) => {
    expect(value).toBe(before.data[at] === 1 || passed(plane, placeOf(at), from, to) ? 1 : 0);
  });
  expect(after.data).not.toEqual(before.data);
});

test.each(planes)("from outside it pushes the border inwards, in %s planes too", (plane) => {
  const axis = planeAxes[plane][0];
  const outside = inBox[axis][0] - 3 - middle[axis];
  const [from, to] = [movedFrom(plane, 0, outside), movedFrom(plane, 0, -1)];
  const before = box();
  const after = pushed(plane, from, to);
  after.data.forEach((value, at) => {
    expect(value).toBe(before.data[at] === 1 && !passed(plane, placeOf(at), from, to) ? 1 : 0);
  });
  expect(after.data).not.toEqual(before.data);
});

test("which way it pushes is decided where it is put down, not where it goes", () => {
  const [inside, outside] = [voxelPoint(11, 10, 5), voxelPoint(2, 10, 5)];
  expect(pushFrom(box(), inside)).toBe(1);
  expect(pushFrom(box(), outside)).toBe(0);
  const count = ({ data }: Mask): number => data.reduce((sum, value) => sum + value, 0);
  expect(count(pushed("axial", inside, outside))).toBeGreaterThan(count(box()));
  expect(count(pushed("axial", outside, inside))).toBeLessThan(count(box()));
});

test("a ball that reaches no border changes nothing, and neither does one beside the CT", () => {
  const mask = box();
  const still = (at: VoxelPoint) =>
    ({ plane: "axial", from: at, to: at, radiusMm: 1, shape: "disc" }) as const;
  for (const at of [voxelPoint(11, 10, 5), voxelPoint(2, 2, 5), voxelPoint(-40, 10, 5)])
    expect(nudge(mask, still(at), pushFrom(mask, at))).toEqual([]);
  expect(pushFrom(mask, voxelPoint(-40, 10, 5))).toBe(0);
});

test("from inside no voxel leaves the contour, from outside none joins it, wherever the ball goes", () => {
  const anyPoint = fc
    .tuple(...grid.size.map((count) => fc.double({ min: -3, max: count + 3, noNaN: true })))
    .map(([i, j, k]) => voxelPoint(i, j, k));
  fc.assert(
    fc.property(
      ...([anyPoint, anyPoint, fc.constantFrom(...planes), fc.constantFrom("disc", "sphere")] as const),
      (from, to, plane, shape) => {
        const before = box();
        const after = pushed(plane, from, to, shape as "disc" | "sphere");
        const outwards = pushFrom(before, from) === 1;
        const wrong = after.data.findIndex((value, at) =>
          outwards ? value < before.data[at] : value > before.data[at],
        );
        expect(wrong).toBe(-1);
      },
    ),
    { numRuns: 200, seed: 5 },
  );
});
