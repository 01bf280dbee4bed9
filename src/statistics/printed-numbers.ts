/** Numbers as a manuscript prints them, in the report, on the terminal and on the page alike. */
import type { Summary } from "./summary.ts";

/** Stands for a value that does not exist, never a zero. */
export const missing = "–";

/** With so many decimals and a true minus sign; "-0.00" says nothing that "0.00" does not. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A difference with its sign: "+0.12", "−0.12", and "0.00" for what rounds to nothing. */
export function signed(difference: number, digits: number): string {
  const text = fixed(difference, digits);
  return Number(difference.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** Cubic centimetres to 0.1, finer where that would hide a small tumour: "134.6", "28.4", "1.62", "0.043"; "0" for nothing alone. */
export function volumeText(cc: number): string {
  if (cc === 0) return "0";
  if (cc < 0.0005) return "< 0.001";
  return cc.toFixed(cc < 0.1 ? 3 : cc < 10 ? 2 : 1);
}

type Spread = Pick<Summary, "mean" | "standardDeviation">;

/** "0.731 ± 0.072"; without a deviation the mean alone. */
export function meanSd(spread: Spread | undefined, digits: number): string {
  if (spread === undefined || spread.mean === null) return missing;
  const mean = fixed(spread.mean, digits);
  return spread.standardDeviation === null ? mean : `${mean} ± ${fixed(spread.standardDeviation, digits)}`;
}

/**
 * The same, and where cases are undefined, as HD95 is for a missed tumour, their number beside the mean that is better for
 * their absence: "4.1 ± 2.0 (3 of 30 undefined)". "undefined" where all are.
 */
export function meanSdDefined(summary: Summary, digits: number): string {
  const { mean, defined, undefinedCases } = summary;
  if (mean === null) return "undefined";
  const gap = undefinedCases === 0 ? "" : ` (${undefinedCases} of ${defined + undefinedCases} undefined)`;
  return `${meanSd(summary, digits)}${gap}`;
}

/** "85.4 (1.6 to 678.6)": median and range. */
export function medianRange(summary: Summary, digits: number): string {
  if (summary.median === null) return missing;
  return `${fixed(summary.median, digits)} (${fixed(summary.min, digits)} to ${fixed(summary.max, digits)})`;
}

const smallestP = 0.001;

const significantP = 0.05;

/** "< 0.001", three decimals otherwise; more where a P above 0.05 would read as 0.050, which is significant: "0.0502". */
export function pValue(p: number | null | undefined): string {
  if (p === null || p === undefined) return missing;
  if (p < smallestP) return `< ${smallestP}`;
  let digits = 3;
  while (p > significantP && Number(p.toFixed(digits)) <= significantP) digits++;
  return p.toFixed(digits);
}

/** "P < 0.001", "P = 0.032". */
export function pSentence(p: number): string {
  return p < smallestP ? `P ${pValue(p)}` : `P = ${pValue(p)}`;
}
