/** What 8 bits cost in contours: both models contour the same patients, and both are compared with the reference. */
import type { QuantisationLoss } from "#contract/quantisation.ts";
import { DelineateError } from "#core/errors.ts";
import { silentProgress } from "#core/progress.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import type { RunnableModel } from "#model/run/load-model.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { mean } from "#statistics/moments.ts";

/** Of one patient. DSC with the reference; a contour that is empty has 0. */
export type LossRow = {
  readonly patient: string;
  readonly cohort: string;
  readonly fp32: number;
  readonly bytes: number;
  /** DSC of both contours with each other; null where both are empty. */
  readonly agreement: number | null;
  readonly msPerSlice: { readonly fp32: number; readonly bytes: number };
};

/** Loss of the patients' mean DSC, gains taken as losses too: what changes contours is not to be trusted. And of one patient. */
const allowedLoss = { mean: 0.005, worst: 0.01 } as const;

/** Throws what contouring a CT throws, `cancelled` among it, and a plain `Error` for an empty reference: a fault of the caller. */
export async function measurePatient(
  { ct, target }: { readonly ct: CtImage; readonly target: Mask },
  models: { readonly fp32: RunnableModel; readonly bytes: RunnableModel },
  signal: AbortSignal,
): Promise<Omit<LossRow, "patient" | "cohort">> {
  const options = { cleanUp: "tumour", progress: silentProgress, shouldStop: () => signal.aborted } as const;
  const timed = async (
    model: RunnableModel,
  ): Promise<{ readonly mask: Mask; readonly msPerSlice: number }> => {
    const before = performance.now();
    const { mask } = await contourCt(ct, model, options);
    return { mask, msPerSlice: (performance.now() - before) / ct.grid.size[2] };
  };
  const fp32 = await timed(models.fp32);
  const bytes = await timed(models.bytes);
  const dscOf = (mask: Mask): number => {
    const { dsc } = volumeOverlap(target, mask);
    if (dsc === null) throw new Error("a loss is measured on patients with a tumour");
    return dsc;
  };
  return {
    fp32: dscOf(fp32.mask),
    bytes: dscOf(bytes.mask),
    agreement: volumeOverlap(fp32.mask, bytes.mask).dsc,
    msPerSlice: { fp32: fp32.msPerSlice, bytes: bytes.msPerSlice },
  };
}

/** Of at least one patient. */
export function summariseLoss(rows: readonly LossRow[]): QuantisationLoss {
  const agreements = rows.flatMap(({ agreement }) => (agreement === null ? [] : [agreement]));
  return {
    patients: rows.length,
    cohorts: [...new Set(rows.map(({ cohort }) => cohort))],
    fp32MeanDsc: mean(rows.map(({ fp32 }) => fp32)),
    meanDsc: mean(rows.map(({ bytes }) => bytes)),
    worstLoss: Math.max(...rows.map(({ fp32, bytes }) => fp32 - bytes)),
    agreement: agreements.length === 0 ? null : { mean: mean(agreements), least: Math.min(...agreements) },
  };
}

/** Throws `bad-model` where more is lost than `allowedLoss`. */
export function refuseLoss(
  { patients, fp32MeanDsc, meanDsc, worstLoss }: QuantisationLoss,
  model: string,
): void {
  const change = Math.abs(fp32MeanDsc - meanDsc);
  if (change <= allowedLoss.mean && worstLoss <= allowedLoss.worst) return;
  throw new DelineateError(
    "bad-model",
    `${model} in 8 bits contours ${patients} patients with a mean DSC of ${meanDsc.toFixed(4)} instead of ${fp32MeanDsc.toFixed(4)}, and one of them loses ${worstLoss.toFixed(4)}: more than ${allowedLoss.mean} and ${allowedLoss.worst}. Nothing was written; use it as it is.`,
  );
}
