import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { countVoxels, type Mask, maskWhere } from "#geometry/mask.ts";
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
const gtv = (): { name: string; mask: Mask } => ({ name: "GTV-1", mask: tumour });
const inside = (of: { data: Uint8Array }, what: (i: number, j: number) => boolean): number =>
  of.data.reduce((sum, value, at) => sum + (value === 1 && what(...place(at)) ? 1 : 0), 0);

test("bone stops a margin only if it is said to, the skin only if it is said to, in whatever order they are asked for", () => {
  const limits = new MarginLimits(ct);
  const free = limits.expand(margin({ trimToBody: false, boneIsBarrier: false }), gtv).mask;
  const trimmed = limits.expand(margin({ trimToBody: true, boneIsBarrier: false }), gtv).mask;
  const stopped = limits.expand(margin({ trimToBody: true, boneIsBarrier: true }), gtv).mask;
  const onlyStopped = limits.expand(margin({ trimToBody: false, boneIsBarrier: true }), gtv).mask;
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
    countVoxels(limits.expand(margin({ trimToBody, boneIsBarrier: false }), gtv).mask);
  expect([again(false), again(true)]).toEqual([countVoxels(free), countVoxels(trimmed)]);
});

test("a PTV follows from the GTV where the CTV does, stays in the body, and heeds no bone", () => {
  const limits = new MarginLimits(ct);
  const ctv = (boneIsBarrier: boolean): Mask =>
    limits.expand({ ...margin({ trimToBody: true, boneIsBarrier }), marginsMm: uniformMargin(6) }, gtv).mask;
  const ptv = (from: Mask) =>
    limits.expand(
      {
        into: { name: "PTV", type: "PTV" },
        from: "ctv",
        marginsMm: uniformMargin(5),
        trimToBody: true,
        origins: [{ from: "gtv", marginsMm: uniformMargin(6) }],
      },
      (id) => (id === "ctv" ? { name: "CTV", mask: from } : gtv()),
    );
  const { mask: whole, how } = ptv(ctv(false));
  expect(how).toBe("GTV-1 + 6 + 5 mm");
  const free = expandMargin(tumour, uniformMargin(11));
  expect(inside(whole, (_, j) => j < 9)).toBe(0);
  expect(inside(whole, (_, j) => j >= 10)).toBe(inside(free, (_, j) => j >= 10));
  // The CTV that bone stopped begins to grow at the bone.
  const cut = ptv(ctv(true));
  expect(cut.how).toBe("CTV + 5 mm, because the CTV was edited or cut short");
  expect(inside(cut.mask, (i) => i >= 44)).toBeLessThan(inside(whole, (i) => i >= 44));
});
