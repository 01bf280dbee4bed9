/**
 * A mask's slices as smooth outlines: signed in-plane distances, blurred by a fraction of a pixel, which turns the pixels' stairs
 * into nearly the outline that they were sampled from. Expanding the stairs themselves adds their outer corners all around,
 * a tenth of a millimetre and more.
 */
import { patientPoint } from "#core/coordinates.ts";
import { signedDistanceMm } from "#geometry/distances/signed-distance.ts";
import { blurLines, gaussianTaps } from "#geometry/gaussian-blur.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";

/** The regions of a slice and how deep pixels lie in them. */
export type SliceShape = {
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly [number, number];
  /** 0 outside, else the region's number from 1. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Smooth depth of all regions together, in millimetres. */
  readonly depthMm: Float32Array;
};

/** Of slice k of a mask that has two pixels of background all around; undefined for an empty slice. */
export function sliceShape(mask: Mask, k: number): SliceShape | undefined {
  const inside = maskSlice(mask, k);
  if (!inside.includes(1)) return undefined;
  const [width, height] = mask.grid.size;
  const spacingMm = [mask.grid.spacingMm[0], mask.grid.spacingMm[1]] as const;
  const grid = createGrid([width, height, 1], [...spacingMm, 1], patientPoint(0, 0, 0));
  const { labels, count } = connectedComponents({ grid, data: inside }, "corners");
  return { width, height, spacingMm, labels, count, depthMm: smoothDepth(inside, width, height, spacingMm) };
}

/** Smooth depth of some of a slice's regions. */
export function depthOfRegions(shape: SliceShape, chosen: ReadonlySet<number>): Float32Array {
  if (chosen.size === shape.count) return shape.depthMm;
  const inside = new Uint8Array(shape.labels.length);
  for (let at = 0; at < inside.length; at++) if (chosen.has(shape.labels[at])) inside[at] = 1;
  return smoothDepth(inside, shape.width, shape.height, shape.spacingMm);
}

function smoothDepth(
  inside: Uint8Array,
  width: number,
  height: number,
  spacingMm: readonly [number, number],
): Float32Array {
  const depthMm = signedDistanceMm(inside, width, height, spacingMm);
  blurLines(depthMm, { count: width, stride: 1, lines: height, next: width }, taps);
  blurLines(depthMm, { count: height, stride: width, lines: width, next: 1 }, taps);
  return depthMm;
}

/** The Gaussian in pixels. Less leaves stairs, which add to every margin; more shrinks small bodies: at 0.6 neither is seen. */
const sigma = 0.6;
const taps = gaussianTaps(sigma, 3);
