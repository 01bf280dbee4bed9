/**
 * What a physicist asks first: had the automatic contour been used unedited, how much true tumour would lie outside the
 * clinical (CTV) and the planning target volume (PTV)? CTV = GTV + 6 mm for squamous cell carcinoma, + 8 mm for
 * adenocarcinoma (Zhang 2020, after Giraud 2000); PTV = CTV + a further margin of the department.
 *
 * A target volume here is every voxel whose centre lies within the margin of the centre of a voxel of the prediction, in
 * three dimensions. A voxel of the reference is outside by its distance less the margin.
 */
import type { Mask } from "../geometry/mask.ts";
import { nearestDistancesMm } from "./distances/nearest-distances.ts";
import type { MetricColumn } from "./metric-table.ts";

export const ctvMarginsMm = { Squamous: 6, Adeno: 8 } as const;
const histologies = ["Squamous", "Adeno"] as const;

/** Set-up and motion, where the department's own is not given: daily image guidance, motion dealt with otherwise. */
export const defaultPtvMarginMm = 5;

export const marginColumns: readonly MetricColumn[] = [
  {
    name: "marginNeededMm",
    title: "margin needed",
    unit: "mm",
    definition: "least margin round the prediction that holds the whole reference",
    digits: 1,
  },
  ...["Ctv", "Ptv"].flatMap((target) =>
    histologies.flatMap((histology): MetricColumn[] => {
      const margin = ctvMarginsMm[histology];
      const [name, title] = [`outside${target}${histology}`, `outside ${target.toUpperCase()} ${histology}`];
      const volume = `CTV (prediction + ${margin} mm)`;
      const where = target === "Ctv" ? volume : `PTV: ${volume} + ${defaultPtvMarginMm} mm or --ptv-margin`;
      return [
        {
          name: `${name}Mm`,
          title,
          unit: "mm",
          definition: `farthest reference outside the ${where}`,
          digits: 1,
        },
        {
          name: `${name}Cc`,
          title,
          unit: "cc",
          definition: `volume of the reference outside the ${where}`,
          digits: 2,
        },
        {
          name: `${name}Percent`,
          title,
          unit: "%",
          definition: `part of the reference outside the ${where}`,
          digits: 2,
        },
      ];
    }),
  ),
];

/**
 * By column name. Empty reference: all null, there is nothing to miss. Empty prediction, a missed tumour: millimetres
 * null, as there is no target volume to measure from, and the whole reference is outside (its cc, 100 %).
 */
export function marginValues(
  reference: Mask,
  prediction: Mask,
  ptvMarginMm: number,
): Record<string, number | null> {
  const { spacingMm, size } = reference.grid;
  const voxels = voxelPlaces(reference, size);
  const count = voxels.length / 3;
  if (count === 0) return Object.fromEntries(marginColumns.map(({ name }) => [name, null]));
  const distances = nearestDistancesMm(voxels, voxelPlaces(prediction, size), spacingMm);
  const farthestMm = distances.reduce((most, mm) => Math.max(most, mm), 0);
  const missed = farthestMm === Number.POSITIVE_INFINITY;
  const values: Record<string, number | null> = { marginNeededMm: missed ? null : farthestMm };
  const voxelCc = (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  for (const histology of histologies) {
    for (const [target, further] of [
      ["Ctv", 0],
      ["Ptv", ptvMarginMm],
    ] as const) {
      const marginMm = ctvMarginsMm[histology] + further;
      const outside = distances.reduce((sum, mm) => sum + (mm > marginMm ? 1 : 0), 0);
      const name = `outside${target}${histology}`;
      values[`${name}Mm`] = missed ? null : Math.max(0, farthestMm - marginMm);
      values[`${name}Cc`] = outside * voxelCc;
      values[`${name}Percent`] = (100 * outside) / count;
    }
  }
  return values;
}

/** i, j, k of every inside voxel. */
function voxelPlaces({ data }: Mask, [ni, nj, nk]: readonly [number, number, number]): Int32Array {
  const places: number[] = [];
  let at = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) {
        if (data[at++] === 1) places.push(i, j, k);
      }
    }
  }
  return Int32Array.from(places);
}
