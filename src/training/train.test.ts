import { expect, test } from "vitest";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { imagesInMemory } from "../../test/training-images.ts";
import { batchesInTurn, makeBatch } from "./batch.ts";
import { train } from "./loop.ts";
import { batchOf, planEpoch, stepsInEpoch } from "./plan-epoch.ts";
import { decodeTensors, encodeTensors } from "./safetensors.ts";
import { createTrainingSet, type PatientImages, type TrainingSet } from "./training-set.ts";

const size = 64;
const area = size * size;

/** Three patients of 10 slices; slices 3 to 6 hold a square target whose grey level is 200. */
function smallSet(): TrainingSet {
  const random = createRandom(1);
  const patients = Array.from({ length: 3 }, (_, index): PatientImages => {
    const levels = Uint8Array.from({ length: 10 * area }, () => random.integer(100));
    const mask = new Uint8Array(10 * area);
    for (let slice = 3; slice <= 6; slice++) {
      for (let y = 20; y < 40; y++) {
        const start = slice * area + y * size;
        mask.fill(1, start + 10, start + 30);
        levels.fill(200, start + 10, start + 30);
      }
    }
    return imagesInMemory(size, { levels, mask }, { name: `patient-${index}` });
  });
  return createTrainingSet(size, patients);
}

const configuration: TrainingConfiguration = {
  ...defaultTraining,
  size,
  batch: 4,
  epochs: 3,
  emptySlices: 0.5,
};

test("an epoch holds every slice with target once, half as many empty ones, and two thirds of them are augmented", () => {
  const set = smallSet();
  const plan = planEpoch(set, configuration, 0);
  expect(plan.length).toBe(18);
  expect(plan.filter(({ slice }) => slice >= 3 && slice <= 6).length).toBe(12);
  expect(plan.filter(({ augmentation }) => augmentation !== undefined).length).toBe(12);
  expect(stepsInEpoch(set, configuration)).toBe(5);
});

test("the paper's epoch of 6048 images holds 4032 augmented ones and 2016 as they were", () => {
  const slices = Array.from({ length: 6048 }, (_, slice) => ({ patient: 0, slice }));
  const set = { ...smallSet(), withTarget: slices, withoutTarget: [] };
  const plan = planEpoch(set, configuration, 0);
  expect(plan.filter(({ augmentation }) => augmentation !== undefined).length).toBe(4032);
  expect(plan.filter(({ augmentation }) => augmentation === undefined).length).toBe(2016);
  expect(new Set(plan.map(({ slice }) => slice)).size).toBe(6048);
});

test("augmentation that the paper does not have is off in the default configuration", () => {
  for (const { augmentation } of planEpoch(smallSet(), configuration, 0)) {
    expect(augmentation?.elastic).toBeUndefined();
    expect(augmentation?.intensity).toBeUndefined();
    expect(augmentation?.transforms.some(({ kind }) => kind === "rotate") ?? false).toBe(false);
  }
});

test("images that are not augmented reach the network as they were, normalised", () => {
  const set = smallSet();
  const plan = planEpoch(set, { ...configuration, augmented: 0 }, 0);
  const { images, masks } = makeBatch(set, batchOf(plan, 0, configuration), configuration);
  plan.slice(0, 4).forEach(({ patient, slice }, index) => {
    const [levels, mask] = [set.patients[patient].levels(slice), set.patients[patient].mask(slice)];
    const { mean, standardDeviation } = set.normalisation;
    for (let at = 0; at < area; at += 7) {
      const back = images[index * area + at] * standardDeviation + mean;
      expect(back).toBeCloseTo(levels[at], 3);
      expect(masks[index * area + at]).toBe(mask[at]);
    }
  });
});

