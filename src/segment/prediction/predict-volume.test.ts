import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { aboveThreshold } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { inputOf, type ModelInput } from "#model/model-input.ts";
import { findBodyFrame } from "./body-frame.ts";
import { predictVolume } from "./predict-volume.ts";

const grid = createGrid([128, 128, 5], [1, 1, 5], patientPoint(0, 0, 0));

/** Air with a box of water at columns 32-63, rows 16-79 of slice 3. */
function boxInAir(): { hu: Int16Array; inside: Uint8Array } {
  const hu = new Int16Array(128 * 128 * 5).fill(-1000);
  const inside = new Uint8Array(hu.length);
  for (let y = 16; y < 80; y++) {
    const start = (3 * 128 + y) * 128;
    hu.fill(0, start + 32, start + 64);
    inside.fill(1, start + 32, start + 64);
  }
  return { hu, inside };
}

function input(size: number, threshold = 0.5): ModelInput {
  return inputOf({
    configuration: { ...defaultTraining, size },
    normalisation: { mean: 32, standardDeviation: 16 },
    threshold,
  });
}

/** A model whose probability is a steep function of the normalised grey level: above 1/2 where it is positive. */
const brightness = async (images: Float32Array): Promise<Float32Array> =>
  images.map((value) => 1 / (1 + Math.exp(-8 * value)));

const options = { batch: 2, progress: silentProgress };

test("at the CT's own matrix the mask is the box, voxel by voxel", async () => {
  const { hu, inside } = boxInAir();
  const confidence = await predictVolume({ grid, hu }, { input: input(128), predict: brightness }, options);
  expect(aboveThreshold(confidence)).toEqual(inside);
});

test("through a matrix of half the size the box comes back where it was, no half-pixel shift", async () => {
  const { hu, inside } = boxInAir();
  const confidence = await predictVolume({ grid, hu }, { input: input(64), predict: brightness }, options);
  const mask = aboveThreshold(confidence);
  let differing = 0;
  const centre = { x: 0, y: 0, n: 0 };
  mask.forEach((value, index) => {
    if (value !== inside[index]) differing++;
    if (value === 1) {
      centre.x += index % 128;
      centre.y += Math.floor(index / 128) % 128;
      centre.n++;
    }
  });
  expect(centre.x / centre.n).toBeCloseTo(47.5, 1);
  expect(centre.y / centre.n).toBeCloseTo(47.5, 1);
  // Nothing further than one pixel from the outline of 2 * (32 + 64) pixels may differ.
  expect(differing).toBeLessThan(2 * 96);
});

test("the threshold of the model decides, not one half", async () => {
  const { hu } = boxInAir();
  const constant = async (images: Float32Array): Promise<Float32Array> => images.map(() => 0.4);
  const above = await predictVolume({ grid, hu }, { input: input(64, 0.3999), predict: constant }, options);
  const below = await predictVolume({ grid, hu }, { input: input(64, 0.4001), predict: constant }, options);
  expect(aboveThreshold(above).every((value) => value === 1)).toBe(true);
  expect(aboveThreshold(below).every((value) => value === 0)).toBe(true);
});

test("a 2.5D model sees neighbours at the distance of its training, whatever the CT's slices are", async () => {
  const thin = createGrid([64, 64, 11], [1, 1, 2.5], patientPoint(0, 0, 0));
  const hu = Int16Array.from({ length: 64 * 64 * 11 }, (_, at) => Math.floor(at / 4096) * 100);
  const model = { ...input(64), context: 1, contextSpacingMm: 5 };
  const channels: number[][] = [];
  const predict = async (images: Float32Array, batch: number): Promise<Float32Array> => {
    for (let image = 0; image < batch; image++) {
      // Grey levels are 16.05 HU apart.
      const level = (channel: number) => images[(image * 3 + channel) * 4096] * 16 + 32;
      channels.push([0, 1, 2].map((channel) => Math.round((level(channel) * 16.05 - 1024) / 100)));
    }
    return new Float32Array(batch * 4096);
  };
  await predictVolume({ grid: thin, hu }, { input: model, predict }, options);
  expect(channels).toEqual(
    Array.from({ length: 11 }, (_, k) => [Math.max(0, k - 2), k, Math.min(10, k + 2)]),
  );
});

test("an interrupted segmentation gives no mask", async () => {
  const { hu } = boxInAir();
  const stopped = predictVolume(
    { grid, hu },
    { input: input(64), predict: brightness },
    { ...options, shouldStop: () => true },
  );
  await expect(stopped).rejects.toThrow(/interrupted/);
});

test("a model that asks for it sees the body's square only, and its answer comes back where the body is", async () => {
  const hu = new Int16Array(128 * 128 * 5).map((_, index) => {
    const [x, y] = [index % 128, Math.floor(index / 128) % 128];
    return x >= 8 && x < 48 && y >= 64 && y < 112 ? 0 : -1000;
  });
  const wide = createGrid([128, 128, 5], [4, 4, 5], patientPoint(0, 0, 0));
  const brightShares: number[] = [];
  const predict = async (images: Float32Array): Promise<Float32Array> => {
    brightShares.push(images.filter((value) => value > 0).length / images.length);
    return brightness(images);
  };
  const confidence = await predictVolume(
    { grid: wide, hu },
    { input: { ...input(64), frame: "body" }, predict },
    options,
  );
  // The square is 1.15 times the body's 40 columns; of its 46 rows and columns the body fills all rows and 40 columns.
  for (const part of brightShares) expect(part).toBeCloseTo(40 / 46, 1);
  const mask = aboveThreshold(confidence);
  const frame = findBodyFrame({ grid: wide, hu });
  let [missed, outside] = [0, 0];
  mask.forEach((value, index) => {
    const [x, y] = [index % 128, Math.floor(index / 128) % 128];
    const inSquare = y > 64 && y >= frame.y && y < Math.min(111, frame.y + frame.height);
    if (hu[index] === 0 && value === 0 && inSquare && x > 8 && x < 47) missed++;
    if (hu[index] !== 0 && value === 1 && (x < 7 || x > 48)) outside++;
  });
  expect([missed, outside]).toEqual([0, 0]);
});

