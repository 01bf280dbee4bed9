/**
 * What a physicist asks first: had the automatic contour been used unedited, how much true tumour would lie outside the
 * clinical (CTV) and the planning target volume (PTV)? CTV = GTV + 6 mm for squamous cell carcinoma, + 8 mm for
 * adenocarcinoma (Zhang 2020, after Giraud 2000); PTV = CTV + a further margin of the department.
 *
 * A target volume here is every voxel whose centre lies within the margin of the centre of a voxel of the prediction, in
 * three dimensions. A voxel of the reference is outside by its distance less the margin.
 */
import type { Vector3 } from "#core/coordinates.ts";
import { boundingBox } from "#geometry/crop.ts";
import { ctvMarginsMm, defaultPtvMarginMm } from "#geometry/margins/margins.ts";
import { countVoxels, type Mask } from "#geometry/mask.ts";
import { nearestDistancesMm } from "./distances/nearest-distances.ts";
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
  const { spacingMm } = reference.grid;
  const count = countVoxels(reference);
  if (count === 0) return Object.fromEntries(marginColumns.map(({ name }) => [name, null]));
  // All other voxels of the reference lie in the prediction; the nearest of the prediction's is one of its outermost.
  const distances = nearestDistancesMm(
    placesOf(reference, (_, at) => prediction.data[at] === 0),
    placesOf(prediction, (place) => isOutermost(prediction, place)),
    spacingMm,
  );
  const farthestMm = distances.reduce((most, mm) => Math.max(most, mm), 0);
  const missed = farthestMm === Number.POSITIVE_INFINITY;
  const values: Record<string, number | null> = { marginNeededMm: missed ? null : farthestMm };
  const voxelCc = (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  for (const [target, furtherMm] of [
    ["Ctv", 0],
    ["Ptv", ptvMarginMm],
  ] as const) {
    for (const histology of histologies) {
      const marginMm = ctvMarginsMm[histology] + furtherMm;
      const outside = distances.reduce((sum, mm) => sum + (mm > marginMm ? 1 : 0), 0);
      const name = `outside${target}${histology}`;
      values[`${name}Mm`] = missed ? null : Math.max(0, farthestMm - marginMm);
      values[`${name}Cc`] = outside * voxelCc;
      values[`${name}Percent`] = (100 * outside) / count;
    }
  }
  return values;
}

/** i, j, k of the inside voxels that are chosen. */
function placesOf(mask: Mask, chosen: (place: Vector3, at: number) => boolean): Int32Array {
  const box = boundingBox(mask) ?? { from: [0, 0, 0], to: [0, 0, 0] };
  const [ni, nj] = mask.grid.size;
  const places: number[] = [];
  for (let k = box.from[2]; k < box.to[2]; k++) {
    for (let j = box.from[1]; j < box.to[1]; j++) {
      for (let i = box.from[0]; i < box.to[0]; i++) {
        const at = i + ni * (j + nj * k);
        if (mask.data[at] === 1 && chosen([i, j, k], at)) places.push(i, j, k);
      }
    }
  }
  return Int32Array.from(places);
}

/** True if one of the six voxels beside it is outside, or it lies on the grid's edge. */
function isOutermost({ grid, data }: Mask, [i, j, k]: Vector3): boolean {
  const [ni, nj, nk] = grid.size;
  if (i === 0 || j === 0 || k === 0 || i === ni - 1 || j === nj - 1 || k === nk - 1) return true;
  const at = i + ni * (j + nj * k);
  const inSlice = data[at - 1] & data[at + 1] & data[at - ni] & data[at + ni];
  return (inSlice & data[at - ni * nj] & data[at + ni * nj]) === 0;
}
