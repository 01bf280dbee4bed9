/** Connected regions of a mask in three dimensions; voxels that share a face are connected. */
import type { Mask } from "./mask.ts";

export type Components = {
  /** 0 outside, else 1 .. count, in the mask's memory order. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of component n at n - 1. */
  readonly sizes: readonly number[];
};

/** Components numbered in memory order of their first voxel; none for an empty mask. */
export function connectedComponents({ grid, data }: Mask): Components {
  const [width, height, depth] = grid.size;
  const area = width * height;
  const labels = new Int32Array(data.length);
  const sizes: number[] = [];
  const stack: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    const label = sizes.length + 1;
    let size = 0;
    labels[start] = label;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      const x = at % width;
      const y = Math.floor(at / width) % height;
      const z = Math.floor(at / area);
      if (x > 0) visit(at - 1, label);
      if (x < width - 1) visit(at + 1, label);
      if (y > 0) visit(at - width, label);
      if (y < height - 1) visit(at + width, label);
      if (z > 0) visit(at - area, label);
      if (z < depth - 1) visit(at + area, label);
    }
    sizes.push(size);
  }
  return { labels, count: sizes.length, sizes };

  function visit(at: number, label: number): void {
    if (data[at] === 0 || labels[at] !== 0) return;
    labels[at] = label;
    stack.push(at);
  }
}
