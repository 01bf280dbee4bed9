/** Connected regions of a mask, or of a slice as a mask one voxel deep: of voxels that share a face, or an edge or a corner as well. */
import type { Vector3 } from "#core/coordinates.ts";

export type Components = {
  /** 0 outside, else 1 .. count, in the mask's memory order. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of component n at n - 1. */
  readonly sizes: readonly number[];
};

/** Components numbered in memory order of their first voxel; none for an empty mask. */
export function connectedComponents(
  { grid, data }: { readonly grid: { readonly size: Vector3 }; readonly data: Uint8Array },
  connectedBy: "faces" | "corners" = "faces",
): Components {
  const steps = stepsToNeighbours(connectedBy === "faces" ? 1 : 3);
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
      for (let step = 0; step < steps.length; step += 3) {
        const nx = x + steps[step];
        const ny = y + steps[step + 1];
        const nz = z + steps[step + 2];
        if (nx < 0 || ny < 0 || nz < 0 || nx >= width || ny >= height || nz >= depth) continue;
        const neighbour = nx + width * ny + area * nz;
        if (data[neighbour] === 0 || labels[neighbour] !== 0) continue;
        labels[neighbour] = label;
        stack.push(neighbour);
      }
    }
    sizes.push(size);
  }
  return { labels, count: sizes.length, sizes };
}

/** dx, dy, dz of each neighbour that differs in 1 to `mostAxes` coordinates. */
function stepsToNeighbours(mostAxes: number): Int8Array {
  const along = [-1, 0, 1];
  const all = along.flatMap((dz) => along.flatMap((dy) => along.map((dx) => [dx, dy, dz])));
  const moved = (step: readonly number[]): number => step.filter((axis) => axis !== 0).length;
  return Int8Array.from(all.filter((step) => moved(step) > 0 && moved(step) <= mostAxes).flat());
}
