/**
 * Patients by the thousand: one phantom of 64 x 64 pixels, written once, and copies of its files with UIDs, name, ID and a few
 * pixels of their own, so that an import takes each for another person. Everything is synthetic, and the same in each run.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "#core/random.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { cropVoxels } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { generatePatient } from "#phantom/generate.ts";

/** Its files by their path in the patient's folder, and a prediction, drawn a voxel to the side. */
export type Original = {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly prediction: Buffer;
  readonly slices: number;
};

const size = 64;
const pixelBytes = 2 * size * size;

/** `folder` is for the files while they are made. */
export async function writeOriginal(folder: string): Promise<Original> {
  const { grid, hu, gtv } = generatePatient(createRandom(1).fork(2), { size });
  const identity = { patientName: "BENCH^0000", patientId: "BENCH-0000", sex: "O", kernel: "B" } as const;
  const facts = { uidName: "bench/scale", date: "20200101", time: "120000", ...identity };
  const files = new Map<string, Buffer>();
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of writeCtSlices(grid, hu, facts)) {
    writeFileSync(join(folder, name), bytes);
    files.set(join("ct", name), Buffer.from(bytes));
  }
  const ct = await readCtFolder(folder);
  const write = (mask: Mask, uidName: string): Buffer => {
    const facts = { interpretedType: "GTV", algorithm: "MANUAL", algorithmDescription: "bench" } as const;
    const rois = [{ name: "GTV-1", mask, colour: [255, 0, 0] as const, ...facts }];
    const labels = { label: "BENCH", holes: "keyhole", softwareVersion: "1", uidName } as const;
    const writtenAt = new Date(2020, 0, 1);
    return Buffer.from(exportMasks({ format: "rtstruct", ct, rois, writtenAt, ...labels }).bytes);
  };
  files.set("set.dcm", write({ grid: ct.grid, data: gtv.data }, "bench/scale/set"));
  const aside = cropVoxels(gtv.data, grid.size, {
    from: [1, 0, 0],
    to: [grid.size[0] + 1, grid.size[1], grid.size[2]],
  });
  const prediction = write({ grid: ct.grid, data: aside }, "bench/scale/prediction");
  return { files, prediction, slices: grid.size[2] };
}

/** Patient `number` as a folder `archive/patient-0001`, and where `predictions` is given the file `patient-0001.dcm` there. */
export function writeCopy(
  { files, prediction }: Original,
  number: number,
  { archive, predictions }: { readonly archive: string; readonly predictions?: string },
): void {
  const name = `patient-${String(number).padStart(4, "0")}`;
  mkdirSync(join(archive, name, "ct"), { recursive: true });
  for (const [path, bytes] of files) {
    const copy = copyOf(bytes, number);
    // Air in a corner: slices of two persons are never the same.
    if (path !== "set.dcm") copy.writeInt16LE(number - 1000, copy.length - pixelBytes);
    writeFileSync(join(archive, name, path), copy);
  }
  if (predictions === undefined) return;
  mkdirSync(predictions, { recursive: true });
  writeFileSync(join(predictions, `${name}.dcm`), copyOf(prediction, number));
}

/** The file as person `number`'s. All texts keep their lengths: nothing in the file moves. */
export function copyOf(bytes: Buffer, number: number): Buffer {
  const texts = bytes
    .toString("latin1")
    .replace(/2\.25\.\d+/g, (uid) => {
      const last = (Number(uid.slice(-7)) + 7919 * number) % 1e7;
      return uid.slice(0, -7) + String(last).padStart(7, "0");
    })
    .replace(/BENCH([-^])0000/g, (_, sign) => `BENCH${sign}${String(number).padStart(4, "0")}`);
  return Buffer.from(texts, "latin1");
}
