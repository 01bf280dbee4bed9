/** Means over blocks of voxels: an image at a part of its resolution, with its noise averaged out. */
import type { Vector3 } from "#core/coordinates.ts";

/** Blocks along each axis, where one is `step` voxels long; the last may be shorter. */
export function blockCounts(size: Vector3, step: Vector3): Vector3 {
  return [Math.ceil(size[0] / step[0]), Math.ceil(size[1] / step[1]), Math.ceil(size[2] / step[2])];
}

/** One mean per block, in memory order, over the voxels that the block has. `values` are in the memory order of `size`. */
export function blockMeans(values: ArrayLike<number>, size: Vector3, step: Vector3): Float64Array {
  const [columns, rows, slices] = size;
  const [width, height, depth] = blockCounts(size, step);
  const means = new Float64Array(width * height * depth);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const source = columns * (j + rows * k);
      const target = width * (Math.floor(j / step[1]) + height * Math.floor(k / step[2]));
      for (let x = 0, i = 0; x < width; x++) {
        let sum = 0;
        for (const end = Math.min(columns, i + step[0]); i < end; i++) sum += values[source + i];
        means[target + x] += sum;
      }
    }
  }
  const covered = (block: number, axis: 0 | 1 | 2): number =>
    Math.min(step[axis], size[axis] - block * step[axis]);
  for (let z = 0, at = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const ofRow = covered(y, 1) * covered(z, 2);
      for (let x = 0; x < width; x++, at++) means[at] /= covered(x, 0) * ofRow;
    }
  }
  return means;
}
