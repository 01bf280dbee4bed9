/**
 * Which of the regions that a model found can be a tumour of the lung. Networks of single slices take the tops of liver,
 * spleen and stomach for tumours: round soft tissue with lung about it. In three dimensions they give themselves away:
 * there is no lung below them. The same holds for all of the abdomen, and above the lungs there is no lung beside.
 */
import { coarsen } from "../anatomy/coarse-chest.ts";
import { findLungs } from "../anatomy/find-lungs.ts";
import type { CtImage } from "../geometry/ct-image.ts";
import type { Mask } from "../geometry/mask.ts";

/**
 * For each region 1 .. count the part of its lower surface that has lung in its slice and lung somewhere below it, 0 to 1;
 * the first entry is for no region. The first slice of a CT that begins within the lungs is not judged. Undefined where the image shows no lungs. `mask` is where the regions are. The CT is
 * upright: slices count towards the head.
 */
export function lungSupport(
  ct: CtImage,
  mask: Mask,
  labels: Int32Array,
  count: number,
): Float64Array | undefined {
  const coarse = coarsen(ct, mask);
  const lungs = findLungs(coarse.grid, coarse.hu);
  if (lungs === undefined) return undefined;
  const [width, height, slices] = ct.grid.size;
  const [coarseWidth, coarseHeight] = coarse.grid.size;
  const factor = Math.round(coarse.grid.spacingMm[0] / ct.grid.spacingMm[0]);
  const coarseArea = coarseWidth * coarseHeight;
  const lungBelow = new Uint8Array(coarseArea);
  const faces = new Float64Array(count + 1);
  const supported = new Float64Array(count + 1);
  for (let k = 0; k < slices; k++) {
    const lungHere = lungs.labels.subarray(k * coarseArea, (k + 1) * coarseArea);
    const anyLung = lungHere.some((side) => side > 0);
    for (let at = 0; at < width * height; at++) {
      const index = at + width * height * k;
      const label = labels[index];
      if (label === 0 || (k > 0 && labels[index - width * height] === label)) continue;
      // Below a CT that begins within the lungs nobody knows what lies.
      if (k === 0 && anyLung) continue;
      faces[label]++;
      const [x, y] = [at % width, Math.floor(at / width)];
      const block = Math.floor(x / factor) + coarseWidth * Math.floor(y / factor);
      if (anyLung && lungBelow[block] === 1) supported[label]++;
    }
    for (let block = 0; block < coarseArea; block++) if (lungHere[block] > 0) lungBelow[block] = 1;
  }
  return supported.map((part, label) => (faces[label] > 0 ? part / faces[label] : 1));
}
