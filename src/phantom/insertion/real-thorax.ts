/**
 * A stack of a real patient's axial slices as a place to paint in: where the lungs are, how deep, what borders on them, and
 * how the scan looks. Millimetres from the middle of the image: x to the patient's left, y to the back, z to the head from
 * the first slice. Slices that stand alone are stacks of one, which go on above and below as they are.
 */

import { coarsen } from "#anatomy/coarse-chest.ts";
import { findLungs } from "#anatomy/find-lungs.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import type { Canvas, Placement, Point } from "#phantom/canvas.ts";
import { convolve, gaussian } from "#phantom/scanner.ts";
import { lungsOfSlice } from "./lungs-of-slice.ts";
import { measureTexture, type ScanTexture } from "./scan-texture.ts";

export type RealThorax = Placement & {
  readonly ct: CtImage;
  /** 0 elsewhere, 1 right lung, 2 left lung. */
  readonly sides: Uint8Array;
  readonly body: Uint8Array;
  /** Signed distance to the lungs' surface, mm, negative inside. */
  readonly lungMm: Float32Array;
  /** Tissue that a tumour does not grow into: bone, blood with contrast, airways. */
  readonly firm: Uint8Array;
  /** One a slice. */
  readonly textures: readonly ScanTexture[];
  /** Places in memory of the lungs' voxels, and of those at their surface. */
  readonly inLung: Int32Array;
  readonly atSurface: Int32Array;
};

/** Bright beyond what a tumour is: cortical bone, contrast in vessels. */
const firmAboveHu = 135;
const airwayBelowHu = -500;
/** Bone is that bright even where smoothing mixes it with lung, as along the ribs. */
const boneAboveHu = 250;
/** Partial volume at the pleura reaches this far and is no airway. */
const pleuraMm = 3;
/** Lung found in three dimensions is coarse: what lies within this distance of it counts. */
const coarseMm = 12;
/** From this many slices on, lungs are looked for in three dimensions as well. */
const deepStack = 12;

/** `ct` is upright and square. A stack without lungs has an empty `inLung`. */
export function readThorax(ct: CtImage): RealThorax {
  const [size, , layers] = ct.grid.size;
  const pixelMm = ct.grid.spacingMm[0];
  const area = size * size;
  const sides = new Uint8Array(ct.hu.length);
  const body = new Uint8Array(ct.hu.length);
  const firm = new Uint8Array(ct.hu.length);
  const anatomy = layers >= deepStack ? nearLungs(ct) : undefined;
  const textures: ScanTexture[] = [];
  for (let k = 0; k < layers; k++) {
    const hu = Float32Array.from(ct.hu.subarray(k * area, (k + 1) * area));
    const lungs = lungsOfSlice(hu, size, size, pixelMm);
    const at = k * area;
    body.set(lungs.body, at);
    sides.set(
      anatomy === undefined ? lungs.sides : lungs.sides.map((side, index) => (anatomy(index, k) ? side : 0)),
      at,
    );
    textures.push(measureTexture(hu, size, sides.subarray(at, at + area), lungs.body));
    const smooth = convolve(hu, size, gaussian(1.1));
    for (let index = 0; index < area; index++) firm[at + index] = isFirm(hu[index], smooth[index]) ? 1 : 0;
  }
  const lungMm = signedDistance(ct, sides);
  for (let at = 0; at < firm.length; at++) {
    const airAtPleura = ct.hu[at] < firmAboveHu && lungMm[at] < pleuraMm;
    if (sides[at] > 0 || airAtPleura) firm[at] = 0;
  }
  const first = -((size - 1) / 2) * pixelMm;
  return {
    ct,
    size,
    layers,
    pixelMm,
    layerMm: ct.grid.spacingMm[2],
    firstX: first,
    firstY: first,
    firstZ: 0,
    sides,
    body,
    lungMm,
    firm,
    textures,
    ...lungPlaces(sides, size, layers),
  };
}

function isFirm(hu: number, smoothHu: number): boolean {
  return smoothHu > firmAboveHu || smoothHu < airwayBelowHu || hu > boneAboveHu;
}

