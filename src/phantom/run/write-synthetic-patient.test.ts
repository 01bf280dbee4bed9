/** Names that a synthetic patient's files bear: an archive takes two images with one UID for one image. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid } from "#geometry/grid.ts";
import { writeSyntheticPatient } from "./write-synthetic-patient.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "synthetic-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Files of a patient by name, `firstHu` being its first voxel. */
async function write(name: string, firstHu: number): Promise<Map<string, Buffer>> {
  const grid = createGrid([8, 8, 2], [2, 2, 3], patientPoint(0, 0, 0));
  const hu = new Int16Array(128).fill(-1000);
  hu[0] = firstHu;
  const gtv = { grid, data: new Uint8Array(128) };
  for (const at of [18, 19, 26, 27]) gtv.data[at] = 1;
  const directory = join(folder, name);
  await writeSyntheticPatient(directory, {
    ...{ grid, hu, gtv, uidName: "seed 1, patient 1", patientName: "A", patientId: "1", kernel: "K" },
    ...{ algorithmDescription: "drawn", notes: { name: "note.json", value: {} } },
  });
  const files = (await readdir(join(directory, "ct"))).map((file) => join("ct", file));
  const read = async (file: string) => [file, await readFile(join(directory, file))] as const;
  return new Map(await Promise.all(["rtstruct.dcm", ...files].sort().map(read)));
}

const uids = (files: ReadonlyMap<string, Buffer>): (string | undefined)[] =>
  [...files].map(([name, bytes]) => text(readDicom(bytes, name).dataSet, tags.SOPInstanceUID));

test("the same voxels give the same bytes, and other voxels other UIDs, whatever the patient is called", async () => {
  const [first, again, other] = [
    await write("first", -1000),
    await write("again", -1000),
    await write("other", -900),
  ];
  expect(again).toEqual(first);
  expect(uids(first)).toHaveLength(3);
  expect(uids(other).filter((uid) => uids(first).includes(uid))).toEqual([]);
});

test("a patient that cannot be written is told in a sentence, and nothing half written stays", async () => {
  // A folder with something in it gives way to no other.
  await mkdir(join(folder, "taken"));
  await writeFile(join(folder, "taken", "other"), "");
  await expect(write("taken", -1000)).rejects.toMatchObject({
    code: "file-unwritable",
    message: expect.stringContaining(join(folder, "taken")),
  });
  expect(await readdir(folder)).not.toContain("taken.partial");
});
