/** Prompts and their batches on a patient whose target is a square on slices 3 to 6 of 12. */
import { expect, test } from "vitest";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { promptChannels, promptValue } from "#preprocess/prompt-view.ts";
import { makeBatch } from "#training/batch.ts";
import { batchOf, planEpoch } from "#training/plan-epoch.ts";
import { createTrainingSet, type PatientImages } from "#training/training-set.ts";
import { imagesInMemory } from "../../../test/training-images.ts";
import { drawPrompt, plainPrompt } from "./draw-prompt.ts";
import { keepNearSlices } from "./near-slices.ts";
import { spoilContour } from "./spoil-contour.ts";

const matrix = 128;
const [left, top, side] = [50, 60, 20];

function patient(): PatientImages {
  const random = createRandom(4);
  const levels = Uint8Array.from({ length: 12 * matrix * matrix }, () => random.integer(100));
  const mask = new Uint8Array(levels.length);
  for (let k = 3; k <= 6; k++) {
    for (let y = top; y < top + side; y++) {
      const start = matrix * (y + matrix * k);
      mask.fill(1, start + left, start + left + side);
      levels.fill(200, start + left, start + left + side);
    }
  }
  return imagesInMemory(matrix, { levels, mask }, { sliceSpacingMm: 3, pixelMm: 1.5 });
}

const configuration: TrainingConfiguration = {
  ...defaultTraining,
  view: "click",
  size: 64,
  batch: 8,
  greyLevels: { lowHu: -1000, highHu: 400, levels: 255 },
};
const area = configuration.size ** 2;

test("a click lies inside the target of its own slice, a contour comes from a slice within 6 mm", () => {
  const images = patient();
  const random = createRandom(1);
  const kinds = new Set<string>();
  for (let draw = 0; draw < 60; draw++) {
    const slice = 3 + (draw % 4);
    const { kind, slice: from, centre } = drawPrompt(images, matrix, slice, random.fork(draw));
    kinds.add(kind);
    if (kind === "contour") {
      expect(Math.abs(from - slice)).toBeLessThanOrEqual(2);
      expect(centre).toEqual([left + (side - 1) / 2, top + (side - 1) / 2]);
      continue;
    }
    expect(from).toBe(slice);
    // Two pixels from the border.
    expect(centre[0]).toBeGreaterThanOrEqual(left + 2);
    expect(centre[0]).toBeLessThan(left + side - 2);
    expect(centre[1]).toBeGreaterThanOrEqual(top + 2);
    expect(centre[1]).toBeLessThan(top + side - 2);
  }
  expect([...kinds].sort()).toEqual(["click", "contour"]);
});

test("beside the target the prompt is the contour of a near slice that has some", () => {
  const images = patient();
  expect(plainPrompt(images, matrix, 8)).toMatchObject({ slice: 6, kind: "contour" });
  for (let draw = 0; draw < 5; draw++) {
    const { slice, kind } = drawPrompt(images, matrix, 8, createRandom(draw));
    expect([slice, kind]).toEqual([6, "contour"]);
  }
});

test("of the slices without target only those stay that a contour within 6 mm can reach", () => {
  const set = keepNearSlices(createTrainingSet(matrix, [patient()]));
  expect(set.withTarget.map(({ slice }) => slice)).toEqual([3, 4, 5, 6]);
  expect(set.withoutTarget.map(({ slice }) => slice)).toEqual([1, 2, 7, 8]);
});

test("in a batch a click's disc lies on target, and the slice shows the target where the mask has it", () => {
  const set = keepNearSlices(createTrainingSet(matrix, [patient()]));
  const plan = planEpoch(set, { ...configuration, augmented: 0 }, 0);
  const { mean, standardDeviation } = set.normalisation;
  let dimmest = 255;
  for (let step = 0; step < 4; step++) {
    const epoch = planEpoch(set, { ...configuration, augmented: 0 }, step);
    const { images, masks, planned } = makeBatch(set, batchOf(epoch, 0, configuration), configuration);
    planned.forEach(({ slice }, index) => {
      const channel = (at: number): Float32Array =>
        images.subarray((index * promptChannels + at) * area, (index * promptChannels + at + 1) * area);
      const mask = masks.subarray(index * area, (index + 1) * area);
      expect(mask.includes(1)).toBe(slice >= 3 && slice <= 6);
      const [ownChannel, , prompt] = [channel(0), channel(1), channel(2)];
      // The click lies between the four middle pixels.
      const middle = area / 2 + configuration.size / 2;
      const four = [middle, middle - 1, middle - configuration.size, middle - configuration.size - 1];
      if (prompt[middle] === promptValue.click) expect(four.some((at) => mask[at] === 1)).toBe(true);
      expect(prompt.some((value) => value > 0)).toBe(true);
      // Inside, away from the border, the view has the target's own level.
      mask.forEach((value, at) => {
        const around = [at - 1, at + 1, at - configuration.size, at + configuration.size];
        if (value === 1 && around.every((next) => mask[next] === 1))
          dimmest = Math.min(dimmest, ownChannel[at] * standardDeviation + mean);
      });
    });
  }
  expect(dimmest).toBeGreaterThan(140);
  expect(makeBatch(set, batchOf(plan, 0, configuration), configuration).images).toEqual(
    makeBatch(set, batchOf(plan, 0, configuration), configuration).images,
  );
});

test("without a stream, as in validation, the batch is the same and its prompt the target's middle", () => {
  const set = createTrainingSet(matrix, [patient()]);
  const plan = [{ patient: 0, slice: 4, augmentation: undefined }];
  const { images, masks } = makeBatch(set, plan, configuration);
  const prompt = images.subarray(2 * area);
  const middle = (configuration.size / 2 - 1) * (configuration.size + 1);
  expect(prompt[middle]).toBe(promptValue.click);
  // 20 pixels of 1.5 mm are 10 of the view's 3 mm.
  expect(masks.reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(81);
  expect(masks.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(121);
});

test("a spoilt contour overlaps the right one, is never empty, and is not always the same", () => {
  const right = Float32Array.from(patient().mask(4));
  const sizes = new Set<number>();
  for (let draw = 0; draw < 40; draw++) {
    const contour = right.slice();
    spoilContour(contour, matrix, createRandom(draw));
    const both = contour.reduce((sum, value, at) => sum + value * right[at], 0);
    const pixels = contour.reduce((sum, value) => sum + value, 0);
    sizes.add(pixels);
    expect((2 * both) / (pixels + side * side)).toBeGreaterThan(0.5);
  }
  expect(sizes.size).toBeGreaterThan(10);
  const nothing = new Float32Array(matrix * matrix);
  spoilContour(nothing, matrix, createRandom(1));
  expect(nothing.some((value) => value > 0)).toBe(false);
});