test("balanced by patient, one of 2 slices and one of 10 give 6 images each, and the short one's slices come three times", () => {
  const withTarget = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1].map((patient, slice) => ({ patient, slice }));
  const set = { ...smallSet(), withTarget, withoutTarget: [] };
  const plan = planEpoch(set, { ...configuration, balancePatients: true }, 0);
  const times = (slice: number): number => plan.filter((image) => image.slice === slice).length;
  expect(plan.length).toBe(12);
  expect([times(0), times(1)]).toEqual([3, 3]);
  expect(plan.filter(({ patient }) => patient === 1).length).toBe(6);
  expect(new Set(plan.map(({ slice }) => slice)).size).toBe(8);
  const later = planEpoch(set, { ...configuration, balancePatients: true }, 1);
  expect(new Set(later.map(({ slice }) => slice))).not.toEqual(new Set(plan.map(({ slice }) => slice)));
});

/** The small set with two further patients, of 4 slices with target each, drawn `weight` times as often. */
function mixedSet(weight: number): TrainingSet {
  const { patients } = smallSet();
  const more = patients.slice(0, 2).map((patient) => ({ ...patient, name: `more-${patient.name}` }));
  return createTrainingSet(size, patients, [{ patients: more, weight }]);
}

test("an addition of weight 0.5 gives half as many slices with target as the first cohort, and empty ones with them", () => {
  const set = mixedSet(0.5);
  const plan = planEpoch(set, configuration, 0);
  const added = plan.filter(({ patient }) => patient >= 3);
  const withTarget = (images: typeof plan) => images.filter(({ slice }) => slice >= 3 && slice <= 6);
  expect([plan.length - added.length, withTarget(added).length, added.length]).toEqual([18, 6, 9]);
  expect(new Set(withTarget(added).map(({ patient, slice }) => `${patient} ${slice}`)).size).toBe(6);
  expect(stepsInEpoch(set, configuration)).toBe(Math.ceil(27 / 4));
});

test("an addition that must give more slices than it has gives each nearly equally often, balanced by patient too", () => {
  for (const balancePatients of [false, true]) {
    const plan = planEpoch(mixedSet(2), { ...configuration, emptySlices: 0, balancePatients }, 0);
    const counts = new Map<string, number>();
    for (const { patient, slice } of plan.filter((image) => image.patient >= 3))
      counts.set(`${patient} ${slice}`, (counts.get(`${patient} ${slice}`) ?? 0) + 1);
    expect([...counts.values()].sort()).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  }
});

test("the population's statistics are of all cohorts", () => {
  const mask = new Uint8Array(10 * area).fill(1);
  const white = imagesInMemory(size, { levels: new Uint8Array(10 * area).fill(255), mask });
  const bright = smallSet().patients.map(() => white);
  const set = createTrainingSet(size, smallSet().patients, [{ patients: bright, weight: 0.1 }]);
  expect(set.normalisation.mean).toBeCloseTo((smallSet().normalisation.mean + 255) / 2, 6);
});

test("the plan depends on the seed and the epoch alone", () => {
  const set = smallSet();
  expect(planEpoch(set, configuration, 2)).toEqual(planEpoch(set, configuration, 2));
  expect(planEpoch(set, configuration, 1)).not.toEqual(planEpoch(set, configuration, 2));
  expect(planEpoch(set, { ...configuration, seed: 9 }, 2)).not.toEqual(planEpoch(set, configuration, 2));
});

test("image and mask stay aligned under every transform: the target is where the bright square is", () => {
  const set = smallSet();
  const plan = planEpoch(set, configuration, 0);
  const bright = (150 - set.normalisation.mean) / set.normalisation.standardDeviation;
  for (let step = 0; step < 4; step++) {
    const { images, masks } = makeBatch(set, batchOf(plan, step, configuration), configuration);
    let differing = 0;
    for (let index = 0; index < masks.length; index++) {
      if ((images[index] > bright ? 1 : 0) !== masks[index]) differing++;
    }
    // Only pixels on the square's outline may differ: interpolation against nearest neighbour.
    expect(differing).toBeLessThan(4 * 4 * 25);
    expect(masks.some((value) => value === 1)).toBe(true);
  }
});

