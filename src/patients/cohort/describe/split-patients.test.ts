import fc from "fast-check";
import { expect, test } from "vitest";
import { cohortSplitSchema } from "#contract/cohort-split.ts";
import { createRandom } from "#core/random.ts";
import { type SplitPatient, splitFolds, splitPatients } from "./split-patients.ts";

/** Cohorts of 12 to 60 cases, some of them of one person, some without volume or position. */
const anyCohort = fc
  .array(
    fc.record({
      person: fc.integer({ min: 0, max: 40 }),
      volume: fc.option(fc.double({ min: 0.1, max: 700, noNaN: true }), { nil: undefined }),
      position: fc.option(fc.constantFrom("left-upper", "right-lower", "right-middle"), { nil: undefined }),
    }),
    { minLength: 12, maxLength: 60 },
  )
  .map((cases) =>
    cases.map(
      ({ person, ...rest }, index): SplitPatient => ({
        ...rest,
        name: `case-${String(index).padStart(4, "0")}`,
        group: `person-${person}`,
      }),
    ),
  )
  .filter((cases) => new Set(cases.map(({ group }) => group)).size >= 8);

function personsOf(patients: readonly SplitPatient[], names: readonly string[]): Set<string> {
  return new Set(patients.filter(({ name }) => names.includes(name)).map(({ group }) => group));
}

test("no person stands on two sides, every case on one, and the same seed gives the same split", () => {
  fc.assert(
    fc.property(anyCohort, fc.integer({ min: 0, max: 1000 }), (patients, seed) => {
      const split = splitPatients(patients, { test: 0.2, validation: 0.1 }, seed);
      expect(cohortSplitSchema.safeParse(split).success).toBe(true);
      const sides = [split.train, split.validation, split.test];
      expect(sides.flat().sort()).toEqual(patients.map(({ name }) => name));
      const persons = sides.map((names) => personsOf(patients, names));
      expect(persons.reduce((sum, side) => sum + side.size, 0)).toBe(
        new Set(patients.map(({ group }) => group)).size,
      );
      expect(
        splitPatients(createRandom(seed).shuffle(patients), { test: 0.2, validation: 0.1 }, seed),
      ).toEqual(split);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("folds: every case is tested on once, and no fold has a person on two sides", () => {
  fc.assert(
    fc.property(anyCohort, fc.integer({ min: 2, max: 6 }), (patients, folds) => {
      const split = splitFolds(patients, { folds, validation: 0.1 }, 3);
      expect(cohortSplitSchema.safeParse(split).success).toBe(true);
      expect(split.folds?.flatMap((fold) => fold.test).sort()).toEqual(patients.map(({ name }) => name));
      for (const { train, validation, test: tested } of split.folds ?? []) {
        expect([...train, ...validation, ...tested].length).toBe(patients.length);
        const sides = [train, validation, tested].map((names) => personsOf(patients, names));
        for (const [index, side] of sides.entries())
          for (const other of sides.slice(index + 1))
            expect([...side].filter((person) => other.has(person))).toEqual([]);
      }
    }),
    { numRuns: 200, seed: 2 },
  );
});

/** The paper's 330 patients: 112 + 10 left upper and so on, volumes from 1.6 to 678.6 cc. */
function paperCohort(): SplitPatient[] {
  const random = createRandom(5);
  const lobes = {
    "left-upper": 122,
    "left-lower": 74,
    "right-upper": 59,
    "right-middle": 52,
    "right-lower": 23,
  };
  return Object.entries(lobes).flatMap(([position, count]) =>
    Array.from({ length: count }, (_, index): SplitPatient => {
      const name = `${position}-${index}`;
      return { name, group: name, position, volume: 85.4 * Math.exp(random.normal()) };
    }),
  );
}

test("a tenth of the paper's cohort has the cohort's proportions of lobes and volumes", () => {
  const patients = paperCohort();
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  const volume = (names: readonly string[]): number =>
    median(patients.filter(({ name }) => names.includes(name)).map(({ volume }) => volume ?? 0));
  for (let seed = 0; seed < 20; seed++) {
    const { test: tested } = splitPatients(patients, { test: 0.1, validation: 0 }, seed);
    expect(tested.length).toBe(33);
    for (const [lobe, count] of [
      ["left-upper", 12.2],
      ["left-lower", 7.4],
      ["right-upper", 5.9],
      ["right-lower", 2.3],
    ] as const)
      expect(Math.abs(tested.filter((name) => name.startsWith(lobe)).length - count)).toBeLessThanOrEqual(1);
    // Without strata the median of 33 log-normal volumes strays by 22 % at one standard error.
    expect(Math.abs(Math.log(volume(tested) / volume(patients.map(({ name }) => name))))).toBeLessThan(0.45);
  }
  const splits = Array.from(
    { length: 5 },
    (_, seed) => splitPatients(patients, { test: 0.1, validation: 0 }, seed).test,
  );
  expect(new Set(splits.map(String)).size).toBe(5);
});

test("a schema refuses a split that leaks", () => {
  const parts = { train: ["a", "b"], validation: [], test: ["b"] };
  expect(cohortSplitSchema.safeParse({ format: 1, seed: 1, ...parts }).success).toBe(false);
  const good = { train: ["a"], validation: [], test: ["b"] };
  expect(cohortSplitSchema.safeParse({ format: 1, seed: 1, ...good }).success).toBe(true);
  expect(cohortSplitSchema.safeParse({ format: 1, seed: 1, ...good, folds: [good, parts] }).success).toBe(
    false,
  );
});
