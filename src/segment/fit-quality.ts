/**
 * Fits what a model's contours are worth to contours whose true DSC is known. How far it can be trusted is measured with each
 * patient predicted by a fit that never saw it, none of its degraded copies either.
 */
import {
  type CalibrationErrors,
  type calibrationKinds,
  featureNames,
  type Quality,
  type Regression,
} from "#contract/quality.ts";
import { spearman } from "#statistics/correlation.ts";
import { fitFractionalLogit } from "#statistics/fractional-regression.ts";
import { mean, standardDeviation } from "#statistics/moments.ts";
import type { ContourFeatures, Features } from "./contour-features.ts";
import { applyRegression } from "./expected-dsc.ts";

export type CalibrationContour = {
  readonly patient: string;
  readonly kind: (typeof calibrationKinds)[number];
  readonly features: Pick<ContourFeatures, "contour" | "slices">;
  /** 0 where there is no tumour. */
  readonly dsc: number;
  /** For each slice; null where it has neither contour nor tumour. */
  readonly sliceDsc: readonly (number | null)[];
};

/** Patients as they are say what patients are worth; the others widen the range, and must not make it pessimistic. */
const weightOf = { patient: 2, degraded: 1, "tumour-free": 0.5 } as const;
/** Of half the squared weights, against one for each contour: few contours move the weights little. */
const ridge = 1;
/** Of each contour, evenly spaced: neighbours say the same. */
const mostSlices = 10;

type Sample = {
  readonly patient: string;
  readonly features: Features;
  readonly dsc: number;
  readonly weight: number;
};

/** Throws a plain error for contours of fewer than two patients. */
export function fitQuality(
  contours: readonly CalibrationContour[],
  options: { readonly doubtBelow: number; readonly cohorts: readonly string[] },
): { readonly quality: Quality; readonly expected: readonly number[] } {
  const whole = contours.map(({ patient, kind, features, dsc }): Sample => {
    return { patient, features: features.contour, dsc, weight: weightOf[kind] };
  });
  const expected = predictedWithoutItself(whole);
  const slices = contours.flatMap((contour, at) => slicesOf(contour, expected[at]));
  const expectedSlices = predictedWithoutItself(slices);
  const undegraded = contours.flatMap(({ kind }, at) => (kind === "patient" ? [at] : []));
  const quality: Quality = {
    contour: regress(whole),
    slice: regress(slices),
    doubtBelow: options.doubtBelow,
    calibration: {
      patients: new Set(contours.map(({ patient }) => patient)).size,
      cohorts: [...options.cohorts],
      contours: errorsOf(expected, whole),
      ...(undegraded.length === 0
        ? {}
        : {
            undegraded: errorsOf(
              undegraded.map((at) => expected[at]),
              undegraded.map((at) => whole[at]),
            ),
          }),
      slices: errorsOf(expectedSlices, slices),
      pairs: contours.map(({ kind, dsc }, at) => ({
        expected: rounded(expected[at]),
        dsc: rounded(dsc),
        kind,
      })),
    },
  };
  return { quality, expected };
}

function slicesOf({ patient, kind, features, sliceDsc }: CalibrationContour, contour: number): Sample[] {
  const all = features.slices.flatMap((slice, k) => {
    const dsc = sliceDsc[k];
    return slice === undefined || dsc === null ? [] : [{ features: { ...slice, contour }, dsc }];
  });
  const count = Math.min(mostSlices, all.length);
  const chosen = Array.from({ length: count }, (_, at) => all[Math.floor(((at + 0.5) * all.length) / count)]);
  return chosen.map((slice) => ({ ...slice, patient, weight: weightOf[kind] / count }));
}

/** For each sample what a fit on the other patients' samples expects. */
function predictedWithoutItself(samples: readonly Sample[]): number[] {
  const patients = new Set(samples.map(({ patient }) => patient));
  if (patients.size < 2) throw new Error("a calibration needs two patients at least");
  const fits = new Map(
    [...patients].map((name) => [name, regress(samples.filter(({ patient }) => patient !== name))]),
  );
  return samples.map(({ patient, features }) => {
    const others = fits.get(patient);
    if (others === undefined) throw new Error(`no fit without ${patient}`);
    return applyRegression(others, features);
  });
}

/** On every feature that all samples have and that varies. */
function regress(samples: readonly Sample[]): Regression {
  const columns = featureNames.flatMap((feature) => {
    const values = samples.map(({ features }) => features[feature]);
    const known = values.filter((value) => value !== undefined);
    if (known.length < values.length || known.length < 2) return [];
    const scale = standardDeviation(known);
    return scale < 1e-6 ? [] : [{ feature, centre: mean(known), scale, values: known }];
  });
  const observations = samples.map(({ dsc, weight }, at) => {
    return { x: columns.map(({ values, centre, scale }) => (values[at] - centre) / scale), y: dsc, weight };
  });
  const { intercept, weights } = fitFractionalLogit(observations, ridge);
  const terms = columns.flatMap(({ feature, centre, scale }, at) =>
    weights[at] === 0 ? [] : [{ feature, weight: weights[at], centre, scale }],
  );
  return { intercept, terms };
}

function errorsOf(expected: readonly number[], samples: readonly Sample[]): CalibrationErrors {
  const truth = samples.map(({ dsc }) => dsc);
  const correlation = spearman(expected, truth);
  return {
    count: truth.length,
    spearman: correlation === null ? null : rounded(correlation.coefficient),
    meanAbsoluteError: rounded(mean(truth.map((dsc, at) => Math.abs(dsc - expected[at])))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