test("a cohort without target is refused with the option to look at", () => {
  const levels = Uint8Array.from({ length: area }, (_, index) => index % 7);
  const patient = imagesInMemory(size, { levels, mask: new Uint8Array(area) });
  expect(() => createTrainingSet(size, [patient])).toThrow(/--roi/);
});

test("a training that stops and goes on feeds the same batches and learning rates as one that does not", async () => {
  const set = smallSet();
  const cosine = { ...configuration, schedule: "cosine" } as const;
  const run = async (from: number, stopAt: number): Promise<string[]> => {
    const batches: string[] = [];
    const trainStep = async (
      images: Float32Array,
      masks: Float32Array,
      { learningRate }: { learningRate: number },
    ) => {
      const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
      batches.push(`${sum(images)} ${sum(masks)} ${learningRate}`);
      return { loss: 1 };
    };
    let last = from;
    await train({
      configuration: cosine,
      set,
      batches: batchesInTurn(set, cosine, from),
      trainStep,
      weights: () => new Map(),
      doneSteps: from,
      checkpointEvery: 1000,
      onStep: ({ step }) => {
        last = step;
      },
      onCheckpoint: async () => undefined,
      shouldStop: () => last === stopAt,
    });
    return batches;
  };
  const whole = await run(0, -1);
  expect(whole.length).toBe(15);
  expect([...(await run(0, 7)), ...(await run(7, -1))]).toEqual(whole);
});

/** Of 5 steps an epoch; `calls` is told what else is done. */
function divergingRun(
  losses: { readonly training?: number; readonly validation?: number },
  { weight = 1, checkpointEvery = 10, calls = [] as string[] } = {},
) {
  const set = smallSet();
  return train({
    configuration,
    set,
    batches: batchesInTurn(set, configuration),
    trainStep: async () => ({ loss: losses.training ?? 1 }),
    weights: () => new Map([["a.weight", { shape: [1], data: Float32Array.of(weight) }]]),
    doneSteps: 0,
    checkpointEvery,
    validation: {
      state: { epochs: 0 },
      run: async () => {
        calls.push("validated");
        return { loss: losses.validation ?? 1, patients: [], meanDsc: 0 };
      },
    },
    onStep: () => undefined,
    onEpoch: async () => void calls.push("kept the best weights"),
    onCheckpoint: async (step) => void calls.push(`checkpoint ${step}`),
    shouldStop: () => false,
  });
}

test("a loss that is no number ends the training with what to do", async () => {
  await expect(divergingRun({ training: Number.NaN })).rejects.toThrow(
    /Begin again .* with a smaller learningRate/,
  );
});

test("weights that are no numbers are refused before a validation could take them for the best", async () => {
  const calls: string[] = [];
  await expect(divergingRun({}, { weight: Number.NaN, calls })).rejects.toMatchObject({
    code: "loss-not-finite",
  });
  expect(calls).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "a validation loss of %d, which no checkpoint can hold, ends the training with the last checkpoint intact",
  async (loss) => {
    const calls: string[] = [];
    await expect(divergingRun({ validation: loss }, { checkpointEvery: 4, calls })).rejects.toThrow(
      /validation loss at step 5 \(epoch 1\).*another --out.*step 4 is good/,
    );
    expect(calls).toEqual(["checkpoint 4", "validated"]);
  },
);

test("tensors come back from a checkpoint bit for bit, and a truncated file is refused with a named error", () => {
  const data = Float32Array.from({ length: 12 }, (_, index) => Math.sin(index) * 1e-20);
  const file = encodeTensors({
    tensors: new Map([["a.weight", { shape: [3, 4], data }]]),
    metadata: { name: "größe" },
  });
  const back = decodeTensors(Buffer.from(file), "x.safetensors");
  expect(back.tensors.get("a.weight")).toEqual({ shape: [3, 4], data });
  expect(back.metadata).toEqual({ name: "größe" });
  expect(() => decodeTensors(file.subarray(0, file.length - 1), "x.safetensors")).toThrow(
    /x\.safetensors.*a\.weight/,
  );
  expect(() => decodeTensors(new Uint8Array(3), "x.safetensors")).toThrow(/3 bytes/);
});
