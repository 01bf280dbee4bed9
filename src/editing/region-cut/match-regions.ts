/**
 * Which regions of one slice go on as which of another: those that overlap; of those that overlap nothing, the nearest, if
 * they lie near for their size. A group may hold several regions of a slice: a branching. A region without a counterpart is
 * a group of its own.
 */
import { patientPoint } from "#core/coordinates.ts";
import type { Shape } from "#editing/tools/signed-field.ts";
import { createGrid } from "#geometry/grid.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";

type Match = { readonly a: readonly Shape[]; readonly b: readonly Shape[] };

/** Regions that overlap nothing match up to this many times the sum of their radii between centroids, or nearestMm. */
const reachOfRadii = 2;
const nearestMm = 10;

type Region = { readonly shape: Shape; readonly x: number; readonly y: number; readonly radiusMm: number };

export function matchRegions(a: Shape, b: Shape): Match[] {
  const [left, right] = [regionsOf(a), regionsOf(b)];
  // links[m] has n: a's region m goes on as b's region n.
  const links = left.map(({ shape }) =>
    right.flatMap(({ shape: other }, n) => (overlap(shape.inside, other.inside) ? [n] : [])),
  );
  // Where each slice has one region only, nothing else can be meant.
  const single = left.length === 1 && right.length === 1;
  const near = left
    .flatMap((from, m) => right.map((to, n) => ({ m, n, ...gap(from, to) })))
    .filter(({ mm, reachMm }) => mm <= reachMm || single)
    .sort((p, q) => p.mm - q.mm);
  for (const { m, n } of near) {
    if (links[m].length === 0 && !links.some((ends) => ends.includes(n))) links[m].push(n);
  }
  const groups: Match[] = [];
  const groupedMembers = new Set<number>();
  for (let m = 0; m < left.length; m++) {
    if (groupedMembers.has(m)) continue;
    const [members, ends] = [new Set([m]), new Set<number>()];
    // Each end may bring further members, each member further ends.
    for (const member of members) {
      for (const n of links[member]) ends.add(n);
      left.forEach((_, other) => {
        if (links[other].some((n) => ends.has(n))) members.add(other);
      });
    }
    for (const member of members) groupedMembers.add(member);
    groups.push({
      a: [...members].map((member) => left[member].shape),
      b: [...ends].map((n) => right[n].shape),
    });
  }
  const free = right.filter((_, n) => !links.some((ends) => ends.includes(n)));
  return [...groups, ...free.map(({ shape }): Match => ({ a: [], b: [shape] }))];
}

function regionsOf({ inside, from, width, height, spacingMm }: Shape): Region[] {
  const grid = createGrid([width, height, 1], [spacingMm[0], spacingMm[1], 1], patientPoint(0, 0, 0));
  const { labels, sizes } = connectedComponents({ grid, data: inside }, "corners");
  return sizes.map((size, index) => {
    const region = new Uint8Array(inside.length);
    let [x, y] = [0, 0];
    for (let at = 0; at < labels.length; at++) {
      if (labels[at] !== index + 1) continue;
      region[at] = 1;
      x += (at % width) * spacingMm[0];
      y += Math.floor(at / width) * spacingMm[1];
    }
    const radiusMm = Math.sqrt((size * spacingMm[0] * spacingMm[1]) / Math.PI);
    return { shape: { inside: region, from, width, height, spacingMm }, x: x / size, y: y / size, radiusMm };
  });
}

function overlap(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length; at++) if ((a[at] & b[at]) === 1) return true;
  return false;
}

function gap(from: Region, to: Region): { readonly mm: number; readonly reachMm: number } {
  return {
    mm: Math.hypot(to.x - from.x, to.y - from.y),
    reachMm: Math.max(nearestMm, reachOfRadii * (from.radiusMm + to.radiusMm)),
  };
}
