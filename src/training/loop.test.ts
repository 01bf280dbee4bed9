/** The loop around the steps: validation, early stopping, checkpoints, and what happens when the numbers break. */
import { expect, test } from "vitest";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { imagesInMemory } from "../../test/training-images.ts";
import { batchesInTurn, makeBatch } from "./batch.ts";
import { isBetter, type TrainingRun, train, type ValidationState } from "./loop.ts";
import { createTrainingSet, type TrainingSet } from "./training-set.ts";
import { validate } from "./validate.ts";

const size = 64;
const area = size * size;
const configuration: TrainingConfiguration = {
  ...defaultTraining,
  size,
  batch: 2,
  epochs: 6,
  emptySlices: 0,
  augmented: 0,
};

/** Patients of `slices` slices; slice k has level k + 1 everywhere, and target in the first k rows. */
function set(patients: number, slices = 4): TrainingSet {
  return createTrainingSet(
    size,
    Array.from({ length: patients }, (_, index) => {
      const levels = Uint8Array.from({ length: slices * area }, (_, at) => Math.floor(at / area) + 1);
      const mask = Uint8Array.from({ length: slices * area }, (_, at) => {
        const slice = Math.floor(at / area);
        return Math.floor((at % area) / size) < slice ? 1 : 0;
      });
      return imagesInMemory(size, { levels, mask }, { name: `patient-${index}` });
    }),
  );
}

type Log = { steps: number[]; checkpoints: [number, ValidationState][]; validated: number };

function runOf(options: Partial<TrainingRun> = {}): { run: TrainingRun; log: Log } {
  const log: Log = { steps: [], checkpoints: [], validated: 0 };
  const trained = { configuration, set: set(2), doneSteps: 0, ...options };
  const run: TrainingRun = {
    ...trained,
    batches: batchesInTurn(trained.set, trained.configuration, trained.doneSteps),
    trainStep: async () => ({ loss: 1 }),
    weights: () => new Map([["w", { shape: [1], data: Float32Array.of(1) }]]),
    checkpointEvery: 1000,
    onStep: ({ step }) => log.steps.push(step),
    onCheckpoint: async (step, state) => {
      log.checkpoints.push([step, state]);
    },
    shouldStop: () => false,
    ...options,
  };
  return { run, log };
}

/** A validation whose mean DSC follows `dscs`, epoch by epoch. */
function following(dscs: readonly number[], state: ValidationState = { epochs: 0 }) {
  let epoch = state.epochs;
  return { state, run: async () => ({ loss: 1, patients: [], meanDsc: dscs[epoch++] }) };
}

// 2 patients with 3 slices of target each, 2 per batch: 3 steps per epoch.

