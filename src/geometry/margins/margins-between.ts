/**
 * The body between two neighbouring slices, as depths in millimetres at any height between them. Regions that overlap go on
 * and are mixed from both outlines' signed distances (shape-based interpolation, Raya and Udupa 1990, with monotone cubics
 * along the slices); what overlaps nothing ends as margins-ends.ts has it.
 */
import { bodyEnd } from "./margins-ends.ts";
import { depthOfRegions, type SliceShape } from "./margins-slices.ts";

type BodyPart = {
  /** Raises each pixel's value to the part's depth at a height over the lower slice. */
  readonly raise: (values: Float32Array, heightMm: number) => void;
  /** The edge of a flat end: its height, and depths whose sign changes along it. */
  readonly rim?: { readonly heightMm: number; readonly depthMm: Float32Array };
};

export type Shapes = readonly (SliceShape | undefined)[];

/** Between slices k and k + 1. */
export function bodyBetween(shapes: Shapes, k: number, sliceMm: number): BodyPart[] {
  const [lower, upper] = [shapes[k], shapes[k + 1]];
  const [onFrom, onTo] = [new Set<number>(), new Set<number>()];
  if (lower !== undefined && upper !== undefined) {
    const [below, above] = [lower.labels, upper.labels];
    for (let at = 0; at < below.length; at++) {
      if (below[at] === 0 || above[at] === 0) continue;
      onFrom.add(below[at]);
      onTo.add(above[at]);
    }
  }
  const parts = [
    ...ends({ shape: lower, before: shapes[k - 1], goingOn: onFrom }, sliceMm, (heightMm) => heightMm),
    ...ends(
      { shape: upper, before: shapes[k + 2], goingOn: onTo },
      sliceMm,
      (heightMm) => sliceMm - heightMm,
    ),
  ];
  if (lower === undefined || upper === undefined || onFrom.size === 0) return parts;
  const [before, after] = [shapes[k - 1]?.depthMm, shapes[k + 2]?.depthMm];
  const [from, to] = [depthOfRegions(lower, onFrom), depthOfRegions(upper, onTo)];
  return [...parts, mixed({ before, from, to, after }, sliceMm)];
}

/** Depths in four slices in a row. */
type Depths = {
  readonly before: Float32Array | undefined;
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly after: Float32Array | undefined;
};

/** From `from` to `to` a monotone cubic along the slices (Fritsch and Carlson 1980): no bulge where an outline jumps. */
function mixed({ before, from, to, after }: Depths, sliceMm: number): BodyPart {
  // How depth changes by slice at either end; where one neighbour is missing, as a parabola does.
  const [fromSlope, toSlope] = [new Float32Array(from.length), new Float32Array(from.length)];
  for (let at = 0; at < from.length; at++) {
    const rise = to[at] - from[at];
    const m = before === undefined ? rise : slope(from[at] - before[at], rise);
    const n = after === undefined ? rise : slope(rise, after[at] - to[at]);
    fromSlope[at] = before === undefined && after !== undefined ? (3 * rise - n) / 2 : m;
    toSlope[at] = after === undefined && before !== undefined ? (3 * rise - m) / 2 : n;
  }
  return {
    raise: (values, heightMm) => {
      const t = heightMm / sliceMm;
      const s = 1 - t;
      const [a, b, c, d] = [s * s * (1 + 2 * t), t * t * (3 - 2 * t), t * s * s, -t * t * s];
      for (let at = 0; at < values.length; at++) {
        const depth = a * from[at] + b * to[at] + c * fromSlope[at] + d * toSlope[at];
        if (depth > values[at]) values[at] = depth;
      }
    },
  };
}

function slope(before: number, after: number): number {
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}

/** A slice, the one before it, seen from where it may end, and which of its regions go on. */
type LastSlice = {
  readonly shape: SliceShape | undefined;
  readonly before: SliceShape | undefined;
  readonly goingOn: ReadonlySet<number>;
};

/**
 * The regions of a slice that do not go on, each with the end that follows from the slice before. `overSlice`: a height over the
 * lower slice as one over this slice, away from the body, and the other way round.
 */
function ends(
  { shape, before, goingOn }: LastSlice,
  sliceMm: number,
  overSlice: (heightMm: number) => number,
): BodyPart[] {
  if (shape === undefined) return [];
  const labels = Array.from({ length: shape.count }, (_, index) => index + 1);
  return labels
    .filter((label) => !goingOn.has(label))
    .map((label): BodyPart => {
      const depthMm = depthOfRegions(shape, new Set([label]));
      const [deepest, deepestBefore] = halfWidths(shape, label, depthMm, before);
      const end = bodyEnd(deepest, deepestBefore, sliceMm);
      return {
        raise: (values, heightMm) => {
          const over = overSlice(heightMm);
          const [inset, toTop] = [end.insetMm(over), end.topMm - over];
          for (let at = 0; at < values.length; at++) {
            const depth = Math.min(depthMm[at] - inset, toTop);
            if (depth > values[at]) values[at] = depth;
          }
        },
        rim: { heightMm: overSlice(end.topMm), depthMm: depthMm.map((mm) => mm - end.rimInsetMm) },
      };
    });
}

/** The deepest place of a region, and of the slice before within its outline. */
function halfWidths(
  { labels }: SliceShape,
  label: number,
  depthMm: Float32Array,
  before: SliceShape | undefined,
): readonly [number, number | undefined] {
  let [deepest, deepestBefore] = [0, 0];
  for (let at = 0; at < depthMm.length; at++) {
    if (labels[at] !== label) continue;
    deepest = Math.max(deepest, depthMm[at]);
    if (before !== undefined) deepestBefore = Math.max(deepestBefore, before.depthMm[at]);
  }
  return [deepest, deepestBefore > 0 ? deepestBefore : undefined];
}
