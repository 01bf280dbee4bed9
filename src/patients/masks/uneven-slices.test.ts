/**
 * CTs whose slices' positions are written with one decimal lie up to a tenth of a millimetre beside the even grid: masks on
 * them are exported, read again and placed as on any other, and nothing that lies elsewhere is.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, voxelCount, voxelToPatient } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { changeDicom } from "../../../test/archive.ts";
import { readCtFolder } from "../ct/read-ct-folder.ts";
import { inspect } from "../inspect/inspect.ts";
import { exportMasks } from "./export-masks.ts";
import { loadRoiMasks } from "./load-masks.ts";

const root = mkdtempSync(join(tmpdir(), "delineate uneven-slices "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function roundedCt(name: string, spacing: number): Promise<CtVolume> {
  const grid = createGrid([12, 10, 60], [0.7, 0.7, spacing], patientPoint(-24, -25, -625.26));
  const folder = join(root, name, "ct");
  mkdirSync(folder, { recursive: true });
  const description = { patientName: "Test^One", patientId: "P-1", sex: "O", kernel: "B" } as const;
  const when = { date: "20200101", time: "120000", uidName: name };
  const files = writeCtSlices(grid, new Int16Array(voxelCount(grid)), { ...description, ...when });
  for (const [k, { name: file, bytes }] of [...files].entries()) {
    const [x, y, z] = voxelToPatient(grid, voxelPoint(0, 0, k));
    const position = decimalStrings([x, y, Math.round(10 * z) / 10]);
    const rounded = changeDicom(bytes, (dataSet) =>
      dataSet.set(tags.ImagePositionPatient, textElement("DS", position)),
    );
    writeFileSync(join(folder, file), rounded);
  }
  return readCtFolder(folder);
}

test.each([
  ["rtstruct", 3.27],
  ["rtstruct", 0.625],
  ["seg", 3.27],
  ["seg", 1.25],
] as const)("a mask as %s on slices %f mm apart comes back whole", async (format, spacing) => {
  const name = `${format}-${spacing}`;
  const ct = await roundedCt(name, spacing);
  // Columns 3 to 8 of every slice but the first and the last.
  const mask = maskWhere(ct.grid, (at) => at % 12 > 2 && at % 12 < 9 && at >= 120 && at < 59 * 120);
  const roi = { name: "GTV", mask, interpretedType: "GTV", algorithm: "MANUAL" } as const;
  const { bytes, proofs } = exportMasks({
    ...{ format, ct, holes: "keyhole", writtenAt: new Date(0), label: "TEST", softwareVersion: "1" },
    uidName: name,
    rois: [{ ...roi, algorithmDescription: "test", colour: [255, 0, 0] }],
  });
  expect(proofs).toMatchObject([{ roi: "GTV", differingVoxels: 0 }]);
  const file = join(root, name, "mask.dcm");
  writeFileSync(file, bytes);
  const { rois } = await loadRoiMasks(file, { ct });
  expect(rois[0].mask.data).toEqual(mask.data);
  if (format === "seg") return;
  const { structureSets } = await inspect(join(root, name), silentProgress, new AbortController().signal);
  expect(structureSets[0].rois).toMatchObject([{ name: "GTV", refused: false }]);
});
