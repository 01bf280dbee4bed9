/**
 * A CT made worse on purpose: noise, blur, HU scaled and shifted, each by an amount that is drawn. Contours on such copies
 * are worse than on the patient's CT, and how much worse is known: what a calibration of expected DSC needs to see.
 */
import type { Random } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { changeIntensities, drawIntensityChange } from "./intensity-change.ts";

/** From hardly anything to what no scanner that is checked gives. */
const range = { contrast: 0.2, brightnessHu: 120, noiseHu: 120, blurPixels: 3 } as const;
/** Levels of one HU each. */
const greyLevels = { lowHu: -1024, highHu: 3071, levels: 4096 } as const;

/** The same grid. A plain error for slices that are not square. */
export function degrade({ grid, hu }: CtImage, random: Random): CtImage {
  const [width, height, count] = grid.size;
  if (width !== height) throw new Error("only square slices can be degraded");
  const change = drawIntensityChange(random, range);
  const worse = hu.slice();
  if (change === undefined) return { grid, hu: worse };
  const levels = new Float32Array(width * height);
  for (let k = 0; k < count; k++) {
    const slice = worse.subarray(k * levels.length, (k + 1) * levels.length);
    for (let at = 0; at < slice.length; at++) levels[at] = Math.max(0, slice[at] - greyLevels.lowHu);
    changeIntensities(levels, width, change, { greyLevels, stream: k });
    for (let at = 0; at < slice.length; at++) slice[at] = Math.round(levels[at] + greyLevels.lowHu);
  }
  return { grid, hu: worse };
}
