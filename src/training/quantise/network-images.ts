/** Images as a network sees them when it contours a patient, of a few slices: those that show the tumour, and as many of all. */
import { silentProgress } from "#core/progress.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { filledSlices, type Mask } from "#geometry/mask.ts";
import { turnOf, uprightMask } from "#geometry/upright.ts";
import type { RunnableModel } from "#model/run/load-model.ts";
import { channelCount } from "#preprocess/context.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { evenly } from "#training/calibrate/choose-calibration.ts";

/** Of each kind per patient: more of one patient show little that is new. */
const mostSlices = 4;

/** Each [channels, size, size], normalised; the model itself is not asked. Throws what contouring a CT throws. */
export async function networkImages(
  { ct, target }: { readonly ct: CtImage; readonly target: Mask },
  model: RunnableModel,
): Promise<readonly Float32Array[]> {
  const upright = uprightMask(target, turnOf(ct.grid));
  const all = Array.from({ length: upright.grid.size[2] }, (_, k) => k);
  const chosenSlices = new Set([...evenly(filledSlices(upright), mostSlices), ...evenly(all, mostSlices)]);
  const area = model.input.size ** 2;
  const length = channelCount(model.input) * area;
  const images: Float32Array[] = [];
  let slice = 0;
  // Finds nothing: what it is shown is kept.
  const predict = async (seen: Float32Array, batch: number): Promise<Float32Array> => {
    for (let at = 0; at < batch; at++, slice++)
      if (chosenSlices.has(slice)) images.push(seen.slice(at * length, (at + 1) * length));
    return new Float32Array(batch * area);
  };
  const looking = { ...model, predict, flips: false };
  await contourCt(ct, looking, { cleanUp: "none", region: "all", progress: silentProgress });
  return images;
}
