/**
 * Where following a tumour went on into something else: a tumour is one lump. Its area may swell and shrink from slice to
 * slice. Where it has shrunk to a small part of its greatest and then grows again, what grows is another organ. Where it stays
 * small for long, it is a vessel: an ellipsoid passes from half of its greatest area to its end within 0.3 of its half length,
 * so one radius of the greatest contour is enough for those three times as long as wide. The narrowest place is the end.
 */

/** Part of the greatest area below which a contour is a neck. */
const neckPart = 0.4;
/** Growth beyond the neck that makes it one. */
const regrowth = 1.5;
/** Part of the greatest area below which a tumour nears its end. */
const tailPart = 0.5;

/**
 * `areasMm2` of contours one after another away from the first, `stepMm` apart; how many of them belong to the lump. The last
 * one may have made it known: what comes after it need not be asked for. `besideMm2`: the greatest area of the lump the other way.
 */
export function lumpLength(areasMm2: readonly number[], stepMm: number, besideMm2 = 0): number {
  let [greatest, narrowest, at, tail] = [besideMm2, Number.POSITIVE_INFINITY, 0, 0];
  for (let index = 0; index < areasMm2.length; index++) {
    const area = areasMm2[index];
    if (narrowest <= neckPart * greatest && area > regrowth * narrowest) return at + 1;
    if (area > greatest) [greatest, narrowest] = [area, Number.POSITIVE_INFINITY];
    if (area < narrowest) [narrowest, at] = [area, index];
    tail = area < tailPart * greatest ? tail + 1 : 0;
    if (tail * stepMm > Math.sqrt(greatest / Math.PI)) return at + 1;
  }
  return areasMm2.length;
}
