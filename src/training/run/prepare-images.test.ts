/** What a training sees of one patient, however the CT is stored. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { storedMask, toStored, turnOf } from "#geometry/upright.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { archiveGrid, archiveHu, boxMask } from "../../../test/archive.ts";
import { wholeImages } from "../../../test/training-images.ts";
import { storedWays, turnedGrid } from "../../../test/turned.ts";
import { loadPatientImages } from "./load-training-set.ts";

const root = mkdtempSync(join(tmpdir(), "delineate turned-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The same CT and the same box as GTV, stored in every orientation: a patient each. */
async function writeTurned(name: string, way: (typeof storedWays)[string]): Promise<void> {
  const turn = turnOf(turnedGrid(archiveGrid, way));
  const folder = join(root, name, "ct");
  mkdirSync(folder, { recursive: true });
  const person = { patientName: name, patientId: name, sex: "O", kernel: "B" } as const;
  const facts = { uidName: name, ...person, date: "20200101", time: "120000" };
  for (const slice of writeCtSlices(turn.stored, toStored(archiveHu(3), turn), facts))
    writeFileSync(join(folder, slice.name), slice.bytes);
  const { bytes } = exportMasks({
    format: "rtstruct",
    ct: await readCtFolder(folder),
    rois: [
      {
        name: "GTV",
        mask: storedMask({ grid: archiveGrid, data: boxMask(archiveGrid, [5, 12]).data }, turn),
        interpretedType: "GTV",
        algorithm: "MANUAL",
        algorithmDescription: "test",
        colour: [0, 255, 0],
      },
    ],
    label: "TEST",
    holes: "keyhole",
    softwareVersion: "1",
    uidName: name,
    writtenAt: new Date(2020, 0, 1),
  });
  writeFileSync(join(root, name, "set.dcm"), bytes);
}

test("images and masks of a CT that is stored prone, feet first, on a side, sagittal or coronal are those of the axial one", async () => {
  const names = Object.keys(storedWays);
  for (const [name, way] of Object.entries(storedWays)) await writeTurned(name, way);
  const settings = {
    cohort: root,
    size: 64,
    roi: "GTV",
    greyLevels: { lowHu: -1024, highHu: 3071, levels: 255 },
    frame: "slice" as const,
    spare: join(root, ".spare"),
  };
  using files = new DisposableStack();
  const work = { progress: silentProgress, signal: new AbortController().signal, files };
  const images = await loadPatientImages({ ...settings, patients: await openCohort(root) }, work);
  expect(images.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  const upright = images.map(wholeImages).find(({ name }) => name === "head first supine");
  expect(upright?.hasTarget).toContain(true);
  for (const image of images) expect({ ...wholeImages(image), name: upright?.name }).toEqual(upright);
});
