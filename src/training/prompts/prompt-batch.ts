/**
 * A batch for a network that answers prompts: for each planned slice a prompt, the view round it, its three channels and the
 * target. What is drawn depends on the seed and the image's place in the plan alone, as everywhere in training.
 */
import { createRandom, type Random } from "#core/random.ts";
import { type AffineMap, compose } from "#preprocess/affine-map.ts";
import { outsideLevel } from "#preprocess/grey-levels.ts";
import { normaliseInto } from "#preprocess/normalise.ts";
import {
  clickChannel,
  contourChannel,
  promptChannels,
  squareRound,
  viewOf,
} from "#preprocess/prompt-view.ts";
import { changeIntensities } from "#training/augment/intensity-change.ts";
import type { PlannedImage, Sampling } from "#training/plan-epoch.ts";
import type { ShownSet } from "#training/training-set.ts";
import { drawPrompt, type Prompt, plainPrompt } from "./draw-prompt.ts";
import { spoilContour } from "./spoil-contour.ts";

type PromptSampling = Pick<Sampling, "seed" | "greyLevels" | "viewMm" | "size">;

/** What is shown is enlarged by 0.6 to 1.6, evenly on a logarithmic scale. */
const scaleRange = [Math.log(0.6), Math.log(1.6)] as const;
const rotationDegrees = 15;
/** How far from the middle of the view a contour's middle lies, in parts of the view. */
const offCentre = 0.06;

export function makePromptBatch(
  set: ShownSet,
  chosen: readonly PlannedImage[],
  sampling: PromptSampling,
): { readonly images: Float32Array; readonly masks: Float32Array } {
  const area = sampling.size ** 2;
  const images = new Float32Array(chosen.length * promptChannels * area);
  const masks = new Float32Array(chosen.length * area);
  chosen.forEach((planned, index) => {
    const sample = promptSample(set, planned, sampling);
    sample.channels.forEach((channel, at) => {
      images.set(channel, (index * promptChannels + at) * area);
    });
    masks.set(sample.mask, index * area);
  });
  return { images, masks };
}

function promptSample(
  set: ShownSet,
  { patient, slice, stream, augmentation }: PlannedImage,
  { seed, greyLevels, viewMm, size }: PromptSampling,
): { readonly channels: readonly Float32Array[]; readonly mask: Float32Array } {
  const images = set.patients[patient];
  const random = stream === undefined ? undefined : createRandom(seed).fork("prompt").fork(stream);
  const prompt =
    random === undefined
      ? plainPrompt(images, set.size, slice)
      : drawPrompt(images, set.size, slice, random.fork("kind"));
  const map = drawView(prompt, viewMm / size / images.pixelMm, size, random?.fork("view"));
  const cut = (data: Uint8Array, outside: number): Float32Array =>
    viewOf({ data, width: set.size, height: set.size }, map, size, outside);
  const show = (k: number): Float32Array => {
    const view = cut(images.levels(k), outsideLevel(greyLevels));
    const intensity = augmentation?.intensity;
    if (intensity !== undefined) changeIntensities(view, size, intensity, { greyLevels, stream: k });
    normaliseInto(view, view, set.normalisation);
    return view;
  };
  const ownChannel = show(slice);
  return {
    channels: [ownChannel, prompt.slice === slice ? ownChannel : show(prompt.slice), promptChannel()],
    mask: cut(images.mask(slice), 0).map((inside) => (inside >= 0.5 ? 1 : 0)),
  };

  function promptChannel(): Float32Array {
    if (prompt.kind === "click") {
      const middle = (size - 1) / 2;
      return clickChannel(size, [middle, middle]);
    }
    const contour = contourChannel(cut(images.mask(prompt.slice), 0));
    if (random !== undefined) spoilContour(contour, size, random.fork("spoil"));
    return contour;
  }
}

/** A click stays in the middle; a contour lies near it. */
function drawView(prompt: Prompt, step: number, size: number, random: Random | undefined): AffineMap {
  if (random === undefined) return squareRound(prompt.centre, step, size);
  const scaled = step / Math.exp(random.uniform(...scaleRange));
  const away = prompt.kind === "click" ? 0 : offCentre * size * scaled;
  const [x, y] = prompt.centre;
  const centre = [x + away * random.uniform(-1, 1), y + away * random.uniform(-1, 1)] as const;
  const angle = (random.uniform(-rotationDegrees, rotationDegrees) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const mirror = random.next() < 0.5 ? -1 : 1;
  const middle = (size - 1) / 2;
  const turned: AffineMap = {
    ...{ xx: mirror * cos, xy: mirror * sin, yx: -sin, yy: cos },
    x0: middle - mirror * (cos + sin) * middle,
    y0: middle - (cos - sin) * middle,
  };
  return compose(squareRound(centre, scaled, size), turned);
}
