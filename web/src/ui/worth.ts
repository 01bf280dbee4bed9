/** What an automatic contour is worth, in words. Pure. */
import type { CaseSummary } from "#contract/workspace/case.ts";

export type Worth = NonNullable<CaseSummary["expected"]>;

/** Such as "Expected DSC 0.78", or "Doubtful". */
export function worthText({ dsc, doubtful }: Worth): string {
  if (doubtful) return dsc === null ? "Doubtful" : `Doubtful, expected DSC ${dsc.toFixed(2)}`;
  return `Expected DSC ${dsc === null ? "unknown" : dsc.toFixed(2)}`;
}

/** The same where a heading says what the number is: "0.78", "0.42, doubtful", "doubtful". */
export function worthNumber({ dsc, doubtful }: Worth): string {
  const words = [...(dsc === null ? [] : [dsc.toFixed(2)]), ...(doubtful ? ["doubtful"] : [])];
  return words.length === 0 ? "unknown" : words.join(", ");
}

/** What it means, and why it is doubtful. */
export function worthTitle({ dsc, meanError, reasons }: Worth): string {
  const meaning =
    dsc === null || meanError === null
      ? []
      : [
          `How well the automatic contour is expected to agree with a physician's: 1 is the same, 0 is none of it. On contours of patients the model was not trained on, degraded copies and slices without tumour among them, it was off by ${meanError.toFixed(2)} on average.`,
        ];
  return [...reasons, ...meaning].join("\n");
}

/** What is expected of slice `k` of the automatic contour; undefined where it has none there, or nothing is known. */
export function sliceWorthText(
  perSlice: readonly (number | null)[] | null | undefined,
  k: number,
): string | undefined {
  const dsc = perSlice?.[k] ?? null;
  return dsc === null ? undefined : `automatic contour here: expected DSC ${dsc.toFixed(2)}`;
}
