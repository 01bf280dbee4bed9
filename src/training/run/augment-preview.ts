/**
 * `delineate augment --preview`: one slice as the network sees it, step by step (grey levels, normalised), and augmented as
 * training would, the target's outline on each. By the same functions as training: what is wrong there is seen here.
 */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { augmentationSheet, type SheetTile } from "#pictures/augmentation-sheet.ts";
import { findSubject, type SubjectRequest } from "#pictures/run/preview-subject.ts";
import { writePng } from "#pictures/run/write-png.ts";
import { refuseExisting } from "#platform/write-file.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { countLevels, normaliseInto, populationStatistics } from "#preprocess/normalise.ts";
import { cropToFrame, frameVoxels } from "#segment/prediction/body-frame.ts";
import { drawAugmentation } from "#training/augment/augmentation.ts";
import { describeAugmentation } from "#training/augment/describe-augmentation.ts";
import { augmenter } from "#training/batch.ts";
import { trainingSquare } from "#training/training-square.ts";

type AugmentPreviewRequest = SubjectRequest & {
  readonly preview: string;
  /** Slice k from 0; the one with most target, or the middle one, without it. */
  readonly slice: number | undefined;
  /** Augmented versions on the sheet. */
  readonly count: number;
  readonly seed: number;
  readonly configuration: Pick<TrainingConfiguration, "size" | "frame" | "greyLevels" | "augmentation">;
  readonly force: boolean;
};

type AugmentPreviewResult = {
  readonly preview: string;
  readonly slice: number;
  readonly targetPixels: number;
  /** Of this patient alone: a training takes those of its whole cohort. */
  readonly normalisation: { readonly mean: number; readonly standardDeviation: number };
  readonly augmentations: readonly (readonly string[])[];
};

/** A window in which lung and soft tissue are both seen, for the first picture. */
const reading = { black: -1000, white: 400 };
/** The normalised range that is drawn: from air to bone in the paper's grey levels, in standard deviations. */
const shownDeviations = { black: -1.5, white: 2.5 };

/** Throws `file-exists` without `force`, `usage` for a slice that is not there, and what loading throws. */
export async function previewAugmentation(request: AugmentPreviewRequest): Promise<AugmentPreviewResult> {
  const { size, frame, greyLevels, augmentation } = request.configuration;
  await refuseExisting(request.preview, request);
  const { ct, target, slice } = await findSubject(request, request.slice);
  const square = trainingSquare(ct, frame);
  const { grid, hu: frameHu } = cropToFrame(ct, square);
  const widthMm = grid.size[0] * grid.spacingMm[0];
  const levels = networkSlices(grid, frameHu, greyLevels, size);
  const normalisation = populationStatistics([countLevels(levels)]);
  const image = sliceOf(levels, slice, size);
  const inside = target === undefined ? undefined : frameVoxels(target.data, ct.grid.size, square);
  const mask = inside === undefined ? undefined : sliceOf(networkMask(grid, inside, size), slice, size);
  const hu = networkSlices(grid, frameHu, { lowHu: reading.black, highHu: reading.white, levels: 256 }, size);

  const normalised = (values: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(values.length);
    normaliseInto(result, values, normalisation);
    return result;
  };
  const { lowHu, highHu } = greyLevels;
  const { mean, standardDeviation } = normalisation;
  const tiles: SheetTile[] = [
    {
      values: sliceOf(hu, slice, size),
      black: 0,
      white: 255,
      mask,
      // People count slices from 1, the program from 0.
      caption: [`slice ${slice + 1}`, "HU -1000 to 400"],
    },
    {
      values: image,
      black: 0,
      white: greyLevels.levels - 1,
      mask,
      caption: [`${greyLevels.levels} grey levels`, `HU ${lowHu} to ${highHu}`],
    },
    {
      values: normalised(image),
      ...shownDeviations,
      mask,
      caption: ["normalised", `mean ${mean.toFixed(1)}, SD ${standardDeviation.toFixed(1)}`],
    },
  ];
  const augmentations: string[][] = [];
  for (let index = 0; index < request.count; index++) {
    const drawn = drawAugmentation(createRandom(request.seed).fork(index), augmentation);
    const augment = augmenter(drawn, size, greyLevels);
    const caption = describeAugmentation(drawn, widthMm);
    augmentations.push(caption);
    tiles.push({
      values: normalised(augment.image(image, slice)),
      ...shownDeviations,
      mask: mask === undefined ? undefined : augment.mask(mask),
      caption,
    });
  }
  await writePng(request.preview, augmentationSheet(tiles, size), { force: request.force });
  const targetPixels = mask === undefined ? 0 : mask.reduce((sum, value) => sum + value, 0);
  return { preview: request.preview, slice, targetPixels, normalisation, augmentations };
}

/** Slice `slice` of an image stack (a view). */
function sliceOf(stack: Uint8Array, slice: number, size: number): Uint8Array {
  return stack.subarray(slice * size * size, (slice + 1) * size * size);
}
