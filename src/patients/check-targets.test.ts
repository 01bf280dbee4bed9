/** `check` of structure sets that we wrote: what one voxel outside, a slice left out and a type that says nothing give. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { createGrid, voxelToPatient } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { countVoxels, type Mask, maskWhere } from "#geometry/mask.ts";
import { toStored, turnOf } from "#geometry/upright.ts";
import { phantomFolder } from "../../test/shared-inputs.ts";
import { check } from "./check.ts";
import { checkTargets } from "./check-targets.ts";
import { readCtFolder } from "./ct/read-ct-folder.ts";
import { exportMasks } from "./masks/export-masks.ts";

let folder: string;
let phantom: string;
let ct: CtVolume;
let gtv: Mask;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-targets-"));
  phantom = await phantomFolder(20, 128);
  ct = await readCtFolder(join(phantom, "ct"));
  const [ni, nj, nk] = ct.grid.size;
  gtv = maskWhere(ct.grid, (at) => {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    return Math.abs(i - ni / 2) < 5 && Math.abs(j - nj / 2) < 5 && Math.abs(k - (nk >> 1)) < 3;
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(join(phantom, ".."), { recursive: true, force: true });
});

type Roi = Pick<RoiToWrite, "name" | "mask" | "interpretedType">;

async function checked(...rois: Roi[]): Promise<(readonly [string, string, string])[]> {
  const { bytes } = exportMasks({
    format: "rtstruct",
    ct,
    rois: rois.map((roi) => ({
      ...roi,
      algorithm: "MANUAL",
      algorithmDescription: "test",
      colour: [1, 2, 3],
    })),
    label: "TEST",
    holes: "keyhole",
    softwareVersion: "1",
    writtenAt: new Date(2026, 0, 1),
    uidName: "check-targets",
  });
  const path = join(folder, "set.dcm");
  await writeFile(path, bytes);
  const { violations } = await check(path, join(phantom, "ct"), undefined);
  return violations
    .filter(({ rule }) => rule !== "roi-type")
    .map(({ severity, rule, found }) => [severity, rule, found] as const);
}

/** Without one voxel of the GTV's first slice. */
function lessOneVoxel({ grid, data }: Mask): Mask {
  const less = data.slice();
  less[gtv.data.indexOf(1)] = 0;
  return { grid, data: less };
}

test("nested targets break no rule; one voxel of the GTV outside is an error, whether type or name says what they are", async () => {
  const ctv = expandMargin(gtv, uniformMargin(6));
  const ptv = expandMargin(gtv, uniformMargin(11));
  const rois = (ofCtv: Mask, typed: boolean): Roi[] => [
    { name: "GTVp", mask: gtv, interpretedType: typed ? "GTV" : "ORGAN" },
    { name: "ctv_p", mask: ofCtv, interpretedType: typed ? "CTV" : "" },
    { name: "PTV", mask: ptv, interpretedType: "PTV" },
  ];
  const slice = Math.floor(gtv.data.indexOf(1) / (ct.grid.size[0] * ct.grid.size[1])) + 1;
  const message = `GTVp has 1 voxel outside ctv_p, in slice ${slice}.`;
  for (const typed of [true, false]) {
    expect(await checked(...rois(ctv, typed))).toEqual([]);
    expect(await checked(...rois(lessOneVoxel(ctv), typed))).toEqual([["error", "gtv-outside-ctv", message]]);
  }
});

test("a slice left out and a contour in the air are warnings; what is no part of the patient has none", async () => {
  const [ni, nj, nk] = ct.grid.size;
  const gap = { grid: ct.grid, data: gtv.data.slice() };
  gap.data.fill(0, (nk >> 1) * ni * nj, ((nk >> 1) + 1) * ni * nj);
  const corner = maskWhere(ct.grid, (at) => at % ni < 4 && Math.floor(at / ni) % nj < 4 && at < 2 * ni * nj);
  expect(
    await checked(
      { name: "GTVp", mask: gap, interpretedType: "GTV" },
      { name: "Heart", mask: corner, interpretedType: "ORGAN" },
    ),
  ).toEqual([
    ["warning", "empty-slice", `GTVp is empty in slice ${(nk >> 1) + 1}, between slices with contours.`],
    [
      "warning",
      "outside-body",
      `Heart has ${countVoxels(corner)} voxels outside the body, in slices 1 to 2.`,
    ],
  ]);
  // With an external contour that is the body; the external itself is not asked.
  expect(
    await checked(
      { name: "Body", mask: corner, interpretedType: "EXTERNAL" },
      { name: "Heart", mask: corner, interpretedType: "ORGAN" },
    ),
  ).toEqual([]);
});

test("slices are counted from the feet, also where the CT is stored from the head", async () => {
  const { size, spacingMm } = ct.grid;
  const gap = gtv.data.slice();
  const area = size[0] * size[1];
  gap.fill(0, ((size[2] >> 1) + 1) * area, ((size[2] >> 1) + 2) * area);
  await checked({ name: "GTV", mask: { grid: gtv.grid, data: gap }, interpretedType: "GTV" });
  const [x, y, z] = voxelToPatient(ct.grid, voxelPoint(size[0] - 1, 0, size[2] - 1));
  const grid = createGrid(size, spacingMm, patientPoint(x, y, z), [
    [-1, 0, 0],
    [0, 1, 0],
  ]);
  const fromHead = { ...ct, grid, slices: ct.slices.toReversed(), hu: toStored(ct.hu, turnOf(grid)) };
  const { dataSet } = readDicom(await readFile(join(folder, "set.dcm")), "it");
  const violations = checkTargets(dataSet, ct);
  expect(violations.map(({ rule }) => rule)).toContain("empty-slice");
  expect(checkTargets(dataSet, fromHead)).toEqual(violations);
});
