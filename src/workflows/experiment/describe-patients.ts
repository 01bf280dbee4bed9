/** Each patient's tumour and CT as numbers: the report's Table 1, and what errors are held against. */
import { join } from "node:path";
import { describeTumour } from "../../anatomy/describe-tumour.ts";
import { DelineateError } from "../../core/errors.ts";
import type { Progress } from "../../core/progress.ts";
import { type Mask, maskSlice } from "../../geometry/mask.ts";
import type { DescribedPatient } from "../../report/experiment-result.ts";
import type { CohortPatient } from "../cohort/open-cohort.ts";
import type { LoadedPatient } from "../load-patient.ts";
import { stage, stopIfAsked } from "./stage.ts";

/** In the cohort's order. A file a patient under `directory`. */
export async function describePatients(
  patients: readonly CohortPatient[],
  roi: string,
  directory: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<DescribedPatient[]> {
  const described: DescribedPatient[] = [];
  for (const { name, load } of patients) {
    stopIfAsked(signal);
    const path = join(directory, `${name}.json`);
    described.push(await stage(path, async () => describe(name, await load(roi))));
    progress.report("describing the cohort", described.length, patients.length);
  }
  return described;
}

function describe(patient: string, { ct, target }: LoadedPatient): DescribedPatient {
  const withTarget = slicesWithVoxels(target);
  if (withTarget.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `The target of ${patient} has no voxel: check --roi and its structure set.`,
    );
  }
  const [columns, rows, slices] = ct.grid.size;
  const { volumeCc, sphericity, surfaceToVolume, ...place } = describeTumour(ct, target);
  const middle = (withTarget[0] + withTarget[withTarget.length - 1]) / 2;
  return {
    patient,
    values: {
      volumeCc,
      sphericity,
      surfaceToVolume,
      // k grows with the slice normal, which points to the head where the normal's z does.
      heightInScan: heightOf(middle / Math.max(1, slices - 1), ct.grid.axes[2][2]),
      side: place.side ?? null,
      lobe: place.lobe ?? null,
      chestWallMm: place.chestWallMm ?? null,
      mediastinumMm: place.mediastinumMm ?? null,
      chestWallContact: place.chestWallContact ?? null,
      mediastinumContact: place.mediastinumContact ?? null,
    },
    slices,
    slicesWithTarget: withTarget.length,
    matrix: [columns, rows],
    pixelMm: ct.grid.spacingMm[0],
    sliceMm: ct.grid.spacingMm[2],
  };
}

function heightOf(part: number, normalZ: number): number {
  return normalZ >= 0 ? part : 1 - part;
}

function slicesWithVoxels(mask: Mask): number[] {
  return Array.from({ length: mask.grid.size[2] }, (_, k) => k).filter((k) => maskSlice(mask, k).includes(1));
}
