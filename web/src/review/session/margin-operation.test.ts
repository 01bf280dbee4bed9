import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { countVoxels, maskWhere } from "#geometry/mask.ts";
import { MarginLimits } from "./margin-operation.ts";

// A block of tissue with air round it, and a plate of bone across it at i = 40, beside a tumour at i = 30 to 37.
const grid = createGrid([80, 60, 24], [1, 1, 2], patientPoint(0, 0, 0));
const place = (at: number): readonly [number, number] => [at % 80, Math.floor(at / 80) % 60];
const hu = Int16Array.from({ length: 80 * 60 * 24 }, (_, at) => {
  const [i, j] = place(at);
  if (i < 10 || i >= 70 || j < 10 || j >= 50) return -1000;
  return i >= 40 && i < 44 ? 800 : 40;
});
const ct = { grid, hu };
const tumour = maskWhere(grid, (at) => {
  const [i, j] = place(at);
  const k = Math.floor(at / (80 * 60));
  return i >= 30 && i < 38 && j >= 12 && j < 20 && k >= 10 && k < 14;
});
const margin = (limits: { trimToBody: boolean; boneIsBarrier: boolean }) =>
  ({ into: { name: "CTV", type: "CTV" }, from: "gtv", marginsMm: uniformMargin(10), ...limits }) as const;
const inside = (of: { data: Uint8Array }, what: (i: number, j: number) => boolean): number =>
  of.data.reduce((sum, value, at) => sum + (value === 1 && what(...place(at)) ? 1 : 0), 0);

test("bone stops a margin only if it is said to, the skin only if it is said to, in whatever order they are asked for", () => {
  const limits = new MarginLimits(ct);
  const free = limits.expand(tumour, margin({ trimToBody: false, boneIsBarrier: false }));
  const trimmed = limits.expand(tumour, margin({ trimToBody: true, boneIsBarrier: false }));
  const stopped = limits.expand(tumour, margin({ trimToBody: true, boneIsBarrier: true }));
  const onlyStopped = limits.expand(tumour, margin({ trimToBody: false, boneIsBarrier: true }));
  const behindBone = (i: number): boolean => i >= 44;
  const outOfBody = (_: number, j: number): boolean => j < 9;
  expect(inside(free, behindBone)).toBeGreaterThan(0);
  expect(inside(free, outOfBody)).toBeGreaterThan(0);
  expect(inside(trimmed, behindBone)).toBeGreaterThan(0);
  expect(inside(trimmed, outOfBody)).toBe(0);
  expect(inside(stopped, behindBone)).toBe(0);
  // Outside the body the way round the plate's end is open.
  expect(inside(onlyStopped, outOfBody)).toBeGreaterThan(0);
  expect(inside(onlyStopped, behindBone)).toBeLessThan(inside(free, behindBone));
  const again = (trimToBody: boolean): number =>
    countVoxels(limits.expand(tumour, margin({ trimToBody, boneIsBarrier: false })));
  expect([again(false), again(true)]).toEqual([countVoxels(free), countVoxels(trimmed)]);
});
