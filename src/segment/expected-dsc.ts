/**
 * What a contour is worth: its expected DSC and that of each slice, by the regressions that were fitted on patients the model
 * was not trained on, and whether it is doubtful. Without them no number is made up; what is wrong with the CT makes it
 * doubtful all the same. Not here: what is measured on the contour (contour-features.ts), the fit (training/calibrate).
 */

import { inputCodes } from "#anatomy/check-input.ts";
import type { Quality, Regression } from "#contract/quality.ts";
import type { Finding } from "#core/findings.ts";
import type { Box } from "#geometry/crop.ts";
import { logistic } from "#statistics/fractional-regression.ts";
import type { ContourFeatures, Features } from "./contour-features.ts";
import type { Disputed } from "./second-look/casting-vote.ts";

export type Expectation = {
  /** Null for an empty contour and for a model that was not calibrated. */
  readonly dsc: number | null;
  /** For each slice, null where it has no contour; null where `dsc` is, and for a CT whose slices are not axial. */
  readonly perSlice: readonly (number | null)[] | null;
  /** How far expected and true DSC lay apart on average when it was calibrated. */
  readonly meanError: number | null;
  readonly doubtful: boolean;
  /** Why it is doubtful, in sentences. */
  readonly reasons: readonly string[];
};

/** Findings about a CT on which no contour of a lung tumour is to be relied on, in words that DICOM's ASCII can hold. */
const doubtfulInput: ReadonlyMap<string, string> = new Map([
  [inputCodes.noLungs, "The CT shows no lungs."],
  ["not-hu", "The CT's header does not say that its values are HU."],
]);

/**
 * The tops of liver, spleen and stomach lie in the lowest third of the lungs and have no lung below; what is there, kept because nothing
 * else was found, may be one. Higher up tumours at the heart have none either. No contour of the 45 patients for calibration is so.
 */
const abdomen = { supportBelow: 0.05, heightBelow: 1 / 3 } as const;

/** Of the tumours that the networks learnt from and were measured on none is larger; an expectation says nothing there. */
const largestKnownCc = 600;

/** Such as "Expected DSC 0.78 (mean error 0.09).", or "Doubtful: ..."; undefined where there is nothing to say. ASCII. */
export function expectationSentence({ dsc, meanError, reasons, doubtful }: Expectation): string | undefined {
  if (doubtful) return `Doubtful: ${reasons.join(" ")}`;
  if (dsc === null || meanError === null) return undefined;
  return `Expected DSC ${dsc.toFixed(2)} (mean error ${meanError.toFixed(2)}).`;
}

type Doubts = {
  /** Of the CT: of its reading and of its image. */
  readonly findings: readonly Finding[];
  /** Of the contour. */
  readonly volumeCc?: number;
  /** Where the network is surer of another region (clean-up.ts), upright. */
  readonly surer?: Box | undefined;
  /** Between networks (second-look/casting-vote.ts), upright. */
  readonly disputed?: Disputed | undefined;
  /** Slices in which much was left out since it lies in the aorta (beside-aorta.ts), upright. */
  readonly inAorta?: Box | undefined;
};

/** `features` are undefined for an empty contour. */
export function expectedDsc(
  features: ContourFeatures | undefined,
  quality: Quality | undefined,
  { findings, volumeCc = 0, surer, disputed, inAorta }: Doubts,
): Expectation {
  const codes = new Set(findings.map(({ code }) => code));
  const reasons = [...doubtfulInput].flatMap(([code, reason]) => (codes.has(code) ? [reason] : []));
  const { inLungs, cutOffAt = [] } = features ?? {};
  if (inLungs && inLungs.support < abdomen.supportBelow && inLungs.height < abdomen.heightBelow)
    reasons.push("It lies low and has no lung below, as the tops of liver, spleen and stomach do.");
  if (volumeCc > largestKnownCc)
    reasons.push(`It has ${volumeCc.toFixed(0)} cc: few lung tumours have more than ${largestKnownCc}.`);
  if (cutOffAt.length > 0)
    reasons.push(
      `It ends where the CT does, at the ${cutOffAt.join(" and the ")} slice, and is broad there: what lies beyond is not contoured.`,
    );
  if (surer !== undefined)
    reasons.push(
      `The network is surer of another region, in ${slicesOf(surer)}, which looks less like a tumour: compare the two.`,
    );
  if (disputed !== undefined) {
    const what = disputed.isKept
      ? "A part of the contour is no tumour to another network"
      : "A part of what the network took for tumour was left out, since another one does not see it";
    reasons.push(`${what}, in ${slicesOf(disputed.box)}: look whether it is tumour.`);
  }
  if (inAorta !== undefined)
    reasons.push(
      `What the network took for tumour in the aorta was left out, in ${slicesOf(inAorta)}: look where tumour and aorta part.`,
    );
  if (quality === undefined || features === undefined)
    return { dsc: null, perSlice: null, meanError: null, doubtful: reasons.length > 0, reasons };
  const dsc = applyRegression(quality.contour, features.contour);
  if (dsc < quality.doubtBelow)
    reasons.push(`The expected DSC ${dsc.toFixed(2)} is below ${quality.doubtBelow.toFixed(2)}.`);
  return {
    dsc,
    perSlice: features.slices.map((slice) =>
      slice === undefined ? null : applyRegression(quality.slice, { ...slice, contour: dsc }),
    ),
    meanError: quality.calibration.contours.meanAbsoluteError,
    doubtful: reasons.length > 0,
    reasons,
  };
}

function slicesOf({ from, to }: Box): string {
  return `slices ${from[2] + 1} to ${to[2]} from the feet`;
}

/** Throws a plain error for a feature that is not there: the regression was fitted on another way of predicting. */
export function applyRegression({ intercept, terms }: Regression, features: Features): number {
  let sum = intercept;
  for (const { feature, weight, centre, scale } of terms) {
    const value = features[feature];
    if (value === undefined) throw new Error(`the contour has no feature ${feature}`);
    sum += (weight * (value - centre)) / scale;
  }
  return logistic(sum);
}
