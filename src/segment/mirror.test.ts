import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { probabilityOf, toByte } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { inputOf } from "#model/model-input.ts";
import { meanConfidence, seenInMirror } from "./mirror.ts";
import { predictVolume } from "./prediction/predict-volume.ts";

const size = 16;
const grid = createGrid([size, size, 3], [1, 1, 3], patientPoint(0, 0, 0));

function modelOf(predict: (images: Float32Array) => Promise<Float32Array>) {
  const configuration = { ...defaultTraining, size };
  const normalisation = { mean: 60, standardDeviation: 60 };
  return { input: inputOf({ configuration, normalisation, threshold: 0.3 }), predict };
}

/** What a network without sides finds: as bright, as likely. */
const bright = modelOf(async (images) => images.map((value) => 1 / (1 + Math.exp(-value))));
/** One that knows sides: the columns on the left alone. */
const leftModel = modelOf(async (images) => images.map((_, at) => (at % size < size / 2 ? 0.9 : 0.1)));

const hu = Int16Array.from({ length: size * size * 3 }, (_, at) => ((at * 7919) % 2000) - 1000);
const options = { batch: 2, progress: silentProgress };

test("a model that knows no sides sees the same in the mirror, in its place", async () => {
  const plain = await predictVolume({ grid, hu }, bright, options);
  const mirrored = await predictVolume({ grid, hu }, { ...bright, predict: seenInMirror(bright) }, options);
  expect(mirrored.data).toEqual(plain.data);
  expect(new Set(plain.data).size).toBeGreaterThan(50);
});

test("one that looks at the left alone sees the other half in the mirror, and the mean is the same in both", async () => {
  const plain = await predictVolume({ grid, hu }, leftModel, options);
  const mirrored = await predictVolume(
    { grid, hu },
    { ...leftModel, predict: seenInMirror(leftModel) },
    options,
  );
  expect(plain.data[0]).toBeGreaterThanOrEqual(128);
  expect(mirrored.data[0]).toBeLessThan(128);
  expect(mirrored.data[size - 1]).toBe(plain.data[0]);
  const { data } = meanConfidence(plain, mirrored, 0.3);
  // (0.9 + 0.1) / 2 is above 0.3.
  expect(new Set(data).size).toBe(1);
  expect(probabilityOf(data[0], 0.3)).toBeCloseTo(0.5, 2);
});

test("the mean of a confidence and itself is itself, at any threshold", () => {
  const data = Uint8Array.from({ length: 256 }, (_, at) => at);
  const whole = { grid: createGrid([16, 16, 1], [1, 1, 1], patientPoint(0, 0, 0)), data };
  for (const threshold of [0.05, 0.5, 0.9]) {
    expect(meanConfidence(whole, whole, threshold).data).toEqual(data);
    expect(data.map((byte) => toByte(probabilityOf(byte, threshold), threshold))).toEqual(data);
  }
});
