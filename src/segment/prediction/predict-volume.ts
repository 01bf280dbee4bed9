/**
 * A model over a whole CT: every slice to the network's input, batches through the model, probabilities back to the
 * CT's matrix. The target is where the probability is above the threshold (Zhang 2020: 0.5). Clean-up is clean-up.ts.
 */
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import type { Confidence } from "#geometry/confidence.ts";
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { isUpright } from "#geometry/upright.ts";
import type { ContouringModel } from "#model/model-input.ts";
import { channelCount, connectedSlices, contextSlices } from "#preprocess/context.ts";
import { huOfSlices, levelsOfSlices } from "#preprocess/network-input.ts";
import { normaliseInto } from "#preprocess/normalise.ts";
import { type ChestExtent, findBodyFrame, frameSlice, wholeSquare } from "./body-frame.ts";
import { matrixPart } from "./matrix-part.ts";
import { placingIn } from "./place-probabilities.ts";
import { interpolating, slicesLookedAt } from "./slices-looked-at.ts";

type PredictOptions = {
  readonly batch: number;
  readonly progress: Progress;
  readonly shouldStop?: (() => boolean) | undefined;
  /** Voxels to look at (tumour-region.ts); all by default. Elsewhere the confidence is 0. */
  readonly region?: Box | undefined;
  /** By which the body's square is found (body-frame.ts); all of the CT by default. */
  readonly chest?: ChestExtent;
  /** Of slices closer than this not every one is looked at (slices-looked-at.ts); every one by default. */
  readonly apartMm?: number | undefined;
};

/**
 * The model's confidence in each voxel of an upright CT (geometry/upright.ts; the way there and back: contour-ct.ts).
 * Probabilities are interpolated to the CT's matrix before they are compared with the threshold. Throws `cancelled` when
 * told to stop, and a plain `Error` for a CT that is not upright: a programming fault.
 */
export async function predictVolume(
  ct: CtImage,
  model: Pick<ContouringModel, "input" | "predict" | "partsFrom">,
  options: PredictOptions,
): Promise<Confidence> {
  const { size, intensity, normalisation, threshold } = model.input;
  if (model.input.viewMm !== undefined)
    throw new DelineateError(
      "bad-model",
      "This model answers clicks and contours no CT by itself: choose another.",
    );
  if (!isUpright(ct.grid)) throw new Error("a network sees upright CTs only");
  const frame = model.input.frame === "body" ? findBodyFrame(ct, options.chest) : wholeSquare(ct.grid);
  const [width, height, count] = ct.grid.size;
  const region = options.region ?? { from: [0, 0, 0], to: ct.grid.size };
  const [from, to] = [region.from[2], region.to[2]];
  // With the neighbours that the first and the last of them are seen with.
  const spacingMm = ct.grid.spacingMm[2];
  const lookedAt = slicesLookedAt(ct.grid, [from, to], options.apartMm ?? 0);
  const around = lookedAt.flatMap((slice) => contextSlices(slice, { count, spacingMm }, model.input));
  const [low, high] = [Math.min(...around), Math.max(...around) + 1];
  const channels = channelCount(model.input);
  const part = matrixPart(region, frame, { size, partsFrom: model.partsFrom });
  const extent = [part.bottom - part.top, part.right - part.left] as const;
  const area = extent[0] * extent[1];
  const plane = [frame.width, frame.height] as const;
  const stack = { count: high - low, spacingMm };
  const levels = new ("levels" in intensity ? Uint8Array : Float32Array)(stack.count * area);
  const read =
    "levels" in intensity
      ? levelsOfSlices(plane, intensity, { size, part })
      : huOfSlices(plane, intensity, { size, part });
  for (const k of new Set(around)) levels.set(read(frameSlice(ct, frame, k)), (k - low) * area);
  const slicesFor = (slice: number): number[] =>
    levels instanceof Uint8Array && model.input.neighboursAsTheyAre !== true
      ? connectedSlices(
          slice - low,
          { ...stack, image: (k) => levels.subarray(k * area, (k + 1) * area) },
          model.input,
        )
      : contextSlices(slice - low, stack, model.input);
  const data = new Uint8Array(width * height * count);
  const placing = placingIn(data, { size: ct.grid.size, frame, matrix: size, part, threshold });
  const place = interpolating(placing, [from, to]);
  const memory = new Float32Array(Math.min(options.batch, lookedAt.length) * channels * area);
  for (let first = 0; first < lookedAt.length; first += options.batch) {
    if (options.shouldStop?.())
      throw new DelineateError("cancelled", "The segmentation was interrupted; nothing was written.");
    const slices = lookedAt.slice(first, first + options.batch);
    const batch = slices.length;
    const images = memory.subarray(0, batch * channels * area);
    slices.forEach((slice, index) => {
      slicesFor(slice).forEach((neighbour, channel) => {
        const start = (index * channels + channel) * area;
        const image = levels.subarray(neighbour * area, (neighbour + 1) * area);
        normaliseInto(images.subarray(start, start + area), image, normalisation);
      });
    });
    const answers = await model.predict(images, batch, extent);
    slices.forEach((slice, index) => {
      place({ slice, probabilities: answers.subarray(index * area, (index + 1) * area) });
    });
    options.progress.report("segmenting", first + batch, lookedAt.length);
  }
  return { grid: ct.grid, data };
}
