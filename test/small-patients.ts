/** Small drawn patients, and a tiny network that was trained on one of them: what calibrations and quantisations are tried on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultTraining } from "#contract/training-configuration.ts";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { trainModel } from "#training/run/train-model.ts";

const grid = createGrid([64, 64, 14], [5, 5, 5], patientPoint(-160, -160, 0));

/** A round body with two lungs, in one of them a ball of tumour in some of slices 3 to 8, larger from person to person. `folder`: what the person is called in this cohort. */
export async function writeSmallPatient(
  cohort: string,
  number: number,
  folder = `patient-000${number}`,
): Promise<void> {
  const name = `patient-000${number}`;
  const radius = 1.5 + number / 4;
  const far = (at: number, [x, y, z]: readonly [number, number, number], depth = 1): number => {
    const [i, j, k] = [at % 64, Math.floor(at / 64) % 64, Math.floor(at / 4096)];
    return Math.hypot(i - x, j - y, depth * (k - z));
  };
  const gtv = maskWhere(grid, (at) => far(at, [20, 30 - number, 5.5]) < radius);
  const hu = Int16Array.from({ length: gtv.data.length }, (_, at) => {
    if (gtv.data[at] === 1) return 40;
    const lung = far(at, [20, 30, 0], 0) < 9 || far(at, [44, 30, 0], 0) < 9;
    return lung ? -850 : far(at, [32, 32, 0], 0) < 26 ? 20 : -1000;
  });
  const ctFolder = join(cohort, folder, "ct");
  mkdirSync(ctFolder, { recursive: true });
  const who = { patientName: name, patientId: name, sex: "O", kernel: "B" } as const;
  const when = { date: "20200101", time: "120000" };
  for (const slice of writeCtSlices(grid, hu, { uidName: name, ...who, ...when }))
    writeFileSync(join(ctFolder, slice.name), slice.bytes);
  const ct = await readCtFolder(ctFolder);
  const { bytes } = exportMasks({
    ...{
      format: "rtstruct",
      ct,
      label: "TRUTH",
      holes: "keyhole",
      softwareVersion: "1",
      uidName: `${name}/gtv`,
    },
    writtenAt: new Date(0),
    rois: [
      {
        ...{
          name: "GTV",
          mask: { grid: ct.grid, data: gtv.data },
          interpretedType: "GTV",
          algorithm: "MANUAL",
        },
        ...{ algorithmDescription: "drawn", colour: [255, 0, 0] },
      },
    ],
  });
  writeFileSync(join(cohort, folder, "rtstruct.dcm"), bytes);
}

/** After a few steps on patient-0001 of the cohort: `model.onnx` in `out` contours something, and nothing well. */
export async function trainTinyModel(cohort: string, out: string): Promise<void> {
  const configuration = { ...defaultTraining, size: 64, width: 4, epochs: 1, batch: 4, learningRate: 1e-3 };
  await trainModel(
    {
      cohort,
      configuration: { ...configuration, loss: "dice-cross-entropy" },
      additions: [],
      patients: ["patient-0001"],
      validation: [],
      out,
      ...{ resume: false, checkpointEvery: 1000, name: "tiny", version: "1", threshold: 0.3, threads: 1 },
    },
    silentProgress,
    new AbortController().signal,
  );
}
