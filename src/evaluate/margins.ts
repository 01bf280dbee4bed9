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
import { type PairColumn, pairMetric, type Values } from "./pair-metric.ts";

const histologies = ["Squamous", "Adeno"] as const;

type Target = "Ctv" | "Ptv";
type Outside = `outside${Target}${(typeof histologies)[number]}`;
type OutsideName = `${Outside}Mm` | `${Outside}Cc` | `${Outside}Percent`;
type MarginName = "marginNeededMm" | OutsideName;

const marginColumns: readonly PairColumn<MarginName>[] = [
  {
    name: "marginNeededMm",
    title: "margin needed",
    unit: "mm",
    definition: "least margin round the prediction that holds the whole reference",
    digits: 1,
    undefinedIf: ["reference", "prediction", "both"],
  },
  ...(["Ctv", "Ptv"] as const).flatMap((target) =>
    histologies.flatMap((histology): PairColumn<OutsideName>[] => {
      const name = `outside${target}${histology}` as const;
      const title = `outside ${target.toUpperCase()}, ${histology.toLowerCase()}`;
      const volume = `CTV (prediction + ${ctvMarginsMm[histology]} mm)`;
      const where = target === "Ctv" ? volume : `PTV: ${volume} + ${defaultPtvMarginMm} mm or --ptv-margin`;
      const ofReference = { title, digits: 2, undefinedIf: ["reference", "both"] } as const;
      return [
        {
          name: `${name}Mm`,
          title,
          unit: "mm",
          definition: `farthest reference outside the ${where}`,
          digits: 1,
          undefinedIf: ["reference", "prediction", "both"],
        },
        {
          name: `${name}Cc`,
          unit: "cc",
          definition: `volume of the reference outside the ${where}`,
          ...ofReference,
        },
        {
          name: `${name}Percent`,
          unit: "%",
          definition: `part of the reference outside the ${where}`,
          ...ofReference,
        },
      ];
    }),
  ),
];

export const targetMargins = pairMetric({
  columns: marginColumns,
  perSlice: false,
  measure: ({ reference, prediction, ptvMarginMm }) => marginValues(reference, prediction, ptvMarginMm),
});

/**
 * By column name. Empty reference: all null, there is nothing to miss. Empty prediction, a missed tumour: millimetres
 * null, as there is no target volume to measure from, and the whole reference is outside (its cc, 100 %).
 */
export function marginValues(reference: Mask, prediction: Mask, ptvMarginMm: number): Values<MarginName> {
  const count = countVoxels(reference);
  const values = Object.fromEntries(marginColumns.map(({ name }) => [name, null])) as Record<
    MarginName,
    number | null
  >;
  if (count === 0) return values;
  const neededMm = marginsNeededMm(prediction, reference);
  const mostMm = neededMm.reduce((most, mm) => Math.max(most, mm), 0);
  const missed = mostMm === Number.POSITIVE_INFINITY;
  values.marginNeededMm = missed ? null : mostMm;
  for (const [target, furtherMm] of [
    ["Ctv", 0],
    ["Ptv", ptvMarginMm],
  ] as const) {
    for (const histology of histologies) {
      const marginMm = ctvMarginsMm[histology] + furtherMm;
      const outside = neededMm.reduce((sum, mm) => sum + (isHeld(mm, marginMm) ? 0 : 1), 0);
      const name = `outside${target}${histology}` as const;
      const farthestMm = outside === 0 ? 0 : mostMm - marginMm;
      values[`${name}Mm`] = missed ? null : farthestMm;
      values[`${name}Cc`] = outside * voxelVolumeCc(reference.grid);
      values[`${name}Percent`] = (100 * outside) / count;
    }
  }
  return values;
}
