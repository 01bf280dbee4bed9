/**
 * The cheapest separation of a block of voxels into inside and outside: a maximum flow on the grid of face neighbours, by
 * two search trees that meet, are cut and mend themselves (Boykov and Kolmogorov 2004, with the distance heuristic of their
 * implementation). What the costs mean is the caller's business.
 */
import type { Vector3 } from "#core/coordinates.ts";

/** Arcs of a voxel, in this order: to the next lower and higher neighbour along i, j, k. `arc ^ 1` is the way back. */
export const arcsPerVoxel = 6;

type CutCosts = {
  /** Voxels along i, j, k. The outermost layer has no costs and takes no part. */
  readonly size: Vector3;
  /** Positive: the cost of a voxel outside. Negative: the cost (its amount) of a voxel inside. Overwritten. */
  readonly preference: Float32Array;
  /** The cost of parting a voxel (inside) from its neighbour: 6 * voxel + arc. 0 towards the outermost layer. Overwritten. */
  readonly parting: Float32Array;
};

const free = 0;
const source = 1;
const sink = 2;
const terminal = 6;
const orphan = 7;
const none = -1;

/** 1 inside. Voxels whose costs are equal either way are outside. */
export function minimumCut({ size: [width, height, depth], preference, parting }: CutCosts): Uint8Array {
  const count = width * height * depth;
  const step = Int32Array.of(-1, 1, -width, width, -width * height, width * height);
  const tree = new Uint8Array(count);
  /** The arc to the parent, or `terminal`. */
  const parent = new Int8Array(count).fill(none);
  /** Steps to the terminal as they were at the given time. */
  const distance = new Int32Array(count);
  const stamp = new Int32Array(count);
  let time = 0;
  let queue: number[] = [];
  let later: number[] = [];
  const queued = new Uint8Array(count);
  const orphans: number[] = [];

  function activate(voxel: number): void {
    if (queued[voxel] === 1) return;
    queued[voxel] = 1;
    later.push(voxel);
  }

  /** What still flows over the arc, from the source's side towards the sink's. */
  function residual(voxel: number, arc: number, side: number): number {
    return side === source
      ? parting[voxel * arcsPerVoxel + arc]
      : parting[(voxel + step[arc]) * arcsPerVoxel + (arc ^ 1)];
  }

  /** Grows the tree of a voxel by its neighbours; the arc that meets the other tree, or -1. */
  function grow(voxel: number): number {
    const side = tree[voxel];
    for (let arc = 0; arc < arcsPerVoxel; arc++) {
      const other = voxel + step[arc];
      if (other < 0 || other >= count || residual(voxel, arc, side) <= 0) continue;
      if (tree[other] === free) {
        tree[other] = side;
        parent[other] = arc ^ 1;
        stamp[other] = stamp[voxel];
        distance[other] = distance[voxel] + 1;
        activate(other);
      } else if (tree[other] !== side) return arc;
      else if (stamp[other] <= stamp[voxel] && distance[other] > distance[voxel]) {
        parent[other] = arc ^ 1;
        stamp[other] = stamp[voxel];
        distance[other] = distance[voxel] + 1;
      }
    }
    return -1;
  }

  /** Pushes what the path through the arc bears: from `start` of the source's tree to its neighbour of the sink's. */
  function augment(start: number, arc: number): void {
    const end = start + step[arc];
    let flow = parting[start * arcsPerVoxel + arc];
    for (const [first, side] of [
      [start, source],
      [end, sink],
    ]) {
      let voxel = first;
      for (; parent[voxel] !== terminal; voxel += step[parent[voxel]])
        flow = Math.min(flow, toParent(voxel, side));
      flow = Math.min(flow, Math.abs(preference[voxel]));
    }
    parting[start * arcsPerVoxel + arc] -= flow;
    parting[end * arcsPerVoxel + (arc ^ 1)] += flow;
    for (const [first, side] of [
      [start, source],
      [end, sink],
    ]) {
      let voxel = first;
      while (parent[voxel] !== terminal) {
        const up = parent[voxel];
        const above = voxel + step[up];
        const forward = side === source ? above * arcsPerVoxel + (up ^ 1) : voxel * arcsPerVoxel + up;
        const back = side === source ? voxel * arcsPerVoxel + up : above * arcsPerVoxel + (up ^ 1);
        parting[forward] -= flow;
        parting[back] += flow;
        if (parting[forward] <= 0) loosen(voxel);
        voxel = above;
      }
      preference[voxel] += side === source ? -flow : flow;
      if (preference[voxel] === 0 || preference[voxel] > 0 !== (side === source)) {
        preference[voxel] = 0;
        loosen(voxel);
      }
    }
  }

  function toParent(voxel: number, side: number): number {
    const up = parent[voxel];
    return residual(voxel + step[up], up ^ 1, side);
  }

  function loosen(voxel: number): void {
    parent[voxel] = orphan;
    orphans.push(voxel);
  }

  /** Steps from a voxel to its terminal; infinite if an orphan is above it. */
  function rootDistance(voxel: number): number {
    let steps = 0;
    let at = voxel;
    for (;;) {
      if (stamp[at] === time) {
        steps += distance[at];
        break;
      }
      const up = parent[at];
      steps++;
      if (up === terminal) {
        stamp[at] = time;
        distance[at] = 1;
        break;
      }
      if (up === orphan || up === none) return Number.POSITIVE_INFINITY;
      at += step[up];
    }
    // What was learnt is noted along the way.
    let rest = steps;
    for (at = voxel; stamp[at] !== time; at += step[parent[at]]) {
      stamp[at] = time;
      distance[at] = rest--;
    }
    return steps;
  }

  /** A new parent for an orphan; without one it leaves its tree, and its children are orphans. */
  function adopt(voxel: number): void {
    const side = tree[voxel];
    let [best, least] = [none, Number.POSITIVE_INFINITY];
    for (let arc = 0; arc < arcsPerVoxel; arc++) {
      const other = voxel + step[arc];
      if (other < 0 || other >= count || tree[other] !== side) continue;
      if (residual(other, arc ^ 1, side) <= 0) continue;
      const steps = rootDistance(other);
      if (steps < least) [best, least] = [arc, steps];
    }
    parent[voxel] = best;
    if (best !== none) {
      stamp[voxel] = time;
      distance[voxel] = least + 1;
      return;
    }
    for (let arc = 0; arc < arcsPerVoxel; arc++) {
      const other = voxel + step[arc];
      if (other < 0 || other >= count || tree[other] !== side) continue;
      if (residual(other, arc ^ 1, side) > 0) activate(other);
      const up = parent[other];
      if (up !== none && up < terminal && other + step[up] === voxel) loosen(other);
    }
    tree[voxel] = free;
  }

  for (let voxel = 0; voxel < count; voxel++) {
    if (preference[voxel] === 0) continue;
    tree[voxel] = preference[voxel] > 0 ? source : sink;
    parent[voxel] = terminal;
    distance[voxel] = 1;
    activate(voxel);
  }
  while (later.length > 0) {
    [queue, later] = [later, []];
    for (const voxel of queue) {
      queued[voxel] = 0;
      while (tree[voxel] !== free) {
        const arc = grow(voxel);
        if (arc < 0) break;
        time++;
        const other = voxel + step[arc];
        if (tree[voxel] === source) augment(voxel, arc);
        else augment(other, arc ^ 1);
        for (let next = orphans.pop(); next !== undefined; next = orphans.pop()) adopt(next);
      }
    }
  }
  return tree.map((side) => (side === source ? 1 : 0));
}
