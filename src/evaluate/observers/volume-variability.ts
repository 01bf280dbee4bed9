/** How much the observers' volumes of one tumour differ, beside the volumes of the consensus and the model. */

import type { MetricColumn, MetricRow } from "#evaluate/metric-table.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { mean, standardDeviation } from "#statistics/moments.ts";
import type { PatientContours } from "./agreement.ts";

export const volumeVariabilityColumns = [
  {
    name: "contours",
    title: "contours",
    unit: "1",
    definition: "contours of this patient by all observers",
    digits: 0,
  },
  { name: "meanCc", title: "mean cc", unit: "cc", definition: "mean of the contours' volumes", digits: 1 },
  {
    name: "deviationCc",
    title: "SD cc",
    unit: "cc",
    definition: "standard deviation of the contours' volumes (n - 1)",
    digits: 1,
  },
  {
    name: "variation",
    title: "CV",
    unit: "1",
    definition: "coefficient of variation of the volumes: standard deviation over mean",
    digits: 3,
  },
  {
    name: "largestToSmallest",
    title: "max/min",
    unit: "1",
    definition: "largest over smallest volume",
    digits: 2,
  },
  { name: "majorityCc", title: "majority cc", unit: "cc", definition: "volume of the majority", digits: 1 },
  {
    name: "stapleCc",
    title: "STAPLE cc",
    unit: "cc",
    definition: "volume of the STAPLE estimate",
    digits: 1,
  },
  { name: "modelCc", title: "model cc", unit: "cc", definition: "volume of the model's contour", digits: 1 },
] as const satisfies readonly MetricColumn<string>[];

export type VolumeVariabilityName = (typeof volumeVariabilityColumns)[number]["name"];

/** Null where there are fewer than two contours, no volume to divide by, several sessions' consensus, or no model. */
export function volumeVariability({
  patient,
  readings,
  consensus,
  model,
}: PatientContours): MetricRow<VolumeVariabilityName> {
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
