/**
 * A tumour against the descending aorta: without contrast both look the same, and networks that learnt from few such patients take the aorta
 * along. Where it runs is known from the chest (anatomy/aorta/), so nothing that lies in it counts as found. Of that is told where it is
 * much: the wall may be drawn wrongly. docs/decisions/0047
 */
import { type Aorta, forRowsOfAorta } from "#anatomy/aorta/aorta.ts";
import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import type { Box } from "#geometry/crop.ts";
import { countInside, filledSlices, type Mask, maskSlice } from "#geometry/mask.ts";

/** What was left out is told from this part of both on. */
const toldFrom = 0.1;

/** Voxels of each slice. */
type FoundInAorta = Uint32Array;

/** Takes the confidence in the aorta away, and gives where it was that of a tumour. */
export function clearAorta(confidence: Confidence, aorta: Aorta): FoundInAorta {
  const { grid, data } = confidence;
  const counts = new Uint32Array(grid.size[2]);
  forRowsOfAorta(aorta, { grid }, (k, start, end) => {
    for (let at = start; at < end; at++) if (data[at] >= insideFrom) counts[k]++;
    data.fill(0, start, end);
  });
  return counts;
}

/** The contour's slices, or all for an empty one, where much was found in the aorta; undefined where it was little of the whole. */
export function leftInAorta(contour: Mask, counts: FoundInAorta): Box | undefined {
  const filled = filledSlices(contour);
  const slices = (filled.length > 0 ? filled : [...counts.keys()]).filter((k) => counts[k] > 0);
  const aortaVoxels = slices.reduce((sum, k) => sum + counts[k], 0);
  const contourVoxels = filled.reduce((sum, k) => sum + countInside(maskSlice(contour, k)), 0);
  if (slices.length === 0 || aortaVoxels < toldFrom * (aortaVoxels + contourVoxels)) return undefined;
  const [width, height] = contour.grid.size;
  return { from: [0, 0, slices[0]], to: [width, height, slices[slices.length - 1] + 1] };
}
