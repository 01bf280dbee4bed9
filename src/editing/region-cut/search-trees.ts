/**
 * The two search trees of a minimum cut (minimum-cut.ts): which voxels belong to the source's and to the sink's, by which arc,
 * and how far from their terminal, with the flow that the arcs still bear and the voxels that have something to do.
 */
import type { Vector3 } from "#core/coordinates.ts";

/** Arcs of a voxel, in this order: to the next lower and higher neighbour along i, j, k. `arc ^ 1` is the way back. */
export const arcsPerVoxel = 6;

export type CutCosts = {
  /** Voxels along i, j, k. The outermost layer has no costs and takes no part. */
  readonly size: Vector3;
  /** Positive: the cost of a voxel outside. Negative: the cost (its amount) of a voxel inside. Overwritten. */
  readonly preference: Float32Array;
  /** The cost of parting a voxel (inside) from its neighbour: 6 * voxel + arc. 0 towards the outermost layer. Overwritten. */
  readonly parting: Float32Array;
};

/** Sides of a voxel. */
export const free = 0;
export const source = 1;
export const sink = 2;
/** Parents that are no arcs. */
export const terminal = 6;
export const orphan = 7;
export const none = -1;

export type SearchTrees = {
  readonly count: number;
  /** From a voxel to its neighbour over each arc. */
  readonly step: Int32Array;
  readonly preference: Float32Array;
  readonly parting: Float32Array;
  /** The side of each voxel. */
  readonly tree: Uint8Array;
  /** The arc to the parent, or `terminal`. */
  readonly parent: Int8Array;
  /** Steps to the terminal as they were at the time of the stamp. */
  readonly distance: Int32Array;
  readonly stamp: Int32Array;
  readonly orphans: number[];
  /** What still flows over the arc, from the source's side towards the sink's. */
  residual(voxel: number, arc: number, side: number): number;
  /** Its neighbours are to be looked at. */
  activate(voxel: number): void;
  /** What was activated since the last call. */
  takeActive(): number[];
  /** From now on it may be activated again. */
  release(voxel: number): void;
  /** Cuts a voxel off its parent. */
  loosen(voxel: number): void;
};

/** Every voxel with a preference is its terminal's child; active are those that share a border with a cost. */
export function plantTrees({ size, preference, parting }: CutCosts): SearchTrees {
  const [width, height, depth] = size;
  const count = width * height * depth;
  const step = Int32Array.of(-1, 1, -width, width, -width * height, width * height);
  const tree = new Uint8Array(count);
  const parent = new Int8Array(count).fill(none);
  const distance = new Int32Array(count);
  const orphans: number[] = [];
  const queued = new Uint8Array(count);
  let active: number[] = [];

  function residual(voxel: number, arc: number, side: number): number {
    return side === source
      ? parting[voxel * arcsPerVoxel + arc]
      : parting[(voxel + step[arc]) * arcsPerVoxel + (arc ^ 1)];
  }

  function activate(voxel: number): void {
    if (queued[voxel] === 1) return;
    queued[voxel] = 1;
    active.push(voxel);
  }

  function takeActive(): number[] {
    const taken = active;
    active = [];
    return taken;
  }

  function release(voxel: number): void {
    queued[voxel] = 0;
  }

  function loosen(voxel: number): void {
    parent[voxel] = orphan;
    orphans.push(voxel);
  }

  /** Most voxels of a region are sure, and so are their neighbours: nothing can flow to or from them. */
  function isJoined(voxel: number): boolean {
    for (let arc = 0; arc < arcsPerVoxel; arc++) {
      const other = voxel + step[arc];
      if (parting[voxel * arcsPerVoxel + arc] > 0) return true;
      if (other >= 0 && other < count && parting[other * arcsPerVoxel + (arc ^ 1)] > 0) return true;
    }
    return false;
  }

  for (let voxel = 0; voxel < count; voxel++) {
    if (preference[voxel] === 0) continue;
    tree[voxel] = preference[voxel] > 0 ? source : sink;
    parent[voxel] = terminal;
    distance[voxel] = 1;
    if (isJoined(voxel)) activate(voxel);
  }
  const stamp = new Int32Array(count);
  const arrays = { count, step, preference, parting, tree, parent, distance, stamp, orphans };
  return { ...arrays, residual, activate, takeActive, release, loosen };
}