/** The place in memory of the voxel nearest to a point; the outermost slices go on beyond the stack. */
export function nearestIn(
  { size, layers, pixelMm, layerMm, firstX, firstY }: Placement,
  point: Point,
): number {
  const within = (value: number, count: number): number =>
    Math.max(0, Math.min(count - 1, Math.round(value)));
  const i = within((point[0] - firstX) / pixelMm, size);
  const j = within((point[1] - firstY) / pixelMm, size);
  return i + size * (j + size * within(point[2] / layerMm, layers));
}

export function pointAt({ size, pixelMm, layerMm, firstX, firstY }: Placement, at: number): Point {
  return [
    firstX + (at % size) * pixelMm,
    firstY + (Math.floor(at / size) % size) * pixelMm,
    Math.floor(at / (size * size)) * layerMm,
  ];
}

/** A canvas over the stack's HU, with a record of what is painted over. */
export function canvasOver(thorax: RealThorax): Canvas & { readonly covered: Float32Array } {
  const { size, layers, pixelMm, layerMm, firstX, firstY, firstZ, ct } = thorax;
  const hu = Float32Array.from(ct.hu);
  return { size, layers, pixelMm, layerMm, firstX, firstY, firstZ, hu, covered: new Float32Array(hu.length) };
}

function nearLungs(ct: CtImage): ((index: number, k: number) => boolean) | undefined {
  const coarse = coarsen(ct, emptyMask(ct.grid));
  const lungs = findLungs(coarse.grid, coarse.hu);
  if (lungs === undefined) return undefined;
  const reach = distanceToMask(maskWhere(coarse.grid, (at) => lungs.labels[at] > 0));
  const [width, height] = coarse.grid.size;
  const size = ct.grid.size[0];
  const factor = Math.round(coarse.grid.spacingMm[0] / ct.grid.spacingMm[0]);
  return (index, k) => {
    const [x, y] = [Math.floor((index % size) / factor), Math.floor(Math.floor(index / size) / factor)];
    return reach[x + width * (y + height * k)] <= coarseMm;
  };
}

function signedDistance({ grid }: CtImage, sides: Uint8Array): Float32Array {
  const outward = distanceToMask(maskWhere(grid, (at) => sides[at] > 0));
  const inward = distanceToMask(maskWhere(grid, (at) => sides[at] === 0));
  const half = grid.spacingMm[0] / 2;
  // Far away stays finite: sums of distances must not be NaN.
  return outward.map((mm, at) => Math.max(-500, Math.min(500, mm > 0 ? mm - half : half - inward[at])));
}

function lungPlaces(sides: Uint8Array, size: number, layers: number) {
  const inLung: number[] = [];
  const atSurface: number[] = [];
  const area = size * size;
  for (let at = 0; at < sides.length; at++) {
    if (sides[at] === 0) continue;
    inLung.push(at);
    const k = Math.floor(at / area);
    const open = [at - 1, at + 1, at - size, at + size].some((other) => sides[other] === 0);
    const below = k > 0 && sides[at - area] === 0;
    const above = k + 1 < layers && sides[at + area] === 0;
    if (open || below || above) atSurface.push(at);
  }
  return { inLung: Int32Array.from(inLung), atSurface: Int32Array.from(atSurface) };
}

/** Index and point of each voxel in the cube that reaches `reachMm` from `centre`. */
export function* placesAround(
  thorax: RealThorax,
  centre: Point,
  reachMm: number,
): Generator<[number, Point]> {
  const { size, layers, pixelMm, layerMm, firstX, firstY } = thorax;
  const range = (middle: number, first: number, step: number, count: number): [number, number] => [
    Math.max(0, Math.floor((middle - reachMm - first) / step)),
    Math.min(count - 1, Math.ceil((middle + reachMm - first) / step)),
  ];
  const [i0, i1] = range(centre[0], firstX, pixelMm, size);
  const [j0, j1] = range(centre[1], firstY, pixelMm, size);
  const [k0, k1] = range(centre[2], 0, layerMm, layers);
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++)
        yield [i + size * (j + size * k), [firstX + i * pixelMm, firstY + j * pixelMm, k * layerMm]];
    }
  }
}