test("each epoch ends with a validation, and a checkpoint that knows it", async () => {
  const { run, log } = runOf({ validation: following([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) });
  const end = await train(run);
  expect(end).toMatchObject({ steps: 18, reason: "complete", validation: { epochs: 6 } });
  expect(end.validation.best).toMatchObject({ epoch: 6, step: 18, meanDsc: 0.6 });
  expect(log.checkpoints.filter(([, { epochs }], index) => epochs === index + 1).length).toBeGreaterThan(4);
});

test("the best validation says over how many patients its mean DSC is", async () => {
  const patients = [0.4, null, 0.6].map((dsc, at) => ({ name: `p${at}`, dsc }));
  const validation = { state: { epochs: 0 }, run: async () => ({ loss: 1, patients, meanDsc: 0.5 }) };
  const { run } = runOf({ validation });
  expect((await train(run)).validation.best).toMatchObject({ meanDsc: 0.5, measured: 2 });
});

test("with patience 2 the training ends two epochs after the best one", async () => {
  const { run } = runOf({
    configuration: { ...configuration, patience: 2 },
    validation: following([0.1, 0.5, 0.4, 0.5, 0.9, 0.9]),
  });
  const end = await train(run);
  expect(end).toMatchObject({ steps: 12, reason: "early" });
  expect(end.validation.best).toMatchObject({ epoch: 2, meanDsc: 0.5 });
});

test("a training resumed between two validations stops early where the whole one does", async () => {
  const patient = { ...configuration, patience: 2 };
  const dscs = [0.1, 0.5, 0.4, 0.5, 0.9, 0.9];
  const first = runOf({ configuration: patient, validation: following(dscs) });
  let last = 0;
  const interrupted = await train({
    ...first.run,
    onStep: ({ step }) => {
      last = step;
    },
    shouldStop: () => last === 7,
  });
  expect(interrupted).toMatchObject({ steps: 7, reason: "interrupted" });
  const state = first.log.checkpoints.at(-1)?.[1];
  const second = runOf({ configuration: patient, doneSteps: 7, validation: following(dscs, state) });
  expect(await train(second.run)).toMatchObject({ steps: 12, reason: "early" });
});

test("interrupted at the end of an epoch, the validation is made up for on resuming", async () => {
  const first = runOf({ validation: following([0.1]), shouldStop: () => first.log.steps.at(-1) === 3 });
  await train(first.run);
  expect(first.log.checkpoints).toEqual([[3, { epochs: 0 }]]);
  const second = runOf({ doneSteps: 3, validation: following([0.7], { epochs: 0 }) });
  second.run.shouldStop = () => second.log.steps.length === 1;
  expect((await train(second.run)).validation).toMatchObject({ epochs: 1, best: { epoch: 1, meanDsc: 0.7 } });
});

test("better is a higher DSC; where both are equal or undefined, a smaller loss", () => {
  const of = (meanDsc: number | null, loss: number) => ({ meanDsc, loss });
  expect(isBetter(of(0.5, 2), of(0.4, 1))).toBe(true);
  expect(isBetter(of(0.4, 1), of(0.5, 2))).toBe(false);
  expect(isBetter(of(0, 1), of(0, 2))).toBe(true);
  expect(isBetter(of(null, 2), of(null, 2))).toBe(false);
});

test("a divergence names step, images, learning rate, the broken tensor and the last good checkpoint", async () => {
  const { run, log } = runOf({
    checkpointEvery: 2,
    trainStep: async () => ({ loss: log.steps.length === 3 ? Number.NaN : 1 }),
  });
  let calls = 0;
  run.weights = () => {
    const broken = ++calls > 1;
    return new Map([
      ["a.weight", { shape: [2], data: Float32Array.of(3, -40) }],
      ["b.weight", { shape: [1], data: Float32Array.of(broken ? Number.NaN : 1) }],
    ]);
  };
  const failure = train(run);
  await expect(failure).rejects.toThrow(/step 4 \(epoch 2\) is NaN.*learning rate 0\.0001/);
  await expect(failure).rejects.toThrow(/patient-[01] slice [123], patient-[01] slice [123]/);
  await expect(failure).rejects.toThrow(/1 tensors .* b\.weight first.*learningRate.*step 2 is good/);
});

test("with finite weights the largest is named", async () => {
  const { run } = runOf({ trainStep: async () => ({ loss: Number.POSITIVE_INFINITY }) });
  run.weights = () => new Map([["a.weight", { shape: [2], data: Float32Array.of(3, -40) }]]);
  // There is no checkpoint yet: none is named.
  await expect(train(run)).rejects.toThrow(/largest is 40\.0 in a\.weight\.(?!.*checkpoint).*learningRate/);
});

test("weights that broke while the loss was still finite never replace a good checkpoint", async () => {
  const { run, log } = runOf({ checkpointEvery: 1 });
  run.weights = () =>
    new Map([["w", { shape: [1], data: Float32Array.of(log.steps.length > 2 ? Number.NaN : 1) }]]);
  await expect(train(run)).rejects.toThrow(/step 3.*w first.*step 2 is good/);
  expect(log.checkpoints.map(([step]) => step)).toEqual([1, 2]);
});

test("with context the channels are the neighbours in order, through the mask's own map", () => {
  const images = set(1, 5);
  const context = { ...configuration, batch: 1, context: 1 };
  const plan = [{ patient: 0, slice: 3, augmentation: undefined }];
  const batch = makeBatch(images, plan, context);
  const { mean, standardDeviation } = images.normalisation;
  const levels = [0, 1, 2].map((channel) =>
    Math.round(batch.images[channel * area] * standardDeviation + mean),
  );
  expect(levels).toEqual([3, 4, 5]);
  expect(batch.images.length).toBe(3 * area);
  expect(batch.masks.length).toBe(area);
  const thick = images.patients.map((patient) => ({ ...patient, sliceSpacingMm: 2.5 }));
  const thin = makeBatch({ ...images, patients: thick }, plan, context);
  expect(Math.round(thin.images[0] * standardDeviation + mean)).toBe(2);
});

test("a part of a training's images is seen without neighbours, the same part in every run", () => {
  const images = set(1, 5);
  const context = { ...configuration, batch: 1, context: 1 };
  const withNeighbours = (index: number): boolean => {
    const plan = [{ patient: 0, slice: 3, augmentation: undefined, stream: `0/${index}` }];
    const { images: shown } = makeBatch(images, plan, context);
    return shown[0] !== shown[area];
  };
  const drawn = Array.from({ length: 200 }, (_, index) => withNeighbours(index));
  const part = drawn.filter((seen) => !seen).length / drawn.length;
  expect(part).toBeGreaterThan(0.15);
  expect(part).toBeLessThan(0.35);
  expect(drawn.slice(0, 20).map((_, index) => withNeighbours(index))).toEqual(drawn.slice(0, 20));
});

test("a flipped sample flips all its channels and its mask", () => {
  const images = set(1, 5);
  const flip = { transforms: [{ kind: "flip" }], elastic: undefined, intensity: undefined } as const;
  const context = { ...configuration, batch: 1, context: 2 };
  const marked = images.patients.map((patient) => ({
    ...patient,
    levels: (slice: number) => patient.levels(slice).map((level, at) => (at % size === 0 ? 100 : level)),
  }));
  const { images: shown } = makeBatch(
    { ...images, patients: marked },
    [{ patient: 0, slice: 2, augmentation: flip }],
    context,
  );
  const { mean, standardDeviation } = images.normalisation;
  for (let channel = 0; channel < 5; channel++) {
    expect(shown[channel * area + size - 1] * standardDeviation + mean).toBeCloseTo(100, 3);
    expect(shown[channel * area] * standardDeviation + mean).toBeCloseTo(channel + 1, 3);
  }
});

test("validation counts each slice of each patient once: rows 0 to 31 predicted against rows 0 to k - 1", async () => {
  const images = set(2, 5);
  const step = async (batch: Float32Array) => ({
    loss: 2,
    probabilities: batch.map((_, at) => (Math.floor((at % area) / size) < 32 ? 0.7 : 0.2)),
  });
  const result = await validate(images, configuration, 0.5, step);
  // Reference 0 + 1 + 2 + 3 + 4 rows, all of them predicted; predicted 5 x 32.
  const expected = (2 * 10) / (10 + 160);
  expect(result.patients.map(({ name }) => name)).toEqual(["patient-0", "patient-1"]);
  for (const { dsc } of result.patients) expect(dsc).toBeCloseTo(expected, 12);
  expect(result.meanDsc).toBeCloseTo(expected, 12);
  expect(result.loss).toBeCloseTo(2, 12);
  expect((await validate(images, configuration, 0.8, step)).meanDsc).toBe(0);
});
