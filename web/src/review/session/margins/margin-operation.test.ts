import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { fingerprintOf, fingerprintText } from "#editing/patch/mask-fingerprint.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import { patchToBox } from "#editing/tools/between-masks.ts";
import { boundingBox } from "#geometry/crop.ts";
import { createGrid } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { countVoxels, emptyMask, type Mask, maskWhere, sameVoxels } from "#geometry/mask.ts";
import { type MarginOptions, type MarginSource, makeMargin, planMargin } from "./margin-operation.ts";

// A block of tissue with air round it, and a plate of bone across it at i = 40, beside a tumour at i = 30 to 37.
const grid = createGrid([80, 60, 24], [1, 1, 2], patientPoint(0, 0, 0));
const place = (at: number): readonly [number, number] => [at % 80, Math.floor(at / 80) % 60];
const hu = Int16Array.from({ length: 80 * 60 * 24 }, (_, at) => {
  const [i, j] = place(at);
  if (i < 10 || i >= 70 || j < 10 || j >= 50) return -1000;
  return i >= 40 && i < 44 ? 800 : 40;
});
const limits = { body: bodyMask({ grid, hu }), bone: boneMask({ grid, hu }) };
const tumour = maskWhere(grid, (at) => {
  const [i, j] = place(at);
  const k = Math.floor(at / (80 * 60));
  return i >= 30 && i < 38 && j >= 12 && j < 20 && k >= 10 && k < 14;
});
const gtv = source(tumour);
const margin = (limits: { trimToBody: boolean; boneIsBarrier: boolean }): MarginOptions => ({
  into: { name: "CTV", type: "CTV" },
  sources: ["gtv"],
  marginsMm: uniformMargin(10),
  barriers: [],
  ...limits,
});
const of =
  (structures: Readonly<Record<string, MarginSource>>) =>
  (id: string): MarginSource =>
    structures[id];
/** In the whole CT, and what is recorded of it. */
const expand = (options: MarginOptions, structure: (id: string) => MarginSource) => {
  const { question, finish } = planMargin(options, structure, grid, limits);
  const expanded = finish(makeMargin(question));
  const mask = emptyMask(grid);
  applyPatch(mask, patchToBox(mask, undefined, expanded));
  return { mask, derivation: { ...expanded.derivation, made: source(mask).fingerprint } };
};
const inside = (of: { data: Uint8Array }, predicate: (i: number, j: number) => boolean): number =>
  of.data.reduce((sum, value, at) => sum + (value === 1 && predicate(...place(at)) ? 1 : 0), 0);

test("bone stops a margin only if it is said to, the skin only if it is said to, in whatever order they are asked for", () => {
  const free = expand(margin({ trimToBody: false, boneIsBarrier: false }), of({ gtv })).mask;
  const trimmed = expand(margin({ trimToBody: true, boneIsBarrier: false }), of({ gtv })).mask;
  const stopped = expand(margin({ trimToBody: true, boneIsBarrier: true }), of({ gtv })).mask;
  const onlyStopped = expand(margin({ trimToBody: false, boneIsBarrier: true }), of({ gtv })).mask;
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
    countVoxels(expand(margin({ trimToBody, boneIsBarrier: false }), of({ gtv })).mask);
  expect([again(false), again(true)]).toEqual([countVoxels(free), countVoxels(trimmed)]);
});

