/** What the bench of patients stands on: which patients are held out, parts of a CT, one network at many thresholds. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cohortSplitSchema } from "#contract/cohort-split.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import type { RunnableModel } from "#model/run/load-model.ts";
import { cutSlices, partsWithoutTumour } from "../bench/patients/cut-slices.ts";
import { chosenSources } from "../bench/patients/measured-case.ts";
import { sweepThresholds } from "../bench/patients/sweep-thresholds.ts";

test("the Decathlon's 61 patients are 43 to train on, 6 to validate on and 12 held out, each in one part", async () => {
  const file = join(import.meta.dirname, "../docs/measurements/msd-split.json");
  // The schema refuses a patient in two parts.
  const split = cohortSplitSchema.parse(JSON.parse(await readFile(file, "utf8")));
  const parts = [split.train, split.validation, split.test];
  expect(parts.map((names) => names.length)).toEqual([43, 6, 12]);
  const all = Array.from({ length: 61 }, (_, index) => `case-${String(index + 1).padStart(4, "0")}`);
  expect(parts.flat().sort()).toEqual(all);
});

const size = 64;
const area = size * size;
const grid = createGrid([size, size, 40], [2, 2, 5], patientPoint(1, 2, 100));
const ct = { grid, hu: new Int16Array(area * 40).map((_, at) => Math.floor(at / area)) };

/** The columns from 20 on, `width` of them, of rows 20 to 29 in slices 15 to 24. */
function block(width: number): Mask {
  return maskWhere(grid, (at) => {
    const [x, y, k] = [at % size, Math.floor(at / size) % size, Math.floor(at / area)];
    return x >= 20 && x < 20 + width && y >= 20 && y < 30 && k >= 15 && k < 25;
  });
}

test("slices that are cut out of a CT stay where they were in the patient", () => {
  const part = cutSlices(ct, 30, 33);
  expect(part.grid.size).toEqual([size, size, 3]);
  expect(part.grid.origin).toEqual([1, 2, 250]);
  expect([...new Set(part.hu)]).toEqual([30, 31, 32]);
});

test("parts without tumour keep 30 mm clear of its first and last slice", () => {
  const [below, above] = partsWithoutTumour(ct, block(10));
  // Slices 15 to 24 have tumour, six slices are 30 mm: 0 to 8 and 31 to 39.
  expect([...new Set(below.hu)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...new Set(above.hu)]).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39]);
});

test("cases are chosen by name or by group, and a source gives only the cases that were asked for", async () => {
  const truth = { kind: "no-tumour" } as const;
  const source = (names: string[], group: "boxes" | "phantoms") => {
    const load = async () => names.map((name) => ({ name, group, ct, truth, spacingKnown: true }));
    return { names, group, load };
  };
  const sources = [source(["a", "b"], "boxes"), source(["c"], "phantoms"), source(["d"], "phantoms")];
  const chosen = chosenSources(sources, ["b", "phantoms"]);
  const cases = (await Promise.all(chosen.map(({ load }) => load()))).flat();
  expect(cases.map(({ name }) => name)).toEqual(["b", "c", "d"]);
  expect(chosenSources(sources, undefined)).toBe(sources);
});

test("a network runs once for all thresholds, and each threshold meets its probabilities", async () => {
  const [sure, unsure] = [block(10), block(15)];
  let [slices, batches] = [0, 0];
  const model: RunnableModel = {
    name: "blocks",
    version: "1",
    digest: "",
    input: {
      size,
      context: 0,
      contextSpacingMm: 5,
      intensity: { lowHu: -1000, highHu: 600, levels: 255 },
      normalisation: { mean: 0, standardDeviation: 1 },
      threshold: 0.9,
    },
    predict: async (_images, batch) => {
      const first = slices * area;
      slices += batch;
      batches++;
      return Float32Array.from({ length: batch * area }, (_, at) =>
        sure.data[first + at] === 1 ? 0.801 : unsure.data[first + at] === 1 ? 0.3 : 0,
      );
    },
    helpers: () => [],
    dispose: async () => undefined,
  };
  // Each block ends where the density jumps: no border moves.
  const hu = Int16Array.from(sure.data, (value, at) =>
    value === 1 ? 300 : unsure.data[at] === 1 ? 0 : -1000,
  );
  const overlaps = await sweepThresholds({ ct: { grid, hu }, target: sure }, model, [0.1, 0.5, 0.8, 0.803]);
  // Above 0.1 there are 15 columns for the target's 10: 2 * 10 / (10 + 15). A byte could not tell 0.8, 0.801 and 0.803.
  expect(overlaps).toEqual([0.8, 1, 1, 0]);
  expect([slices, batches]).toEqual([40, 10]);
});
