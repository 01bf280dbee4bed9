/** A table's metrics by stratum of the patients: by thirds of a number, by cut points, or by a word (lobe, side, contact). */

import type { PatientDescription } from "./correlate-table.ts";
import { type MetricTable, type Summaries, summariseTable } from "./metric-table.ts";

/** Which stratum each patient is in, strata in the order in which they are shown. */
type Strata = {
  readonly descriptor: string;
  readonly labels: readonly string[];
  readonly ofPatient: ReadonlyMap<string, string>;
};

type StratumSummary = {
  readonly label: string;
  readonly cases: number;
  /** By column name: mean, SD, defined and undefined cases. */
  readonly summaries: Summaries;
};

export type StratifiedTable = {
  readonly table: MetricTable;
  readonly descriptor: string;
  readonly strata: readonly StratumSummary[];
  /** Cases in no stratum, because their description is missing. */
  readonly unassigned: number;
};

/** A row of summaries for each stratum; of slices, by their patient's stratum. */
export function stratifyTable(table: MetricTable, strata: Strata): StratifiedTable {
  const rowsOf = (label: string) =>
    table.rows.filter(({ patient }) => strata.ofPatient.get(patient) === label);
  return {
    table,
    descriptor: strata.descriptor,
    strata: strata.labels.map((label) => {
      const rows = rowsOf(label);
      return { label, cases: rows.length, summaries: summariseTable({ ...table, rows }) };
    }),
    unassigned: table.rows.filter(({ patient }) => !strata.ofPatient.has(patient)).length,
  };
}

/** By a word or yes/no, in the order of the alphabet. */
export function strataByValue(descriptions: readonly PatientDescription[], descriptor: string): Strata {
  const ofPatient = new Map<string, string>();
  for (const { patient, values } of descriptions) {
    const value = values[descriptor] ?? null;
    if (value !== null) ofPatient.set(patient, typeof value === "boolean" ? yesNo(value) : String(value));
  }
  return { descriptor, labels: [...new Set(ofPatient.values())].sort(), ofPatient };
}

/**
 * By ascending cut points: below the first, from each to below the next, from the last on. `digits` rounds the cut points in
 * the labels, not in the division.
 */
export function strataByCutPoints(
  descriptions: readonly PatientDescription[],
  descriptor: string,
  cutPoints: readonly number[],
  digits = 1,
): Strata {
  const cutTexts = cutPoints.map((cut) => cut.toFixed(digits));
  const labels = Array.from({ length: cutPoints.length + 1 }, (_, at) => {
    if (at === 0) return `below ${cutTexts[0]}`;
    return at === cutPoints.length
      ? `${cutTexts[at - 1]} and more`
      : `${cutTexts[at - 1]} to ${cutTexts[at]}`;
  });
  const ofPatient = new Map(
    numbersOf(descriptions, descriptor).map(({ patient, value }) => [
      patient,
      labels[cutPoints.filter((cut) => value >= cut).length],
    ]),
  );
  return { descriptor, labels, ofPatient };
}

/** By thirds of the patients, smallest values first: each third has as many patients as can be (equal values may part). */
export function strataByThirds(descriptions: readonly PatientDescription[], descriptor: string): Strata {
  const sorted = numbersOf(descriptions, descriptor).sort((a, b) => a.value - b.value);
  const labels = ["lower third", "middle third", "upper third"];
  const ofPatient = new Map(
    sorted.map(({ patient }, at) => [patient, labels[Math.floor((3 * at) / sorted.length)]]),
  );
  return { descriptor, labels, ofPatient };
}

function numbersOf(descriptions: readonly PatientDescription[], descriptor: string) {
  return descriptions.flatMap(({ patient, values }) => {
    const value = values[descriptor] ?? null;
    return typeof value === "number" ? [{ patient, value }] : [];
  });
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
