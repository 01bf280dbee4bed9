/** A chest of ellipsoids and cylinders, in which the aorta's course follows from its equation. */
import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { cropMask } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, maskWhere, sameVoxels } from "#geometry/mask.ts";
import { findCoarseLungs } from "../lung-support.ts";
import { type Aorta, discOn, fillAorta, noAorta } from "./aorta.ts";
import { findAorta } from "./find-aorta.ts";

const [width, height, slices] = [132, 108, 60] as const;
const spacing: Vector3 = [2.5, 2.5, 4];
const grid = createGrid([width, height, slices], spacing, patientPoint(-165, -135, -120));

type Chest = {
  readonly aorta: boolean;
  readonly tumour?: { readonly centre: Vector3; readonly radiusMm: number } | undefined;
};

const radiusMm = 13;
/** It comes forward and to the middle on its way down. */
const middleOf = (z: number) => ({ x: 30 + 0.08 * z, y: 28 + 0.06 * z });

function chestCt({ aorta, tumour }: Chest): CtImage {
  const hu = new Int16Array(width * height * slices).fill(-1000);
  for (let at = 0; at < hu.length; at++) {
    const x = grid.origin[0] + spacing[0] * (at % width);
    const y = grid.origin[1] + spacing[1] * (Math.floor(at / width) % height);
    const z = grid.origin[2] + spacing[2] * Math.floor(at / (width * height));
    if (Math.hypot(x / 155, y / 115) > 1) continue;
    hu[at] = 30;
    if (Math.hypot(x / 140, y / 98) < 1) hu[at] = Math.abs(x) < 45 ? -90 : -850;
    if (Math.hypot(x, y + 30) < 42) hu[at] = 40;
    const spine = Math.hypot(x, y - 55);
    const disc = Math.abs(z % 32) < 6;
    if (spine < 20) hu[at] = disc ? 70 : spine < 16 ? 180 : 500;
    if (!disc && Math.abs(x) < 38 && Math.abs(y - 68) < 7) hu[at] = 400;
    const [canal, course] = [Math.hypot(x, y - 82) < 11, middleOf(z)];
    if (Math.hypot(x, y - 82) < 17) hu[at] = canal ? 25 : 400;
    if (
      tumour &&
      Math.hypot(x - tumour.centre[0], y - tumour.centre[1], z - tumour.centre[2]) < tumour.radiusMm
    )
      hu[at] = 40;
    if (aorta && Math.hypot(x - course.x, y - course.y) < radiusMm) hu[at] = 45;
  }
  return { grid, hu };
}

const find = (ct: CtImage): Aorta => findAorta(ct, findCoarseLungs(ct));

/** Against it from the side: over a third of its wall is hidden on the slices in the middle. */
const beside = { centre: [62, 28, 0], radiusMm: 28 } as const;

test.each([
  ["alone", undefined],
  ["with a tumour against it", beside],
])("the aorta %s is followed through the chest", (_, tumour) => {
  const aorta = find(chestCt({ aorta: true, tumour }));
  expect(aorta.discs.length).toBeGreaterThan(0.8 * slices);
  aorta.discs.forEach(({ i, j, radiusMm: mm }, index) => {
    const { x, y } = middleOf(grid.origin[2] + spacing[2] * (aorta.firstSlice + index));
    const away = [grid.origin[0] + spacing[0] * i - x, grid.origin[1] + spacing[1] * j - y];
    expect(Math.hypot(away[0], away[1])).toBeLessThan(2.5);
    expect(Math.abs(mm - radiusMm)).toBeLessThan(2);
  });
});

test("none is made of the spinal canal, the heart or a tumour where the chest has none", () => {
  expect(find(chestCt({ aorta: false }))).toBe(noAorta);
  expect(find(chestCt({ aorta: false, tumour: { centre: [50, 35, 0], radiusMm: 20 } }))).toBe(noAorta);
});

test("none is looked for in half of a chest, and none where the CT shows no lungs", () => {
  const half = createGrid([width / 2 - 10, height, slices], spacing, grid.origin);
  const { hu } = chestCt({ aorta: true });
  const left = new Int16Array(half.size[0] * height * slices);
  const first = width - half.size[0];
  for (let row = 0; row < height * slices; row++)
    left.set(hu.subarray(row * width + first, (row + 1) * width), row * half.size[0]);
  expect(find({ grid: half, hu: left })).toBe(noAorta);
  expect(findAorta({ grid, hu }, undefined)).toBe(noAorta);
});

test("a box of the CT has the same voxels in the aorta as the whole", () => {
  const aorta: Aorta = {
    firstSlice: 20,
    discs: [
      { i: 70.3, j: 60.8, radiusMm: 12.5 },
      { i: 71, j: 61, radiusMm: 13 },
    ],
  };
  const whole = emptyMask(grid);
  fillAorta(aorta, whole, 1);
  const expected = maskWhere(grid, (at) => {
    const disc = discOn(aorta, Math.floor(at / (width * height)));
    const [i, j] = [at % width, Math.floor(at / width) % height];
    return (
      disc !== undefined && Math.hypot((i - disc.i) * spacing[0], (j - disc.j) * spacing[1]) <= disc.radiusMm
    );
  });
  expect(countVoxels(whole)).toBeGreaterThan(150);
  expect(sameVoxels(whole, expected)).toBe(true);
  const corner: Vector3 = [68, 50, 21];
  const box = { from: corner, to: [88, 80, 26] } as const;
  const part = cropMask(emptyMask(grid), box);
  fillAorta(aorta, { ...part, corner }, 1);
  expect(countVoxels(part)).toBeGreaterThan(50);
  expect(sameVoxels(part, cropMask(whole, box))).toBe(true);
});
