/**
 * Where following a tumour went on into something else: a tumour is one lump. Its area may swell and shrink from slice to
 * slice; where it has shrunk to a small part of its greatest and then grows again, what grows is another organ, and the
 * narrowest place is the end.
 */

/** Part of the greatest area below which a contour is a neck. */
const neckPart = 0.4;
/** Growth beyond the neck that makes it one. */
const regrowth = 1.5;

/**
 * `areas` of contours one after another away from the first; how many of them belong to the lump. The last one may have made
 * it known: what comes after it need not be asked for.
 */
export function lumpLength(areas: readonly number[]): number {
  let [greatest, narrowest, at] = [0, Number.POSITIVE_INFINITY, 0];
  for (let index = 0; index < areas.length; index++) {
    const area = areas[index];
    if (narrowest <= neckPart * greatest && area > regrowth * narrowest) return at + 1;
    if (area > greatest) [greatest, narrowest] = [area, Number.POSITIVE_INFINITY];
    if (area < narrowest) [narrowest, at] = [area, index];
  }
  return areas.length;
}
