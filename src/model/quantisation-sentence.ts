/** What a model in 8 bits says of that, on its card and on the command line. */
import type { Quantisation } from "#contract/quantisation.ts";

export function quantisationSentence({ from, layers, calibration, loss }: Quantisation): string {
  const { patients, cohorts, fp32MeanDsc, meanDsc, worstLoss, agreement } = loss;
  const contours =
    agreement === null
      ? ""
      : `; DSC of both contours with each other ${agreement.mean.toFixed(4)}, least ${agreement.least.toFixed(4)}`;
  return `Computes in 8 bits (${layers.inBytes} of ${layers.all} layers), made from the model of SHA-256 ${from.slice(0, 12)}: mean DSC ${meanDsc.toFixed(4)} instead of ${fp32MeanDsc.toFixed(4)} over ${patients} patients of ${cohorts.join(", ")}, the worst of them loses ${worstLoss.toFixed(4)}${contours}. Values beyond those of the ${calibration.slices} slices that gave its ranges are cut off. What else was measured, was measured with that model.`;
}
