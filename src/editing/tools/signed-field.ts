/**
 * How deep in a contour a place of its slice lies, in millimetres: positive inside, negative outside, 0 on the border. At
 * voxel centres exact to half a voxel, between them linear.
 */
import { patientPoint } from "#core/coordinates.ts";
import { boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { signedDistanceMm } from "#geometry/distances/signed-distance.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";

/** A region of a slice, or of a part of it. */
export type Shape = {
  /** The slice's pixel of the first value. */
  readonly from: readonly [number, number];
  /** Length width * height, row by row. */
  readonly inside: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly [number, number];
};

export type Field = {
  /** The slice's pixel of the first value; may lie beside the slice. */
  readonly from: readonly [number, number];
  readonly size: readonly [number, number];
  readonly spacingMm: readonly [number, number];
  readonly depthMm: Float32Array;
  readonly deepestMm: number;
};

/** Background round the shape: enough that the border's values are negative. */
const border = 2;

/** Of all shapes together, which are of the same part; one of them at least has a pixel. */
export function signedDistanceField(shapes: readonly Shape[]): Field {
  const masks = shapes.map(({ inside, width, height, spacingMm }): Mask => {
    const grid = createGrid([width, height, 1], [spacingMm[0], spacingMm[1], 1], patientPoint(0, 0, 0));
    return { grid, data: inside };
  });
  const box = masks.map(boundingBox).reduce(unionBox, undefined);
  if (box === undefined) throw new Error("a shape without pixels has no depth");
  const parts = masks.map((mask) => middleSlice(cropMask(mask, box, border)));
  const { grid } = parts[0];
  const { data: union } = uniteMasks(grid, parts);
  const depthMm = signedDistanceMm(union, grid.size[0], grid.size[1], shapes[0].spacingMm);
  let deepestMm = 0;
  for (const mm of depthMm) deepestMm = Math.max(deepestMm, mm);
  const [x, y] = shapes[0].from;
  return {
    from: [x + box.from[0] - border, y + box.from[1] - border],
    size: [grid.size[0], grid.size[1]],
    spacingMm: shapes[0].spacingMm,
    depthMm,
    deepestMm,
  };
}

/** A crop of one slice with a border has slices of background on either side. */
function middleSlice({ grid, data }: Mask): Mask {
  const area = grid.size[0] * grid.size[1];
  return {
    grid: { ...grid, size: [grid.size[0], grid.size[1], 1] },
    data: data.subarray(border * area, (border + 1) * area),
  };
}

/** Depth at a place of the slice in voxels; beyond the field the border's value less the way to it. */
export function sampleField({ from, size, spacingMm, depthMm }: Field, x: number, y: number): number {
  const u = Math.min(size[0] - 1, Math.max(0, x - from[0]));
  const v = Math.min(size[1] - 1, Math.max(0, y - from[1]));
  const [left, top] = [Math.min(size[0] - 2, Math.floor(u)), Math.min(size[1] - 2, Math.floor(v))];
  const [a, b] = [u - left, v - top];
  const at = top * size[0] + left;
  const upper = depthMm[at] * (1 - a) + depthMm[at + 1] * a;
  const lower = depthMm[at + size[0]] * (1 - a) + depthMm[at + size[0] + 1] * a;
  const beyondMm = Math.hypot((x - from[0] - u) * spacingMm[0], (y - from[1] - v) * spacingMm[1]);
  return upper * (1 - b) + lower * b - beyondMm;
}
