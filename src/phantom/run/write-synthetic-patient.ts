/** A synthetic patient on disk: a CT series, an RTSTRUCT of its GTV, proved, and a note of how it was made. */
import { createHash } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { proveRtstruct } from "#dicom/rtstruct/prove-export.ts";
import { buildRtstruct } from "#dicom/rtstruct/write-rtstruct.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { makeFolder, throwUnwritable } from "#platform/write-file.ts";

type SyntheticPatient = CtImage & {
  readonly gtv: Mask;
  /** All UIDs derive from this and from the voxels: what another generator or another background gives is another image. */
  readonly uidName: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly kernel: string;
  readonly algorithmDescription: string;
  /** A JSON file beside the CT. */
  readonly notes: { readonly name: string; readonly value: unknown };
};

/** Written dates are those of the generator, not of the day: the same seed gives the same bytes. */
const phantomDate = "20200101";

/** The folder is there whole or not at all. Throws `file-unwritable`, and `proof-failed` if the structure set does not read back equal. */
export async function writeSyntheticPatient(directory: string, patient: SyntheticPatient): Promise<void> {
  const partial = `${directory}.partial`;
  const refuse = throwUnwritable(directory);
  const remove = () => rm(partial, { recursive: true, force: true });
  await remove().catch(refuse);
  try {
    await writeInto(partial, patient, refuse);
    await rename(partial, directory).catch(refuse);
  } catch (error) {
    // On a full disk it would take what is left of it; the first reason is the one to be told.
    await remove().catch(() => undefined);
    throw error;
  }
}

/** `refuse` throws what a write's fault is told as. */
async function writeInto(
  partial: string,
  patient: SyntheticPatient,
  refuse: (cause: unknown) => never,
): Promise<void> {
  const { grid, hu, gtv, notes } = patient;
  const uidName = `${patient.uidName}/${digestOf(patient)}`;
  const write = (path: string, content: Uint8Array | string) =>
    writeFile(join(partial, path), content).catch(refuse);
  const ctFolder = join(partial, "ct");
  await makeFolder(ctFolder);
  const slices = writeCtSlices(grid, hu, {
    uidName,
    patientName: patient.patientName,
    patientId: patient.patientId,
    sex: "O",
    kernel: patient.kernel,
    date: phantomDate,
    time: "120000",
  });
  for (const { name, bytes } of slices) await write(join("ct", name), bytes);
  const ct = await readCtFolder(ctFolder);
  const mask = { grid: ct.grid, data: gtv.data };
  const structureSet = buildRtstruct({
    ct,
    rois: [
      {
        name: "GTV",
        mask,
        interpretedType: "GTV",
        algorithm: "AUTOMATIC",
        algorithmDescription: patient.algorithmDescription,
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
  proveRtstruct(file, ct, [{ name: "GTV", mask }]);
  await write("rtstruct.dcm", file);
  await write(notes.name, `${JSON.stringify(notes.value, null, 2)}\n`);
}

function digestOf({ grid, hu, gtv }: Pick<SyntheticPatient, "grid" | "hu" | "gtv">): string {
  const digest = createHash("sha256").update(JSON.stringify(grid)).update(hu).update(gtv.data);
  return digest.digest("hex");
}
