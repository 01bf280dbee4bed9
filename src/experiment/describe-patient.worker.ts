/** One patient's tumour and CT as numbers, from its files, on a worker thread; kept as the stage's result. */
import { describeTumour } from "#anatomy/describe-tumour.ts";
import { DelineateError } from "#core/errors.ts";
import { filledSlices } from "#geometry/mask.ts";
import { openPatient } from "#patients/cohort/open-cohort.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { answerTasks } from "#platform/worker-task.ts";
import type { DescribedPatient } from "./report/experiment-result.ts";
import { stage } from "./stage.ts";

export type DescribeTask = {
  readonly cohort: string;
  readonly name: string;
  readonly roi: string;
  /** File of the stage's result. */
  readonly path: string;
};

async function describePatient({ cohort, name, roi, path }: DescribeTask): Promise<DescribedPatient> {
  return stage(path, async () => {
    const patient = await openPatient(cohort, name);
    const loaded = await patient.load(roi);
    return { ...describe(name, loaded), findings: loaded.findings };
  });
}

function describe(patient: string, { ct, target }: LoadedPatient): DescribedPatient {
  const withTarget = filledSlices(target);
  if (withTarget.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `The target of ${patient} has no voxel: check --roi and its structure set.`,
    );
  }
  const [columns, rows, slices] = ct.grid.size;
  const { voxels, volumeCc, sphericity, surfaceToVolume, ...place } = describeTumour(ct, target);
  const middle = (withTarget[0] + withTarget[withTarget.length - 1]) / 2;
  return {
    patient,
    values: {
      voxels,
      volumeCc,
      sphericity,
      surfaceToVolume,
      // Patients are loaded upright: slices count from the feet.
      heightInScan: middle / Math.max(1, slices - 1),
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

answerTasks(describePatient);
