/**
 * Two models against one reference: for each metric the two tables share, both means and every test of their difference.
 * Rows are matched by patient, and by slice in tables of slices. Not here: the tests themselves (src/statistics).
 *
 * A case whose metric is undefined in either model (a missed tumour has no Hausdorff distance) has no difference: it is
 * in no paired test, and it is counted, by model, beside the result. Each model's own mean is over its own defined cases
 * and comes with the count of the others: compare such means only together with those counts.
 *
 * Cases of one person are alike, and tests take what they are given as independent: those of a table per patient are over one value
 * per person, the mean of its cases (Altman and Bland 1997, "Units of analysis"); the bootstrap draws persons whole.
 */
import { createRandom } from "#core/random.ts";
import { bootstrapInterval } from "#statistics/bootstrap-interval.ts";
import { cohenDz, hedgesG } from "#statistics/effect-size.ts";
import { holm } from "#statistics/holm.ts";
import type { Interval } from "#statistics/interval.ts";
import { pairedDifferences } from "#statistics/moments.ts";
import { type ShapiroWilk, shapiroWilk } from "#statistics/shapiro-wilk.ts";
import { type AnalysisUnit, type Summary, summarise } from "#statistics/summary.ts";
import { pairedTTest, type TTest, unpairedTTest, welchTTest } from "#statistics/t-test.ts";
import { type WilcoxonTest, wilcoxonOfMeasurements } from "#statistics/wilcoxon.ts";
import type { MetricColumn, MetricRow, MetricTable } from "./metric-table.ts";
import type { MetricName } from "./metrics.ts";

/** Why cases have no difference. */
type LeftOut = {
  /** Rows that only one table has. */
  readonly onlyInA: number;
  readonly onlyInB: number;
  /** Undefined in A alone, in B alone, in both. */
  readonly undefinedInA: number;
  readonly undefinedInB: number;
  readonly undefinedInBoth: number;
};

/** P values corrected after Holm over all columns compared, each kind of test a family of its own. */
type Corrected<Test> = Test & { readonly holmP: number };

/** Null for a test: it does not exist for these values (too few, or without variance); see each test's own comment. */
export type MetricComparison = {
  readonly column: MetricColumn;
  readonly unit: AnalysisUnit;
  /** Over the cases of each table in which the metric is defined, paired or not. */
  readonly a: Summary;
  readonly b: Summary;
  /** Cases with a value in both; the differences are over these. */
  readonly pairs: number;
  /** Of these cases: n of the paired tests of a table per patient, and of the interval. */
  readonly persons: number;
  readonly leftOut: LeftOut;
  /** Of a - b over the pairs. */
  readonly difference: Summary;
  /**
   * 95 % bootstrap interval (BCa) of the mean difference; persons are drawn whole, with all their scans and slices. Null below
   * `fewestForInterval` persons.
   */
  readonly differenceInterval: Interval | null;
  /** Of the bootstrap, whether there is an interval or not. */
  readonly seed: number;
  readonly pairedT: Corrected<TTest> | null;
  readonly unpairedT: Corrected<TTest> | null;
  /** Unpaired without the assumption of equal variances. */
  readonly welchT: Corrected<TTest> | null;
  readonly wilcoxon: Corrected<WilcoxonTest> | null;
  /** Of the differences: a small P says that the paired t-test's assumption fails, and Wilcoxon's test is the one to read. */
  readonly normality: ShapiroWilk | null;
  /** Of the pairs, of persons as in the tests. */
  readonly cohenDz: number | null;
  /** Of the two groups, likewise. */
  readonly hedgesG: number | null;
};

/**
 * Of a normal mean the interval covers 0.51, 0.74, 0.84 and 0.90 from 2, 3, 5 and 8 patients, where it says 0.95: below this it is
 * withheld.
 */
export const fewestForInterval = 8;

type CompareOptions = {
  readonly seed: number;
  /** The same for the patients (scans) of one person; each is a person without it. */
  readonly personOf?: ((patient: string) => string) | undefined;
};

/**
 * One comparison for each column of `a` that `b` also has, in a's order. The seed fixes the bootstrap, which draws the
 * same persons for every column. Throws if the units of analysis differ or a table holds a case twice: programming faults.
 */
