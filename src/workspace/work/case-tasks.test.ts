/** What a person is told of structures that came with a CT, and of which one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { writeCtStore } from "#patients/ct-store.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { caseFolder } from "#workspace/records/case-folder.ts";
import { importMasks } from "./case-tasks.ts";

const grid = createGrid([24, 20, 6], [2, 2.5, 5], patientPoint(-24, -25, 100));

test("structures that are left out or cut off where the CT ends are named", async () => {
  const cases = mkdtempSync(join(tmpdir(), "case-tasks-"));
  onTestFinished(() => rmSync(cases, { recursive: true, force: true }));
  const { dicom, ct: store, maskFiles } = caseFolder(cases, "a");
  for (const place of [dicom, maskFiles]) mkdirSync(place, { recursive: true });
  const of = { uidName: "a", patientName: "a", patientId: "a", sex: "O", kernel: "B" } as const;
  const written = writeCtSlices(grid, new Int16Array(voxelCount(grid)), {
    ...of,
    ...{ date: "20200101", time: "120000" },
  });
  for (const { name, bytes } of written) writeFileSync(join(dicom, name), bytes);
  const ct = await readCtFolder(dicom);
  const upTo = (slices: number): Mask => {
    const mask = emptyMask(ct.grid);
    for (let k = 0; k < slices; k++) for (let at = 50; at < 60; at++) mask.data[k * 24 * 20 + at] = 1;
    return mask;
  };
  const drawn = { interpretedType: "GTV", algorithm: "MANUAL", algorithmDescription: "" } as const;
  const rois: RoiToWrite[] = [
    { ...drawn, name: "GTV low", mask: upTo(2), colour: [255, 0, 0] },
    { ...drawn, name: "GTV tall", mask: upTo(6), colour: [255, 0, 0] },
  ];
  const files = ["seg", "rtstruct"] as const;
  for (const format of files)
    writeFileSync(
      join(maskFiles, format),
      exportMasks({
        ...{ format, ct, rois, holes: "keyhole", label: "TEST", softwareVersion: "1", uidName: format },
        writtenAt: new Date(2020, 0, 1),
      }).bytes,
    );
  // Its last slice had no position.
  await writeCtStore(store, {
    ...ct,
    grid: { ...ct.grid, size: [24, 20, 5] },
    hu: ct.hu.subarray(0, 24 * 20 * 5),
    slices: ct.slices.slice(0, 5),
  });
  const task = {
    kind: "masks",
    cases,
    caseId: "a",
    attempt: join(cases, "attempt"),
    firstNumber: 0,
  } as const;
  const { imported, findings } = await importMasks({ ...task, files });
  expect(imported.map(({ file, name }) => `${file} ${name}`)).toEqual([
    "seg GTV low",
    "seg GTV tall",
    "rtstruct GTV low",
  ]);
  expect(findings).toEqual([
    "GTV tall: 10 of the mask's 60 voxels lie outside the CT and were left out.",
    expect.stringMatching(
      /^The structure GTV tall was left out: GTV tall, contour 6: The contour lies outside/,
    ),
  ]);
});
