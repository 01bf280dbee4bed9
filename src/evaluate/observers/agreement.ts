/**
 * How well contours of one patient agree: every pair of observers, each observer with himself at another time, the model
 * with each observer and with the consensus. One row a pair; `agreementTables` averages them by patient.
 * The measure of a pair is an argument: nothing here knows which metrics there are.
 *
 * The consensus contains each observer's own contour, which flatters the observers' agreement with it: the yardstick for a
 * model is the agreement between observers, not theirs with the consensus.
 */

import type { MetricColumn, MetricRow, MetricTable } from "#evaluate/metric-table.ts";
import type { Mask } from "#geometry/mask.ts";
import { majorityConsensus } from "./majority.ts";
import { type Staple, staple } from "./staple.ts";

/** One contour of a patient by one observer. */
export type Reading = {
  readonly observer: string;
  /** Which of the observer's contours: a time or a method; empty where each observer has one. */
  readonly session: string;
  readonly mask: Mask;
};

/** Values by column name, null where undefined. The first mask is taken as the reference. */
type Measure = (reference: Mask, other: Mask) => MetricRow["values"];

/** Every kind of pair, in the order of the report: its key and what it compares. */
export const agreementKinds = {
  betweenObservers: "two observers",
  withinObserver: "an observer with himself",
  observerMajority: "an observer with the majority",
  observerStaple: "an observer with STAPLE",
  modelObserver: "the model with an observer",
  modelMajority: "the model with the majority",
  modelStaple: "the model with STAPLE",
} as const;
export type AgreementKind = keyof typeof agreementKinds;

export type Agreement = {
  readonly patient: string;
  readonly kind: AgreementKind;
  /** Observer's name, with the session behind it where there are several; "majority", "STAPLE". Taken as the reference. */
  readonly first: string;
  readonly second: string;
  readonly values: MetricRow["values"];
};

/** The consensus of one session's readings. */
type Consensus = {
  readonly session: string;
  readonly observers: readonly string[];
  readonly majority: Mask;
  /** Null where nobody contoured anything. */
  readonly staple: Staple | null;
};

/** For each session with at least two observers, in the order of the readings. */
export function consensusOf(readings: readonly Reading[]): Consensus[] {
  const sessions = [...new Set(readings.map(({ session }) => session))];
  return sessions.flatMap((session): Consensus[] => {
    const sessionReadings = readings.filter((reading) => reading.session === session);
    if (sessionReadings.length < 2) return [];
    const masks = sessionReadings.map(({ mask }) => mask);
    const observers = sessionReadings.map(({ observer }) => observer);
    return [{ session, observers, majority: majorityConsensus(masks), staple: staple(masks) }];
  });
}

/** All contours of one patient, on one grid. */
export type PatientContours = {
  readonly patient: string;
  readonly readings: readonly Reading[];
  readonly consensus: readonly Consensus[];
  readonly model: Mask | undefined;
};

type NamedMask = { readonly name: string; readonly mask: Mask };

/** Every pair of one patient. */
export function agreements(contours: PatientContours, measure: Measure): Agreement[] {
  const { patient, readings, consensus } = contours;
  const model = contours.model && { name: "model", mask: contours.model };
  const rows: Agreement[] = [];
  const add = (kind: AgreementKind, first: NamedMask, second: NamedMask): void => {
    const values = measure(first.mask, second.mask);
    rows.push({ patient, kind, first: first.name, second: second.name, values });
  };
  readings.forEach((reading, at) => {
    for (const other of readings.slice(at + 1)) {
      const sameObserver = reading.observer === other.observer;
      const sameSession = reading.session === other.session;
      if (sameObserver === sameSession) continue;
      const kind = sameObserver ? "withinObserver" : "betweenObservers";
      add(kind, namedMask(reading), namedMask(other));
    }
    if (model !== undefined) add("modelObserver", namedMask(reading), model);
  });
  for (const { session, majority, staple: estimate } of consensus) {
    const sessionReadings = readings.filter((reading) => reading.session === session);
    const sources = [
      { name: "majority", mask: majority, observer: "observerMajority", model: "modelMajority" },
      { name: "STAPLE", mask: estimate?.mask, observer: "observerStaple", model: "modelStaple" },
    ] as const;
    for (const source of sources) {
      if (source.mask === undefined) continue;
      const name = session === "" ? source.name : `${source.name} of ${session}`;
      const first = { name, mask: source.mask };
      for (const reading of sessionReadings) add(source.observer, first, namedMask(reading));
      if (model !== undefined) add(source.model, first, model);
    }
  }
  return rows;
}

function namedMask({ observer, session, mask }: Reading): NamedMask {
  return { name: session === "" ? observer : `${observer} ${session}`, mask };
}

/**
 * For each kind that occurs, a table with one row per patient: the mean over the patient's pairs. Undefined if it is
 * undefined for any of them: an observer who left a contour out does not make the others' mean better.
 */
export function agreementTables(
  rows: readonly Agreement[],
  columns: readonly MetricColumn[],
): { readonly kind: AgreementKind; readonly table: MetricTable }[] {
  const kinds = Object.keys(agreementKinds) as AgreementKind[];
  return kinds.flatMap((kind) => {
    const kindRows = rows.filter((row) => row.kind === kind);
    if (kindRows.length === 0) return [];
    const patients = [...new Set(kindRows.map(({ patient }) => patient))];
    const table: MetricTable = {
      unit: "patient",
      cases: `one per patient, the mean over its pairs of ${agreementKinds[kind]}`,
      fieldOfView: "the box round all contours of the patient",
      columns,
      rows: patients.map((patient) => ({
        patient,
        values: meanValues(
          kindRows.filter((row) => row.patient === patient),
          columns,
        ),
      })),
    };
    return [{ kind, table }];
  });
}

function meanValues(rows: readonly Agreement[], columns: readonly MetricColumn[]) {
  return Object.fromEntries(
    columns.map(({ name }) => {
      const values = rows.map((row) => row.values[name] ?? null);
      const sum = values.reduce(
        (total, value) => (total === null || value === null ? null : total + value),
        0,
      );
      return [name, sum === null ? null : sum / rows.length];
    }),
  );
}
