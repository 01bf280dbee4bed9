/** The brush against a search through all voxels, and what people rely on: erasing undoes painting, discs stay in a slice. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint, type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, volumeCc } from "#geometry/mask.ts";
import { type BrushStroke, brushStroke } from "./brush.ts";
import { planeSlice, planes, planeToVoxel, voxelToPlane } from "./plane.ts";

const grid = createGrid([24, 20, 9], [0.9, 1.1, 5], patientPoint(0, 0, 0));

const anyPoint = fc
  .tuple(
    fc.double({ min: -3, max: 26, noNaN: true }),
    fc.double({ min: -3, max: 22, noNaN: true }),
    fc.double({ min: -2, max: 10, noNaN: true }),
  )
  .map(([i, j, k]) => voxelPoint(i, j, k));

const anyStroke = fc.record({
  plane: fc.constantFrom(...planes),
  from: anyPoint,
  to: anyPoint,
  radiusMm: fc.double({ min: 0, max: 12, noNaN: true }),
  shape: fc.constantFrom("disc" as const, "sphere" as const),
});

function painted(stroke: Omit<BrushStroke, "value">, on: Mask = emptyMask(grid)): Mask {
  const mask = { grid: on.grid, data: on.data.slice() };
  applyPatch(mask, brushStroke(mask, { ...stroke, value: 1 }));
  return mask;
}

/** Least distance to many points of the way: no more than half their distance too large. */
function searchMm(voxel: VoxelPoint, from: readonly number[], to: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= 120; step++) {
    const offsets = voxel.map(
      (value, axis) => (value - from[axis] - (step / 120) * (to[axis] - from[axis])) * grid.spacingMm[axis],
    );
    least = Math.min(least, Math.hypot(...offsets));
  }
  return least;
}

test("a stroke covers what lies within the radius of the pointer's way, in millimetres, and the voxels passed", () => {
  fc.assert(
    fc.property(anyStroke, (stroke) => {
      const { data } = painted(stroke);
      const normal = { axial: 2, coronal: 1, sagittal: 0 }[stroke.plane];
      const slice = Math.round(stroke.from[normal]);
      const flatten = (point: VoxelPoint): number[] =>
        point.map((value, axis) => (stroke.shape === "disc" && axis === normal ? slice : value));
      const [from, to] = [flatten(stroke.from), flatten(stroke.to)];
      // Points of the search lie at most 0.6 mm apart; a voxel passed through is within half its diagonal.
      const slackMm = 0.3;
      const diagonalMm = 2.65;
      const wrong = data.findIndex((value, at) => {
        const voxel = voxelPoint(at % 24, Math.floor(at / 24) % 20, Math.floor(at / 480));
        if (stroke.shape === "disc" && voxel[normal] !== slice) return value === 1;
        const mm = searchMm(voxel, from, to);
        return value === 1 ? mm > Math.max(stroke.radiusMm, diagonalMm) + slackMm : mm <= stroke.radiusMm;
      });
      expect(wrong).toBe(-1);
    }),
    { numRuns: 40, seed: 3 },
  );
});

test("the voxel under the pointer changes, however small the brush", () => {
  for (const plane of planes) {
    const at = planeToVoxel(plane, 3.4, 5.49, 6.3);
    const mask = painted({ plane, from: at, to: at, radiusMm: 0.01, shape: "disc" });
    expect(countVoxels(mask)).toBe(1);
    expect(planeSlice(mask, plane, 6)[5 * { axial: 24, coronal: 24, sagittal: 20 }[plane] + 3]).toBe(1);
    const { u, v, index } = voxelToPlane(plane, at);
    expect([u, v, index]).toEqual([3.4, 5.49, 6.3]);
  }
});

test("a way of a brush smaller than a voxel has no gaps", () => {
  const [from, to] = [voxelPoint(2, 2, 4), voxelPoint(20, 13, 4)];
  const mask = painted({ plane: "axial", from, to, radiusMm: 0.1, shape: "disc" });
  for (let i = 2; i <= 20; i++) {
    const column = Array.from({ length: 20 }, (_, j) => mask.data[i + 24 * (j + 20 * 4)]);
    expect(column).toContain(1);
  }
});

test("erasing with the same stroke takes away what painting added, and painting again adds it", () => {
  fc.assert(
    fc.property(anyStroke, (stroke) => {
      const mask = painted(stroke);
      const before = mask.data.slice();
      const erase = brushStroke(mask, { ...stroke, value: 0 });
      expect(mask.data).toEqual(before);
      applyPatch(mask, erase);
      expect(countVoxels(mask)).toBe(0);
      expect(brushStroke({ grid, data: before }, { ...stroke, value: 1 })).toEqual([]);
    }),
    { numRuns: 200, seed: 6 },
  );
});

test("the gate lets voxels with HU from the lower to the upper bound change, both included, and no others", () => {
  const hu = new Int16Array(24 * 20 * 9);
  for (let at = 0; at < hu.length; at++) hu[at] = (at % 7) * 100 - 300;
  const centre = voxelPoint(12, 10, 4);
  const gate = { hu, lower: -100, upper: 200 };
  const stroke = { plane: "axial", from: centre, to: centre, radiusMm: 8, shape: "sphere" } as const;
  const [free, gated] = [painted(stroke), painted({ ...stroke, gate })];
  for (let at = 0; at < hu.length; at++)
    expect(gated.data[at]).toBe(hu[at] >= -100 && hu[at] <= 200 ? free.data[at] : 0);
  expect(countVoxels(gated)).toBeGreaterThan(20);
});

test("a ball has the volume of one, a stroke that of a capsule", () => {
  const fine = createGrid([80, 60, 60], [1, 1, 1], patientPoint(0, 0, 0));
  const stroke = { plane: "coronal", radiusMm: 18, shape: "sphere" } as const;
  const [a, b] = [voxelPoint(30, 30, 30), voxelPoint(50, 30, 30)];
  const ball = ((4 / 3) * Math.PI * 18 ** 3) / 1000;
  const tube = (Math.PI * 18 ** 2 * 20) / 1000;
  expect(volumeCc(painted({ ...stroke, from: a, to: a }, emptyMask(fine))) / ball).toBeCloseTo(1, 1.7);
  expect(volumeCc(painted({ ...stroke, from: a, to: b }, emptyMask(fine))) / (ball + tube)).toBeCloseTo(
    1,
    1.7,
  );
});

test("a stroke beside the grid changes nothing", () => {
  const outside = voxelPoint(-40, 5, 3);
  expect(
    brushStroke(emptyMask(grid), {
      plane: "axial",
      from: outside,
      to: outside,
      radiusMm: 5,
      shape: "disc",
      value: 1,
    }),
  ).toEqual([]);
});

test("a disc on a voxel's centre reaches as far to every side, though a pointer's place is never quite a whole number", () => {
  const fine = createGrid([40, 40, 1], [1, 0.9, 3], patientPoint(0, 0, 0));
  for (const [i, j] of [
    [20 + 1e-12, 20 - 1e-12],
    [20 - 1e-12, 20 + 1e-12],
  ]) {
    const at = voxelPoint(i, j, 0);
    const stroke = { plane: "axial", from: at, to: at, radiusMm: 9, shape: "disc", value: 1 } as const;
    const [patch] = brushStroke(emptyMask(fine), stroke);
    expect(patch).toMatchObject({ i0: 11, width: 19, j0: 10, height: 21 });
  }
});
