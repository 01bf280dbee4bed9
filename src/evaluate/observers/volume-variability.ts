/** How much the observers' volumes of one tumour differ, beside the volumes of the consensus and the model. */

import type { MetricColumn, MetricRow } from "#evaluate/metric-table.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { mean, standardDeviation } from "#statistics/moments.ts";
import type { Consensus, Reading } from "./agreement.ts";

const column = (
  name: string,
  title: string,
  unit: string,
  definition: string,
  digits: number,
): MetricColumn => ({
  name,
  title,
  unit,
  definition,
  digits,
});

export const volumeVariabilityColumns: readonly MetricColumn[] = [
  column("contours", "contours", "1", "contours of this patient by all observers", 0),
  column("meanCc", "mean cc", "cc", "mean of the contours' volumes", 1),
  column("deviationCc", "SD cc", "cc", "standard deviation of the contours' volumes (n - 1)", 1),
  column("variation", "CV", "1", "coefficient of variation of the volumes: standard deviation over mean", 3),
  column("largestToSmallest", "max/min", "1", "largest over smallest volume", 2),
  column("majorityCc", "majority cc", "cc", "volume of the majority", 1),
  column("stapleCc", "STAPLE cc", "cc", "volume of the STAPLE estimate", 1),
  column("modelCc", "model cc", "cc", "volume of the model's contour", 1),
];

/** Null where there are fewer than two contours, no volume to divide by, several sessions' consensus, or no model. */
export function volumeVariability(
  patient: string,
  readings: readonly Reading[],
  consensus: readonly Consensus[],
  model: Mask | undefined,
): MetricRow {
  const volumes = readings.map(({ mask }) => volumeCc(mask));
  const meanCc = mean(volumes);
  const deviationCc = volumes.length < 2 ? null : standardDeviation(volumes);
  const smallest = Math.min(...volumes);
  const only = consensus.length === 1 ? consensus[0] : undefined;
  const ofMask = (mask: Mask | undefined): number | null => (mask === undefined ? null : volumeCc(mask));
  return {
    patient,
    values: {
      contours: volumes.length,
      meanCc,
      deviationCc,
      variation: deviationCc === null || meanCc === 0 ? null : deviationCc / meanCc,
      largestToSmallest: volumes.length < 2 || smallest === 0 ? null : Math.max(...volumes) / smallest,
      majorityCc: ofMask(only?.majority),
      stapleCc: ofMask(only?.staple?.mask),
      modelCc: ofMask(model),
    },
  };
}
