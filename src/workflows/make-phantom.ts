/** One phantom patient on disk: a CT series and an RTSTRUCT of its GTV, proved. Runs on a worker thread. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../core/random.ts";
import { proveRtstruct } from "../dicom/prove-export.ts";
import { createUid } from "../dicom/uid.ts";
import { writeCtSlices } from "../dicom/write-ct.ts";
import { transferSyntaxes, writeDicomFile } from "../dicom/write-dataset.ts";
import { buildRtstruct } from "../dicom/write-rtstruct.ts";
import { readCtFolder } from "../node/read-ct-folder.ts";
import { answerTasks } from "../node/worker-task.ts";
import { generatePatient, type PhantomDescription } from "../phantom/generate.ts";
import type { TumourPlan } from "../phantom/table1.ts";
import type { Variety } from "../phantom/variety.ts";

export type PhantomTask = {
  readonly seed: number;
  /** 1-based number of the patient. */
  readonly patient: number;
  readonly size: number;
  readonly variety?: Variety | undefined;
  /** A tumour that is wanted; otherwise it is drawn. */
  readonly tumourPlan?: TumourPlan | undefined;
  readonly directory: string;
};

/** Written dates are those of the generator, not of the day: the same seed gives the same bytes. */
const phantomDate = "20200101";

export async function makePhantom({
  seed,
  patient,
  size,
  variety = "paper",
  tumourPlan,
  directory,
}: PhantomTask): Promise<PhantomDescription> {
  const random = createRandom(seed).fork(patient);
  const { grid, hu, gtv, description } = generatePatient(random, { size, variety, tumourPlan });
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  const ctFolder = join(partial, "ct");
  await mkdir(ctFolder, { recursive: true });
  const wanted = tumourPlan === undefined ? "" : `/${Object.values(tumourPlan).join("-")}`;
  const uidName = `phantom/${seed}/${patient}/${size}/${variety}${wanted}`;
  const slices = writeCtSlices(grid, hu, {
    uidName,
    patientName: `Phantom^Seed${seed}^${patient}`,
    patientId: `PHANTOM-${seed}-${patient}`,
    sex: "O",
    kernel: description.kernel,
    date: phantomDate,
    time: "120000",
  });
  for (const { name, bytes } of slices) await writeFile(join(ctFolder, name), bytes);
  const ct = await readCtFolder(ctFolder);
  const structureSet = buildRtstruct({
    ct,
    rois: [
      {
        name: "GTV",
        mask: { grid: ct.grid, data: gtv.data },
        interpretedType: "GTV",
        algorithm: "AUTOMATIC",
        algorithmDescription: "phantom generator, the true tumour",
        colour: [255, 0, 0],
      },
    ],
    label: "PHANTOM",
    sopInstanceUid: createUid(`${uidName}/rtstruct`),
    seriesInstanceUid: createUid(`${uidName}/rtstruct-series`),
    date: phantomDate,
    time: "120000",
    softwareVersion: "phantom 1",
    holes: "keyhole",
  });
  const file = writeDicomFile(structureSet, transferSyntaxes.implicitLittleEndian);
  proveRtstruct(file, ct, [{ name: "GTV", mask: { grid: ct.grid, data: gtv.data } }]);
  await writeFile(join(partial, "rtstruct.dcm"), file);
  await writeFile(
    join(partial, "phantom.json"),
    `${JSON.stringify({ seed, patient, size, variety, ...description }, null, 2)}\n`,
  );
  await rename(partial, directory);
  return description;
}

answerTasks(makePhantom);
