/**
 * The cheapest separation of a block of voxels into inside and outside: a maximum flow on the grid of face neighbours, by
 * two search trees that meet, are cut and mend themselves (Boykov and Kolmogorov 2004, with the distance heuristic of their
 * implementation). What the costs mean is the caller's business.
 */
import {
  arcsPerVoxel,
  type CutCosts,
  free,
  none,
  orphan,
  plantTrees,
  type SearchTrees,
  sink,
  source,
  terminal,
} from "./search-trees.ts";

/** 1 inside. Voxels whose costs are equal either way are outside. */
export function minimumCut(costs: CutCosts): Uint8Array {
  const trees = plantTrees(costs);
  const { step, tree, orphans } = trees;
  const grow = growing(trees);
  const augment = augmenting(trees);
  const adopt = adopting(trees);
  let time = 0;
  for (let queue = trees.takeActive(); queue.length > 0; queue = trees.takeActive()) {
    for (const voxel of queue) {
      trees.release(voxel);
      while (tree[voxel] !== free) {
        const arc = grow(voxel);
        if (arc < 0) break;
        time++;
        const other = voxel + step[arc];
        if (tree[voxel] === source) augment(voxel, arc);
        else augment(other, arc ^ 1);
        for (let next = orphans.pop(); next !== undefined; next = orphans.pop()) adopt(next, time);
      }
    }
  }
  const inside = new Uint8Array(tree.length);
  for (let voxel = 0; voxel < inside.length; voxel++) if (tree[voxel] === source) inside[voxel] = 1;
  return inside;
}

/** Grows the tree of a voxel by its neighbours; the arc that meets the other tree, or -1. */
function growing(trees: SearchTrees): (voxel: number) => number {
  const { count, step, tree, parent, distance, stamp, residual, activate } = trees;
  return (voxel) => {
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
  };
}

/** Pushes what the path through the arc bears: from `start` of the source's tree to its neighbour of the sink's. */
function augmenting(trees: SearchTrees): (start: number, arc: number) => void {
  const { step, parent, parting, preference, loosen } = trees;

  /** What the way from a voxel to its terminal bears, `most` at most. */
  function borne(first: number, side: number, most: number): number {
    let [voxel, flow] = [first, most];
    for (let up = parent[voxel]; up !== terminal; up = parent[voxel]) {
      const above = voxel + step[up];
      const arc = side === source ? above * arcsPerVoxel + (up ^ 1) : voxel * arcsPerVoxel + up;
      if (parting[arc] < flow) flow = parting[arc];
      voxel = above;
    }
    return Math.min(flow, Math.abs(preference[voxel]));
  }

  function push(first: number, side: number, flow: number): void {
    let voxel = first;
    for (let up = parent[voxel]; up !== terminal; up = parent[voxel]) {
      const above = voxel + step[up];
      const arc = voxel * arcsPerVoxel + up;
      const reverseArc = above * arcsPerVoxel + (up ^ 1);
      const forward = side === source ? reverseArc : arc;
      const back = side === source ? arc : reverseArc;
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

  return (start, arc) => {
    const end = start + step[arc];
    const between = start * arcsPerVoxel + arc;
    const flow = borne(end, sink, borne(start, source, parting[between]));
    parting[between] -= flow;
    parting[end * arcsPerVoxel + (arc ^ 1)] += flow;
    push(start, source, flow);
    push(end, sink, flow);
  };
}

/** A new parent for an orphan; without one it leaves its tree, and its children are orphans. */
function adopting(trees: SearchTrees): (voxel: number, time: number) => void {
  const { count, step, tree, parent, distance, stamp, residual, activate, loosen } = trees;
  const rootDistance = rootDistances(trees);
  return (voxel, time) => {
    const side = tree[voxel];
    let [best, least] = [none, Number.POSITIVE_INFINITY];
    for (let arc = 0; arc < arcsPerVoxel; arc++) {
      const other = voxel + step[arc];
      if (other < 0 || other >= count || tree[other] !== side) continue;
      if (residual(other, arc ^ 1, side) <= 0) continue;
      const steps = rootDistance(other, time);
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
  };
}

/** Steps from a voxel to its terminal; infinite if an orphan is above it. Distances stamped with `time` are known. */
function rootDistances({
  step,
  parent,
  distance,
  stamp,
}: SearchTrees): (voxel: number, time: number) => number {
  return (voxel, time) => {
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
  };
}
