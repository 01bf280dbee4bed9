/**
 * Small patients on disk in the layouts of archives, for tests of the import: a CT of 24 x 20 x 6 voxels with random HU, and
 * boxes as ROIs, written as RTSTRUCT, SEG or NIfTI.
 */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { type Element, sequence, sequenceElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { writeNifti } from "#formats/nifti.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";

export const archiveGrid = createGrid([24, 20, 6], [2, 2.5, 5], patientPoint(-24, -25, 100));

/** First column, and one past the last: rows 5 to 14 and slices 1 to 3 of these columns are inside. */
export type Box = readonly [from: number, to: number];
export type Boxes = Readonly<Record<string, Box>>;

export function boxMask(grid: Grid, [from, to]: Box): Mask {
  const mask = emptyMask(grid);
  const [width, height] = grid.size;
  for (let k = 1; k <= 3; k++)
    for (let j = 5; j < 15; j++)
      mask.data.fill(1, from + width * (j + height * k), to + width * (j + height * k));
  return mask;
}

export function archiveHu(seed: number): Int16Array {
  const random = createRandom(seed);
  return Int16Array.from({ length: voxelCount(archiveGrid) }, () => random.integer(1500) - 1000);
}

export type Person = { readonly id: string; readonly name: string };

/** Writes the slices into `folder` and reads them again. The same `uidName` gives the same UIDs. */
export async function writeCt(
  folder: string,
  { person, uidName, seed }: { readonly person: Person; readonly uidName: string; readonly seed: number },
): Promise<CtVolume> {
  mkdirSync(folder, { recursive: true });
  const description = { patientName: person.name, patientId: person.id, sex: "O", kernel: "B" } as const;
  const when = { date: "20200101", time: "120000" };
  for (const { name, bytes } of writeCtSlices(archiveGrid, archiveHu(seed), {
    uidName,
    ...description,
    ...when,
  }))
    writeFileSync(join(folder, name), bytes);
  return readCtFolder(folder);
}

export function writeSet(
  path: string,
  ct: CtVolume,
  boxes: Boxes,
  format: "rtstruct" | "seg" = "rtstruct",
): void {
  const rois = Object.entries(boxes).map(
    ([name, box]): RoiToWrite => ({
      name,
      mask: boxMask(ct.grid, box),
      interpretedType: "GTV",
      algorithm: "MANUAL",
      algorithmDescription: "test",
      colour: [0, 255, 0],
    }),
  );
  const labels = { label: "TEST", softwareVersion: "1", uidName: path };
  const request = { format, ct, rois, holes: "keyhole", writtenAt: new Date(2020, 0, 1), ...labels } as const;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, exportMasks(request).bytes);
}

/** A structure set to which the automatic contour GTV_AUTO was added. */
export function withGtv(ct: CtVolume, addTo: { readonly path: string; readonly bytes: Uint8Array }) {
  const gtv: RoiToWrite = {
    name: "GTV_AUTO",
    mask: boxMask(ct.grid, [5, 9]),
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "test",
    colour: [255, 0, 0],
  };
  const labels = { label: "TEST", softwareVersion: "1", uidName: addTo.path };
  const request = { format: "rtstruct", ct, rois: [gtv], holes: "keyhole", addTo, ...labels } as const;
  return exportMasks({ ...request, writtenAt: new Date(2020, 0, 1) });
}

/** The ROIs of `withGtv`. */
export function addedGtv(ct: CtVolume, addTo: { readonly path: string; readonly bytes: Uint8Array }) {
  return readStructureSet(readDicom(withGtv(ct, addTo).bytes, "the result").dataSet).rois;
}

/** A file of the archive, changed. */
export function changeDicom(bytes: Uint8Array, change: (dataSet: Map<string, Element>) => void): Uint8Array {
  const dataSet = new Map(readDicom(bytes, "file").dataSet);
  change(dataSet);
  return writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
}

/** Each item of a sequence, changed. */
export function changeItems(
  dataSet: Map<string, Element>,
  tag: string,
  change: (item: Map<string, Element>) => void,
): void {
  const items = sequence(dataSet, tag).map((item) => new Map(item));
  items.forEach(change);
  dataSet.set(tag, sequenceElement(items));
}

/** Moves every file below `from` into the one folder `to`, under numbers in a shuffled order: a PACS export. */
export function flatten(from: string, to: string): void {
  const files = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  mkdirSync(to, { recursive: true });
  for (const [index, { parentPath, name }] of createRandom(1).shuffle(files).entries())
    renameSync(join(parentPath, name), join(to, `IM${String(index).padStart(6, "0")}`));
}

/**
 * A volume of `archiveGrid` as NIfTI with columns to the patient's right and rows to the front (RAS, as most research
 * images run): int16 for a CT, uint8 for labels.
 */
export function rasNifti(values: ArrayLike<number>, type: "int16" | "uint8"): Uint8Array {
  const { size, spacingMm, origin } = archiveGrid;
  const [width, height, depth] = size;
  const far = patientPoint(
    origin[0] + (width - 1) * spacingMm[0],
    origin[1] + (height - 1) * spacingMm[1],
    origin[2],
  );
  const grid: Grid = createGrid(size, spacingMm, far, [
    [-1, 0, 0],
    [0, -1, 0],
  ]);
  const header = writeNifti({ name: "", mask: emptyMask(grid) }, { gzip: false }).slice(0, 352);
  const bytesEach = type === "int16" ? 2 : 1;
  const bytes = new Uint8Array(352 + values.length * bytesEach);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  view.setInt16(70, type === "int16" ? 4 : 2, true);
  view.setInt16(72, 8 * bytesEach, true);
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        const value = values[width - 1 - i + width * (height - 1 - j + height * k)];
        const at = i + width * (j + height * k);
        if (type === "int16") view.setInt16(352 + 2 * at, value, true);
        else bytes[352 + at] = value;
      }
    }
  }
  return bytes;
}

export const persons: readonly Person[] = [1, 2, 3].map((number) => ({
  id: `LUNGID-00${number}`,
  name: `Musterfrau^Erika${number}`,
}));

/** What a planning system draws: the tumour, a node, an organ, a copy of the tumour. */
const drawn: Boxes = { Lung_R: [0, 9], "GTV-1": [10, 16], "GTV copy": [10, 16], GTVn: [18, 20] };

/** Patient, study and series folders, named after the patient, with RTSTRUCT and a SEG of the same tumour. */
export async function writeTcia(folder: string): Promise<void> {
  for (const [index, person] of persons.entries()) {
    const study = join(folder, person.id, "01-01-2008-NA-NA-12345");
    const ct = await writeCt(join(study, "0.000000-NA-1"), { person, uidName: person.id, seed: index });
    writeSet(join(study, "0.000000-NA-2", "1-1.dcm"), ct, drawn);
    writeSet(join(study, "300.000000-Segmentation-3", "1-1.dcm"), ct, { "GTV-1": [10, 16] }, "seg");
  }
}
