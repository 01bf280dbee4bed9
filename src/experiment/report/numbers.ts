/** Numbers as a manuscript prints them; a value that does not exist is an en dash, never a zero. */
import type { Summary } from "#evaluate/summary.ts";

export const missing = "–";

export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const text = value.toFixed(digits);
  // "-0.00" says nothing that "0.00" does not.
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** "0.731 ± 0.072"; without a deviation the mean alone. */
export function meanSd(summary: Summary | undefined, digits: number): string {
  if (summary === undefined || summary.mean === null) return missing;
  const mean = fixed(summary.mean, digits);
  return summary.standardDeviation === null ? mean : `${mean} ± ${fixed(summary.standardDeviation, digits)}`;
}

/** "85.4 (1.6 to 678.6)": median and range. */
export function medianRange(summary: Summary, digits: number): string {
  if (summary.median === null) return missing;
  return `${fixed(summary.median, digits)} (${fixed(summary.min, digits)} to ${fixed(summary.max, digits)})`;
}

const smallestP = 0.001;

/** "< 0.001", three decimals otherwise. */
export function pValue(p: number | null | undefined): string {
  if (p === null || p === undefined) return missing;
  return p < smallestP ? `< ${smallestP}` : p.toFixed(3);
}

/** "P < 0.001", "P = 0.032". */
export function pSentence(p: number): string {
  return p < smallestP ? `P < ${smallestP}` : `P = ${p.toFixed(3)}`;
}

/** "12 (40 %)" */
export function countShare(count: number, total: number): string {
  return total === 0 ? missing : `${count} (${Math.round((100 * count) / total)} %)`;
}

/** "1 patient", "10 patients". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
