/** Means over blocks of voxels: an image at a part of its resolution, with its noise averaged out. */
import type { Vector3 } from "#core/coordinates.ts";

/** Blocks along each axis, where one is `step` voxels long; the last may be shorter. */
export function blockCounts(size: Vector3, step: Vector3): Vector3 {
  return [Math.ceil(size[0] / step[0]), Math.ceil(size[1] / step[1]), Math.ceil(size[2] / step[2])];
}

/**
 * One mean per block, in memory order, over the voxels that the block has. `values` are in the memory order of `size`; `counts`: the
 * blocks that are looked at along each axis, all if left out.
 */
export function blockMeans(
  values: ArrayLike<number>,
  size: Vector3,
  step: Vector3,
  counts: Vector3 = blockCounts(size, step),
): Float32Array<ArrayBuffer> {
  const [columns, rows, slices] = size;
  const [width, height, depth] = counts;
  const means = new Float32Array(width * height * depth);
  const sums = new Float64Array(width);
  const reach = Math.min(columns, width * step[0]);
  const wholeBlocks = Math.floor(reach / step[0]);
  for (let z = 0, at = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const [deep, high] = [Math.min(step[2], slices - z * step[2]), Math.min(step[1], rows - y * step[1])];
      sums.fill(0);
      for (let k = 0; k < deep; k++) {
        for (let j = 0; j < high; j++) {
          let i = columns * (y * step[1] + j + rows * (z * step[2] + k));
          const end = i + reach;
          for (let x = 0; x < wholeBlocks; x++) {
            let sum = 0;
            for (let n = 0; n < step[0]; n++) sum += values[i++];
            sums[x] += sum;
          }
          for (; i < end; i++) sums[wholeBlocks] += values[i];
        }
      }
      for (let x = 0; x < width; x++, at++)
        means[at] = sums[x] / (Math.min(step[0], columns - x * step[0]) * high * deep);
    }
  }
  return means;
}
