/**
 * Brush and eraser: what a disc or a ball covers on its way between two samples of the pointer, measured in millimetres on
 * the anisotropic grid. A disc stays in the slice in which the person draws. Between samples the way is straight.
 */
import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boxSize } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";
import { type Plane, planeAxes } from "./plane.ts";

/** What lies on the radius but for the rounding of the pointer's place is covered, or a disc covered more to one side of it. */
const roundingMm = 1e-4;

const brushShapes = ["disc", "sphere"] as const;
type BrushShape = (typeof brushShapes)[number];

/** Only voxels with lower <= HU <= upper change; `hu` is on the mask's grid. */
type HuGate = { readonly hu: Int16Array; readonly lower: number; readonly upper: number };

export type BrushStroke = {
  readonly plane: Plane;
  readonly from: VoxelPoint;
  /** The same as `from` for a click. */
  readonly to: VoxelPoint;
  readonly radiusMm: number;
  readonly shape: BrushShape;
  /** 1 paints, 0 erases. */
  readonly value: 0 | 1;
  readonly gate?: HuGate;
};

/**
 * Voxels whose centres are no farther than the radius from the way, and those that the way passes through, so that a brush
 * smaller than a voxel still leaves a trace. Empty beside the grid, and where nothing changes. A disc's slice is the one
 * that `from` lies in.
 */
export function brushStroke(mask: Mask, stroke: BrushStroke): MaskPatch {
  const { grid } = mask;
  const normal = planeAxes[stroke.plane][2];
  const flat = stroke.shape === "disc";
  const slice = Math.round(stroke.from[normal]);
  const ends = [stroke.from, stroke.to].map((point) =>
    point.map((value, axis) => (flat && axis === normal ? slice : value)),
  );
  const radiusMm = stroke.radiusMm + roundingMm;
  const reach = grid.spacingMm.map((mm, axis) => (flat && axis === normal ? 0 : radiusMm / mm));
  const bound = (axis: number): readonly [number, number] => {
    const [low, high] = [Math.min(ends[0][axis], ends[1][axis]), Math.max(ends[0][axis], ends[1][axis])];
    const from = Math.min(Math.ceil(low - reach[axis]), Math.round(low));
    const to = Math.max(Math.floor(high + reach[axis]), Math.round(high)) + 1;
    return [Math.max(0, from), Math.min(grid.size[axis], to)];
  };
  const bounds = [bound(0), bound(1), bound(2)] as const;
  if (bounds.some(([from, to]) => from >= to)) return [];
  const from: Vector3 = [bounds[0][0], bounds[1][0], bounds[2][0]];
  const to: Vector3 = [bounds[0][1], bounds[1][1], bounds[2][1]];
  const box: Box = { from, to };
  const [width, height, depth] = boxSize(box);
  const covered = coverCapsule(grid, box, ends, radiusMm);
  coverWay(covered, box, ends);
  const after = new Uint8Array(covered.length);
  for (let at = 0, z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let voxel = from[0] + grid.size[0] * (from[1] + y + grid.size[1] * (from[2] + z));
      for (let x = 0; x < width; x++, at++, voxel++) {
        const changes = covered[at] === 1 && passes(stroke.gate, voxel);
        after[at] = changes ? stroke.value : mask.data[voxel];
      }
    }
  }
  return patchInBox(mask, box, after);
}

function passes(gate: HuGate | undefined, voxel: number): boolean {
  return gate === undefined || (gate.hu[voxel] >= gate.lower && gate.hu[voxel] <= gate.upper);
}

/** 1 in the voxels of a box whose centres lie within the radius of the line between the ends. */
function coverCapsule(
  { spacingMm: [sx, sy, sz] }: Grid,
  box: Box,
  [a, b]: readonly (readonly number[])[],
  radiusMm: number,
): Uint8Array {
  const { from } = box;
  const [width, height, depth] = boxSize(box);
  const covered = new Uint8Array(width * height * depth);
  const [wx, wy, wz] = [(b[0] - a[0]) * sx, (b[1] - a[1]) * sy, (b[2] - a[2]) * sz];
  const lengthSquared = wx * wx + wy * wy + wz * wz;
  const radiusSquared = radiusMm * radiusMm;
  for (let at = 0, z = 0; z < depth; z++) {
    const pz = (from[2] + z - a[2]) * sz;
    for (let y = 0; y < height; y++) {
      const py = (from[1] + y - a[1]) * sy;
      for (let x = 0; x < width; x++, at++) {
        const px = (from[0] + x - a[0]) * sx;
        const along = lengthSquared === 0 ? 0 : (px * wx + py * wy + pz * wz) / lengthSquared;
        const part = Math.min(1, Math.max(0, along));
        const [dx, dy, dz] = [px - part * wx, py - part * wy, pz - part * wz];
        if (dx * dx + dy * dy + dz * dz <= radiusSquared) covered[at] = 1;
      }
    }
  }
  return covered;
}

/** 1 in the voxels that the way passes through, looked at every quarter of a voxel. */
function coverWay(covered: Uint8Array, box: Box, [a, b]: readonly (readonly number[])[]): void {
  const { from } = box;
  const [width, height, depth] = boxSize(box);
  const steps = 4 * Math.ceil(Math.max(1, ...a.map((value, axis) => Math.abs(b[axis] - value))));
  for (let step = 0; step <= steps; step++) {
    const [x, y, z] = a.map(
      (value, axis) => Math.round(value + (step / steps) * (b[axis] - value)) - from[axis],
    );
    if (x < 0 || y < 0 || z < 0 || x >= width || y >= height || z >= depth) continue;
    covered[x + width * (y + height * z)] = 1;
  }
}
