import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import {
  storedBox,
  storedPoint,
  toStored,
  turnOf,
  uprightBox,
  uprightCt,
  uprightMask,
  uprightPoint,
} from "#geometry/upright.ts";
import { storedWays, turnedGrid } from "../../../test/turned.ts";
import { type Region, regionPatch, segmentInBox } from "./segment-region.ts";
import { storedRegion } from "./upright-region.ts";

const grid = createGrid([40, 36, 14], [1.5, 1.5, 3], patientPoint(0, 0, 0));
const random = createRandom(3);
const centre = voxelPoint(18, 16, 6);

/** A ball of 18 mm in lung, noise of 30 HU. */
const patient: CtImage = {
  grid,
  hu: Int16Array.from({ length: 40 * 36 * 14 }, (_, at) => {
    const [x, y, z] = [at % 40, Math.floor(at / 40) % 36, Math.floor(at / 1440)];
    const mm = Math.hypot((x - 18) * 1.5, (y - 16) * 1.5, (z - 6) * 3);
    return Math.round((mm < 9 ? 30 : -850) + 30 * random.normal());
  }),
};

function painted(ct: CtImage, region: Region): Mask {
  const mask = emptyMask(ct.grid);
  applyPatch(mask, regionPatch(mask, region, "replace"));
  return mask;
}

test("nothing found stays nothing", () => {
  const turn = turnOf(turnedGrid(grid, storedWays.sagittal));
  const nothing = { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside: new Uint8Array(0) } as const;
  expect(storedRegion(nothing, turn)).toEqual(nothing);
});

test("a region from a box lies on the same voxels of the patient, however the CT is stored", () => {
  const box = { from: [10, 8, 2], to: [27, 25, 11] } as const;
  const boxed = painted(patient, segmentInBox(patient, null, box));
  expect(boxed.data.includes(1)).toBe(true);
  for (const way of Object.values(storedWays)) {
    const turn = turnOf(turnedGrid(grid, way));
    const stored = { grid: turn.stored, hu: toStored(patient.hu, turn) };
    const upright = uprightCt(stored, turn);
    expect(uprightPoint(turn, storedPoint(turn, centre))).toEqual(centre);
    const fromBox = storedRegion(segmentInBox(upright, null, uprightBox(turn, storedBox(turn, box))), turn);
    expect(uprightMask(painted(stored, fromBox), turn).data).toEqual(boxed.data);
  }
});
