/**
 * Which of the regions that a model found can be a tumour of the lung. Networks of single slices take the tops of liver,
 * spleen and stomach for tumours: round soft tissue with lung about it. In three dimensions they give themselves away:
 * there is no lung below them. The same holds for all of the abdomen, and above the lungs there is no lung beside.
 */
import { type Box, boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import type { ConnectedRuns } from "#geometry/regions/connected-components.ts";
import { nextInside } from "#geometry/seek.ts";
import { coarsenCt } from "./coarse-chest.ts";
import { findLungs } from "./find-lungs.ts";

/** The lungs of an upright CT on blocks of its pixels (coarse-chest.ts). */
export type CoarseLungs = {
  readonly grid: Grid;
  /** Above 0 in a lung, in the grid's memory order. */
  readonly labels: Uint8Array;
  /** Pixels of the CT along a block's side. */
  readonly factor: number;
};

/** Undefined where the image shows no lungs. The CT is upright: slices count towards the head. `coarse`: the same CT. */
export function findCoarseLungs(ct: CtImage, coarse = coarsenCt(ct)): CoarseLungs | undefined {
  const { grid, hu, factor } = coarse;
  const lungs = findLungs(grid, hu);
  return lungs && { grid, labels: lungs.labels, factor };
}

/** The box round both lungs, in blocks; undefined where no block is lung. */
export function boxOfLungs({ grid, labels }: CoarseLungs): Box | undefined {
  const lung = emptyMask(grid);
  for (let at = 0; at < labels.length; at++) if (labels[at] > 0) lung.data[at] = 1;
  return boundingBox(lung);
}

/** The lowest and the highest slice with lung. */
export function slicesOfLungs({ grid: { size }, labels }: CoarseLungs): readonly [number, number] {
  const area = size[0] * size[1];
  const slices = Array.from({ length: size[2] }, (_, k) => k);
  const withLung = slices.filter((k) => nextInside(labels, k * area, (k + 1) * area) < (k + 1) * area);
  return [withLung[0], withLung[withLung.length - 1]];
}

/**
 * For each region 1 .. count the part of its lower surface that has lung in its slice and lung somewhere below it, 0 to 1;
 * the first entry is for no region. The first slice of a CT that begins within the lungs is not judged: nobody knows what
 * lies below. The regions are those of the voxels that are `inside`, joined by their faces.
 */
export function lungSupport(
  lungs: CoarseLungs,
  { starts, ends, labels, count }: ConnectedRuns,
  { size: [width, height] }: Grid,
  inside: (at: number) => boolean,
): Float64Array {
  const [coarseWidth, coarseHeight] = lungs.grid.size;
  const [area, coarseArea] = [width * height, coarseWidth * coarseHeight];
  const lungOf = (k: number): Uint8Array => lungs.labels.subarray(k * coarseArea, (k + 1) * coarseArea);
  const lungBelow = new Uint8Array(coarseArea);
  const faces = new Float64Array(count + 1);
  const supported = new Float64Array(count + 1);
  for (let run = 0, k = -1, anyLung = false; run < starts.length; run++) {
    for (const slice = Math.floor(starts[run] / area); k < slice; ) {
      if (anyLung) addLung(lungOf(k), lungBelow);
      anyLung = nextInside(lungOf(++k), 0, coarseArea) < coarseArea;
    }
    if (k === 0 && anyLung) continue;
    const label = labels[run];
    const row = starts[run] - (starts[run] % width);
    const blockRow = coarseWidth * Math.floor((row - k * area) / width / lungs.factor);
    for (let at = starts[run]; at < ends[run]; at++) {
      if (k > 0 && inside(at - area)) continue;
      faces[label]++;
      if (anyLung && lungBelow[blockRow + Math.floor((at - row) / lungs.factor)] === 1) supported[label]++;
    }
  }
  return supported.map((part, label) => (faces[label] > 0 ? part / faces[label] : 1));
}

function addLung(slice: Uint8Array, below: Uint8Array): void {
  for (let block = 0; block < slice.length; block++) if (slice[block] > 0) below[block] = 1;
}
