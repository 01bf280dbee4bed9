/**
 * Regions from a box: balls in lung with noise, free and against a wall, and tumours of phantoms, whose shape was
 * drawn independently. The phantoms here are not those on which the weights were chosen.
 */
import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { generatePatient } from "#phantom/generate.ts";
import { type Region, regionPatch, segmentInBox } from "./segment-region.ts";

function dsc(mask: Mask, region: Region): number {
  const regionMask = emptyMask(mask.grid);
  applyPatch(regionMask, regionPatch(regionMask, region, "add"));
  let both = 0;
  for (let at = 0; at < regionMask.data.length; at++) both += regionMask.data[at] & mask.data[at];
  return (2 * both) / (countVoxels(regionMask) + countVoxels(mask));
}

/** The mask's box with some millimetres more on each side, as a person draws it. */
function roundBox(mask: Mask, moreMm: number): Box {
  const box = boundingBox(mask) ?? { from: [0, 0, 0], to: [0, 0, 0] };
  const [a, b, c] = mask.grid.spacingMm.map((mm) => Math.ceil(moreMm / mm));
  const { from, to } = box;
  return { from: [from[0] - a, from[1] - b, from[2] - c], to: [to[0] + a, to[1] + b, to[2] + c] };
}

/** A ball of tumour in noisy lung; soft tissue from `wallMm` behind its middle on. */
function ballInLung(spacing: Vector3, radiusMm: number, wallMm: number): CtImage & { readonly tumour: Mask } {
  const [a, b, c] = spacing.map((mm) => Math.round(100 / mm));
  const grid = createGrid([a, b, c], spacing, patientPoint(0, 0, 0));
  const random = createRandom(`ball ${radiusMm} ${wallMm}`);
  const hu = new Int16Array(a * b * c);
  const tumour = maskWhere(grid, (at) => {
    const [x, y, z] = [at % a, Math.floor(at / a) % b, Math.floor(at / (a * b))];
    const fromMiddle = [x * spacing[0] - 50.3, y * spacing[1] - 49.2, z * spacing[2] - 51];
    const inBall = Math.hypot(...fromMiddle) < radiusMm;
    hu[at] = (inBall || fromMiddle[1] > wallMm ? 40 : -850) + random.normal(0, 25);
    return inBall && fromMiddle[1] <= wallMm;
  });
  return { grid, hu, tumour };
}

test.each<[string, Vector3, number, number]>([
  ["2 cm, free", [0.9, 0.9, 5], 10, 99],
  ["2 cm, free, thin slices", [1, 1, 1], 10, 99],
  ["1.2 cm, free", [0.9, 0.9, 5], 6, 99],
  ["2 cm, against the wall", [0.9, 0.9, 5], 10, 7],
  ["3 cm, against the wall, 3 mm slices", [1, 1, 3], 15, 11],
])("a ball in lung, %s, by a box: DSC above 0.9", (_, spacing, radius, wall) => {
  const ct = ballInLung(spacing, radius, wall);
  expect(dsc(ct.tumour, segmentInBox(ct, null, roundBox(ct.tumour, 5)))).toBeGreaterThan(0.9);
});

test.each([
  ["a nodule of 2 cm", "none", 4.2, 0.88],
  ["20 cc, free", "none", 20, 0.88],
  ["60 cc against the chest wall", "chest-wall", 60, 0.88],
  ["40 cc against the mediastinum", "mediastinum", 40, 0.88],
] as const)("in phantoms: %s", (_, contact, volumeCc, least) => {
  const tumourPlan = { lobe: "right-upper", contact, volumeCc } as const;
  const patient = generatePatient(createRandom("regions"), { size: 144, tumourPlan });
  const region = segmentInBox(patient, null, roundBox(patient.gtv, 5));
  expect(dsc(patient.gtv, region)).toBeGreaterThan(least);
});

test("nothing leaves the box, whatever is in it", () => {
  const ct = ballInLung([1, 1, 3], 15, 5);
  const box: Box = { from: [40, 40, 12], to: [62, 66, 22] };
  const region = segmentInBox(ct, null, box);
  const regionMask = emptyMask(ct.grid);
  applyPatch(regionMask, regionPatch(regionMask, region, "add"));
  const regionBox = boundingBox(regionMask);
  for (const axis of [0, 1, 2] as const) {
    expect(regionBox?.from[axis]).toBeGreaterThanOrEqual(box.from[axis]);
    expect(regionBox?.to[axis]).toBeLessThanOrEqual(box.to[axis]);
  }
  expect(countVoxels(regionMask)).toBeGreaterThan(0);
});

test("a box of lung finds nothing", () => {
  const ct = ballInLung([0.9, 0.9, 5], 10, 99);
  expect(segmentInBox(ct, null, { from: [2, 2, 2], to: [20, 20, 8] }).inside.includes(1)).toBe(false);
  expect(segmentInBox(ct, null, { from: [5, 5, 5], to: [5, 5, 5] }).inside.length).toBe(0);
});

test("confidence adds what the model is sure of, and says nothing where it found nothing", () => {
  const ct = ballInLung([0.9, 0.9, 5], 12, 4);
  const box = roundBox(ct.tumour, 4);
  const none = { data: new Uint8Array(ct.hu.length) };
  expect(segmentInBox(ct, none, box)).toEqual(segmentInBox(ct, null, box));
  const sure = { data: ct.tumour.data.map((value) => 250 * value) };
  expect(dsc(ct.tumour, segmentInBox(ct, sure, box))).toBeGreaterThanOrEqual(
    dsc(ct.tumour, segmentInBox(ct, null, box)) - 0.01,
  );
});

test("a region replaces what was in its box, or is added to it, and leaves the rest", () => {
  const grid = createGrid([6, 5, 4], [1, 1, 1], patientPoint(0, 0, 0));
  const mask = maskWhere(grid, (at) => at % 3 === 0);
  const box: Box = { from: [1, 1, 1], to: [3, 3, 2] };
  const region: Region = { box, inside: Uint8Array.of(1, 0, 0, 1) };
  const inBox = (data: Uint8Array): number[] =>
    [1, 2].flatMap((j) => [1, 2].map((i) => data[i + 6 * (j + 5 * 1)]));
  const before = inBox(mask.data);
  const [replaced, added] = (["replace", "add"] as const).map((how) => {
    const copy = { grid, data: mask.data.slice() };
    applyPatch(copy, regionPatch(mask, region, how));
    return copy;
  });
  expect(inBox(replaced.data)).toEqual([1, 0, 0, 1]);
  expect(inBox(added.data)).toEqual([1, before[1], before[2], 1]);
  const changed = replaced.data.filter((value, at) => value !== mask.data[at]).length;
  expect(changed).toBe(inBox(replaced.data).filter((value, at) => value !== before[at]).length);
});
