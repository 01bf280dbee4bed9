/** Images as a network sees them, of slices of a patient: those that show the tumour and as many of all that it looks at. */
import { silentProgress } from "#core/progress.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import type { ModelInput } from "#model/model-input.ts";
import { channelCount } from "#preprocess/context.ts";
import { predictVolume } from "#segment/segment-volume.ts";
import { evenly } from "#training/calibrate/choose-calibration.ts";

/** Of each kind per patient: more of one patient show little that is new. */
const mostSlices = 4;

/** Each [channels, size, size], normalised. */
export async function networkImages(
  patient: { readonly ct: CtImage; readonly target: Mask },
  input: ModelInput,
): Promise<readonly Float32Array[]> {
  const turn = turnOf(patient.ct.grid);
  const [ct, target] = [uprightCt(patient.ct, turn), uprightMask(patient.target, turn)];
  const all = Array.from({ length: ct.grid.size[2] }, (_, k) => k);
  const shown = all.filter((k) => maskSlice(target, k).includes(1));
  const wanted = new Set([...evenly(shown, mostSlices), ...evenly(all, mostSlices)]);
  const area = input.size ** 2;
  const length = channelCount(input) * area;
  const images: Float32Array[] = [];
  let slice = 0;
  const predict = async (seen: Float32Array, batch: number): Promise<Float32Array> => {
    for (let at = 0; at < batch; at++, slice++)
      if (wanted.has(slice)) images.push(seen.slice(at * length, (at + 1) * length));
    return new Float32Array(batch * area);
  };
  await predictVolume(ct, { input, predict }, { batch: 4, progress: silentProgress });
  return images;
}