test("a PTV follows from the GTV where the CTV does, stays in the body, and heeds no bone", () => {
  const ctv = (boneIsBarrier: boolean): MarginSource => {
    const options = { ...margin({ trimToBody: true, boneIsBarrier }), marginsMm: uniformMargin(6) };
    const { mask, derivation } = expand(options, of({ gtv }));
    return { ...source(mask), derivation: { ...derivation, madeAt: "2026-01-01T00:00:00.000Z" } };
  };
  const ptv = (from: MarginSource) =>
    expand(
      {
        into: { name: "PTV", type: "PTV" },
        sources: ["ctv"],
        marginsMm: uniformMargin(5),
        trimToBody: true,
        boneIsBarrier: true,
        barriers: ["gtv"],
      },
      of({ ctv: from, gtv }),
    );
  const { mask: whole, derivation } = ptv(ctv(false));
  expect(derivation).toMatchObject({
    sources: [{ structureId: "ctv" }],
    origin: { sources: [{ structureId: "gtv", fingerprint: gtv.fingerprint }], marginsMm: uniformMargin(6) },
    made: fingerprintText(fingerprintOf(whole)),
    boneIsBarrier: false,
    barriers: [],
  });
  const free = expandMargin(tumour, uniformMargin(11));
  expect(inside(whole, (_, j) => j < 9)).toBe(0);
  expect(inside(whole, (_, j) => j >= 10)).toBe(inside(free, (_, j) => j >= 10));
  // The CTV that bone stopped begins to grow at the bone.
  const cut = ptv(ctv(true));
  expect(cut.derivation.origin).toBeNull();
  expect(inside(cut.mask, (i) => i >= 44)).toBeLessThan(inside(whole, (i) => i >= 44));
  // So does one whose making is not known, or that does not follow it.
  expect(ptv(source(ctv(false).mask)).derivation.origin).toBeNull();
});

test("the CTV of two GTVs is the margin of their union, voxel by voxel, with the same sides", () => {
  const node = maskWhere(grid, (at) => {
    const [i, j] = place(at);
    const k = Math.floor(at / (80 * 60));
    return i >= 22 && i < 26 && j >= 26 && j < 30 && k >= 12 && k < 17;
  });
  const marginsMm = { anterior: 3, posterior: 7, left: 6, right: 4, superior: 8, inferior: 5 };
  const options = {
    ...margin({ trimToBody: false, boneIsBarrier: false }),
    sources: ["gtv", "node"],
    marginsMm,
  };
  const { mask, derivation } = expand(options, of({ gtv, node: source(node) }));
  const union = maskWhere(grid, (at) => tumour.data[at] === 1 || node.data[at] === 1);
  expect(sameVoxels(mask, expandMargin(union, marginsMm))).toBe(true);
  // The second GTV adds to it: the first one's margin alone is less.
  expect(countVoxels(mask)).toBeGreaterThan(countVoxels(expandMargin(tumour, marginsMm)));
  expect(derivation.sources.map(({ structureId }) => structureId)).toEqual(["gtv", "node"]);
  expect(derivation.marginsMm).toEqual(marginsMm);
});

test("cut to a box it is what it is on the whole CT, at the CT's edges too, and nothing is nothing", () => {
  const [from, reach] = [fingerprintOf(tumour), 10];
  const edge = maskWhere(grid, (at) => place(at)[0] >= 66 && at < 80 * 60 * 2);
  for (const mask of [tumour, edge, maskWhere(grid, () => false)]) {
    const whole = expandMargin(mask, uniformMargin(reach), { within: limits.body, barriers: limits.bone });
    const cut = expand(margin({ trimToBody: true, boneIsBarrier: true }), of({ gtv: source(mask) }));
    expect(sameVoxels(cut.mask, whole)).toBe(true);
  }
  expect(fingerprintOf(tumour)).toEqual(from);
});

test("a body that the image does not show trims nothing in silence: it is refused", () => {
  const options = margin({ trimToBody: true, boneIsBarrier: false });
  expect(() => planMargin(options, of({ gtv }), grid, { body: undefined, bone: undefined })).toThrow(
    /No body is seen in this CT for CTV to be trimmed to/,
  );
});

test("a structure that is a barrier stops a margin as bone does", () => {
  const plate = maskWhere(grid, (at) => place(at)[0] === 27);
  const options = { ...margin({ trimToBody: false, boneIsBarrier: false }), barriers: ["heart"] };
  const { mask, derivation } = expand(options, of({ gtv, heart: source(plate) }));
  expect(inside(mask, (i) => i <= 27)).toBe(0);
  expect(inside(mask, (i) => i === 28)).toBeGreaterThan(0);
  expect(derivation.barriers).toEqual([{ structureId: "heart", fingerprint: source(plate).fingerprint }]);
});

function source(mask: Mask): MarginSource {
  return {
    mask,
    box: () => boundingBox(mask),
    fingerprint: fingerprintText(fingerprintOf(mask)),
    derivation: null,
  };
}