export function compareTables(
  a: MetricTable,
  b: MetricTable,
  { seed, personOf = (patient) => patient }: CompareOptions,
): MetricComparison[] {
  if (a.unit !== b.unit) throw new Error(`a table per ${a.unit} and one per ${b.unit} cannot be compared`);
  const [casesOfA, casesOfB] = [byCase(a), byCase(b)];
  const columns = a.columns.filter(({ name }) => b.columns.some((column) => column.name === name));
  const plain = columns.map((column) => {
    const values = matchValues(casesOfA, casesOfB, column.name);
    const differences = pairedDifferences(values.pairedA, values.pairedB);
    const persons = values.patients.map(personOf);
    const personSums = byPerson(persons, differences);
    const tested = (caseValues: readonly number[], of: readonly string[]): readonly number[] =>
      a.unit === "slice" ? caseValues : byPerson(of, caseValues).map(({ sum, count }) => sum / count);
    const [pairedA, pairedB] = [tested(values.pairedA, persons), tested(values.pairedB, persons)];
    const [groupA, groupB] = [casesOfA, casesOfB].map((cases) => {
      const group = definedIn(cases, column.name);
      return tested(group.values, group.patients.map(personOf));
    });
    return {
      column,
      unit: a.unit,
      a: summarise(a.unit, values.allA),
      b: summarise(b.unit, values.allB),
      pairs: differences.length,
      persons: personSums.length,
      leftOut: values.leftOut,
      difference: summarise(a.unit, differences),
      differenceInterval:
        personSums.length < fewestForInterval
          ? null
          : bootstrapInterval(personSums, pooledMean, { random: createRandom(seed) }),
      seed,
      pairedT: pairedTTest(pairedA, pairedB),
      unpairedT: unpairedTTest(groupA, groupB),
      welchT: welchTTest(groupA, groupB),
      wilcoxon: wilcoxonOfMeasurements(pairedA, pairedB),
      normality: shapiroWilk(pairedDifferences(pairedA, pairedB)),
      cohenDz: cohenDz(pairedA, pairedB),
      hedgesG: hedgesG(groupA, groupB),
    };
  });
  const pairedT = correct(plain.map((comparison) => comparison.pairedT));
  const unpairedT = correct(plain.map((comparison) => comparison.unpairedT));
  const welchT = correct(plain.map((comparison) => comparison.welchT));
  const wilcoxon = correct(plain.map((comparison) => comparison.wilcoxon));
  return plain.map((comparison, at) => ({
    ...comparison,
    pairedT: pairedT[at],
    unpairedT: unpairedT[at],
    welchT: welchT[at],
    wilcoxon: wilcoxon[at],
  }));
}

function byCase({ unit, rows }: MetricTable): Map<string, MetricRow> {
  const cases = new Map<string, MetricRow>();
  for (const row of rows) {
    const key = unit === "slice" ? `${row.slice}/${row.patient}` : row.patient;
    if (cases.has(key)) throw new Error(`the case ${key} is twice in a table per ${unit}`);
    cases.set(key, row);
  }
  return cases;
}

function matchValues(
  casesOfA: ReadonlyMap<string, MetricRow>,
  casesOfB: ReadonlyMap<string, MetricRow>,
  name: MetricName,
) {
  const valueIn = (row: MetricRow): number | null => row.values[name] ?? null;
  const patients: string[] = [];
  const [pairedA, pairedB]: [number[], number[]] = [[], []];
  let [onlyInA, undefinedInA, undefinedInB, undefinedInBoth] = [0, 0, 0, 0];
  for (const [key, row] of casesOfA) {
    const other = casesOfB.get(key);
    if (other === undefined) {
      onlyInA++;
      continue;
    }
    const [valueA, valueB] = [valueIn(row), valueIn(other)];
    if (valueA !== null && valueB !== null) {
      patients.push(row.patient);
      pairedA.push(valueA);
      pairedB.push(valueB);
    } else if (valueA === null && valueB === null) undefinedInBoth++;
    else if (valueA === null) undefinedInA++;
    else undefinedInB++;
  }
  const onlyInB = [...casesOfB.keys()].filter((key) => !casesOfA.has(key)).length;
  return {
    allA: [...casesOfA.values()].map(valueIn),
    allB: [...casesOfB.values()].map(valueIn),
    patients,
    pairedA,
    pairedB,
    leftOut: { onlyInA, onlyInB, undefinedInA, undefinedInB, undefinedInBoth },
  };
}

type PersonSum = { readonly sum: number; readonly count: number };

/** The values of each person's cases, summed, in the order of the first case of each. */
function byPerson(persons: readonly string[], values: readonly number[]): PersonSum[] {
  const sums = new Map<string, PersonSum>();
  persons.forEach((person, at) => {
    const { sum, count } = sums.get(person) ?? { sum: 0, count: 0 };
    sums.set(person, { sum: sum + values[at], count: count + 1 });
  });
  return [...sums.values()];
}

/** The mean over all cases of the persons drawn. */
function pooledMean(drawn: readonly PersonSum[]): number {
  let [total, cases] = [0, 0];
  for (const { sum, count } of drawn) {
    total += sum;
    cases += count;
  }
  return total / cases;
}

/** Values of a table, and whose they are. */
function definedIn(cases: ReadonlyMap<string, MetricRow>, name: MetricName) {
  const rows = [...cases.values()].flatMap(({ patient, values }) => {
    const value = values[name] ?? null;
    return value === null ? [] : [{ patient, value }];
  });
  return { patients: rows.map(({ patient }) => patient), values: rows.map(({ value }) => value) };
}

function correct<Test extends { readonly p: number }>(
  tests: readonly (Test | null)[],
): (Corrected<Test> | null)[] {
  const adjusted = holm(tests.map((test) => test?.p ?? null));
  return tests.map((test, at) => {
    const holmP = adjusted[at];
    return test === null || holmP === null ? null : { ...test, holmP };
  });
}
