/**
 * What a physicist asks first: had the automatic contour been used unedited, how much true tumour would lie outside the
 * clinical (CTV) and the planning target volume (PTV)? CTV = GTV + 6 mm for squamous cell carcinoma, + 8 mm for
 * adenocarcinoma (Zhang 2020, after Giraud 2000); PTV = CTV + a further margin of the department.
 *
 * The target volumes are those that the page draws round the same contour (geometry/margins/target-volumes.ts), without body and bone as
 * limits. A voxel of the reference is outside by the margin that it needs less the margin that it has.
 */
import { voxelVolumeCc } from "#geometry/grid.ts";
import {
  ctvMarginsMm,
  defaultPtvMarginMm,
  isHeld,
  marginsNeededMm,
} from "#geometry/margins/target-volumes.ts";
import { countVoxels, type Mask } from "#geometry/mask.ts";
import type { MetricColumn } from "./metric-table.ts";

const histologies = ["Squamous", "Adeno"] as const;

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
      const [name, title] = [
        `outside${target}${histology}`,
        `outside ${target.toUpperCase()}, ${histology.toLowerCase()}`,
      ];
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
  const count = countVoxels(reference);
  if (count === 0) return Object.fromEntries(marginColumns.map(({ name }) => [name, null]));
  const neededMm = marginsNeededMm(prediction, reference);
  const mostMm = neededMm.reduce((most, mm) => Math.max(most, mm), 0);
  const missed = mostMm === Number.POSITIVE_INFINITY;
  const values: Record<string, number | null> = { marginNeededMm: missed ? null : mostMm };
  for (const [target, furtherMm] of [
    ["Ctv", 0],
    ["Ptv", ptvMarginMm],
  ] as const) {
    for (const histology of histologies) {
      const marginMm = ctvMarginsMm[histology] + furtherMm;
      const outside = neededMm.reduce((sum, mm) => sum + (isHeld(mm, marginMm) ? 0 : 1), 0);
      const name = `outside${target}${histology}`;
      const farthestMm = outside === 0 ? 0 : mostMm - marginMm;
      values[`${name}Mm`] = missed ? null : farthestMm;
      values[`${name}Cc`] = outside * voxelVolumeCc(reference.grid);
      values[`${name}Percent`] = (100 * outside) / count;
    }
  }
  return values;
}