test("of a range of slices each is as among all of them, its neighbours from beyond the range, and the others are empty", async () => {
  const hu = Int16Array.from({ length: 128 * 128 * 5 }, (_, at) => ((at * 7919) % 1500) - 1000);
  const model = {
    input: { ...input(64), context: 1, contextSpacingMm: 5 },
    // Of the three slices that it sees the mean.
    predict: async (images: Float32Array, batch: number): Promise<Float32Array> => {
      const area = 64 * 64;
      return Float32Array.from({ length: batch * area }, (_, at) => {
        const start = Math.floor(at / area) * 3 * area + (at % area);
        const mean = (images[start] + images[start + area] + images[start + 2 * area]) / 3;
        return 1 / (1 + Math.exp(-mean));
      });
    },
  };
  const all = await predictVolume({ grid, hu }, model, options);
  const some = await predictVolume({ grid, hu }, model, {
    ...options,
    region: { from: [0, 0, 1], to: [128, 128, 4] },
  });
  const area = 128 * 128;
  expect(some.data.subarray(area, 4 * area)).toEqual(all.data.subarray(area, 4 * area));
  expect(all.data.subarray(0, area).some((byte) => byte > 0)).toBe(true);
  for (const k of [0, 4])
    expect(some.data.subarray(k * area, (k + 1) * area).every((byte) => byte === 0)).toBe(true);
});

test("of a part of each slice the network sees no more than that needs, and what it finds there is what it finds in all", async () => {
  const hu = Int16Array.from({ length: 128 * 128 * 5 }, (_, at) => ((at * 7919) % 1500) - 1000);
  const extents: string[] = [];
  const model = {
    input: input(64),
    partsFrom: 16,
    predict: async (
      images: Float32Array,
      _: number,
      extent: readonly number[] = [],
    ): Promise<Float32Array> => {
      extents.push(extent.join(" x "));
      return images.map((value) => 1 / (1 + Math.exp(-value)));
    },
  };
  const all = await predictVolume({ grid, hu }, model, options);
  const region = { from: [70, 20, 0], to: [90, 60, 5] } as const;
  const some = await predictVolume({ grid, hu }, model, { ...options, region });
  // Pixels of the matrix are two of the image's: rows 10 .. 29 and columns 35 .. 44 are within those of 0 .. 31 and 32 .. 47.
  expect([...new Set(extents)]).toEqual(["64 x 64", "32 x 16"]);
  const [same, beyond] = [new Set<boolean>(), new Set<number>()];
  for (let at = 0; at < some.data.length; at++) {
    const [x, y] = [at % 128, Math.floor(at / 128) % 128];
    if (x >= 70 && x < 90 && y >= 20 && y < 60) same.add(some.data[at] === all.data[at]);
    if (x < 62 || x > 98 || y > 66) beyond.add(some.data[at]);
  }
  expect([...same]).toEqual([true]);
  expect([...beyond]).toEqual([0]);
});

test("of slices of 1 mm every second is looked at, and what is said of those between is between", async () => {
  const thin = createGrid([64, 64, 9], [1, 1, 1], patientPoint(0, 0, 0));
  const hu = Int16Array.from({ length: 64 * 64 * 9 }, (_, at) => Math.floor(at / 4096) * 100 - 1000);
  let predictedSlices = 0;
  const model = {
    input: { ...input(64), context: 1, contextSpacingMm: 3 },
    predict: async (images: Float32Array, batch: number): Promise<Float32Array> => {
      predictedSlices += batch;
      // The slice above by its own grey levels: the neighbours are the CT's, whatever is looked at.
      return Float32Array.from({ length: batch * 4096 }, (_, at) => {
        const above = images[(Math.floor(at / 4096) * 3 + 2) * 4096 + (at % 4096)];
        return (above * 16 + 32) / 100;
      });
    },
  };
  const byteOf = (confidence: { data: Uint8Array }) =>
    Array.from({ length: 9 }, (_, k) => confidence.data[k * 4096]);
  const every = await predictVolume({ grid: thin, hu }, model, options);
  expect(predictedSlices).toBe(9);
  const some = await predictVolume({ grid: thin, hu }, model, { ...options, apartMm: 2 });
  expect(predictedSlices).toBe(9 + 5);
  const [expected, actual] = [byteOf(every), byteOf(some)];
  for (const k of [0, 2, 4, 6, 8]) expect(actual[k]).toBe(expected[k]);
  for (const k of [1, 3, 5, 7])
    expect(Math.abs(actual[k] - (expected[k - 1] + expected[k + 1]) / 2)).toBeLessThanOrEqual(1);
  const region = { from: [0, 0, 3], to: [64, 64, 6] } as const;
  const part = await predictVolume({ grid: thin, hu }, model, { ...options, apartMm: 2, region });
  expect(byteOf(part)).toEqual(actual.map((byte, k) => (k >= 3 && k < 6 ? byte : 0)));
});
