/** What becomes of a contour when a region is found at a click: added to it, or in place of the part that is clicked. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { cutAt, reachOf } from "./region-reach.ts";
import type { Region } from "./segment-region.ts";
import { addRegion, replaceParts } from "./smooth-region.ts";

const size = [60, 40, 12] as const;
const grid = createGrid(size, [2, 2, 3], patientPoint(0, 0, 0));

function ball(i: number, j: number, k: number, radiusMm: number): Mask {
  return maskWhere(grid, (at) => {
    const [x, y, z] = [at % 60, Math.floor(at / 60) % 40, Math.floor(at / 2400)];
    return Math.hypot(2 * (x - i), 2 * (y - j), 3 * (z - k)) <= radiusMm;
  });
}

/** What is inside a ball, cut to a box: as a search in that box finds it. */
function regionOf(mask: Mask, from: Region["box"]["from"], to: Region["box"]["to"]): Region {
  const inside: number[] = [];
  for (let k = from[2]; k < to[2]; k++)
    for (let j = from[1]; j < to[1]; j++)
      for (let i = from[0]; i < to[0]; i++) inside.push(mask.data[i + 60 * (j + 40 * k)]);
  return { box: { from, to }, inside: Uint8Array.from(inside) };
}

const tumour = ball(20, 20, 6, 16);
const node = ball(50, 20, 6, 5);
const both = maskWhere(grid, (at) => tumour.data[at] === 1 || node.data[at] === 1);
const smaller = regionOf(ball(20, 20, 6, 9), [13, 13, 2], [27, 27, 11]);

function after(patch: (mask: Mask) => MaskPatch): Mask {
  const mask = { grid, data: both.data.slice() };
  applyPatch(mask, patch(mask));
  return mask;
}

test("a smaller region found inside a contour takes nothing of it away when it is added", () => {
  expect(after((mask) => addRegion(mask, smaller)).data).toEqual(both.data);
});

test("what is added beside a contour leaves all of it as it was", () => {
  const beside = regionOf(ball(38, 20, 6, 9), [30, 12, 2], [46, 28, 11]);
  const { data } = after((mask) => addRegion(mask, beside));
  expect(data.some((value, at) => both.data[at] === 1 && value === 0)).toBe(false);
  expect(data[38 + 60 * (20 + 40 * 6)]).toBe(1);
});

test("in place of the clicked part the region stands alone there: no rim is left outside its box, other parts stay", () => {
  const { data } = after((mask) => replaceParts(mask, smaller, [20, 20, 6]));
  const left = maskWhere(grid, (at) => data[at] === 1 && node.data[at] === 0);
  const reach = reachOf({ box: { from: [0, 0, 0], to: size }, inside: left.data }, grid);
  expect(reach?.from.every((place, axis) => place >= smaller.box.from[axis])).toBe(true);
  expect(reach?.to.every((place, axis) => place <= smaller.box.to[axis])).toBe(true);
  expect(node.data.every((value, at) => value === 0 || data[at] === 1)).toBe(true);
});

test("a click beside every part replaces none; a click at which nothing was found changes nothing", () => {
  const beside = regionOf(ball(38, 32, 6, 6), [30, 26, 2], [46, 39, 11]);
  const { data } = after((mask) => replaceParts(mask, beside, [38, 32, 6]));
  expect(both.data.every((value, at) => value === 0 || data[at] === 1)).toBe(true);
  const nothing: Region = { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside: new Uint8Array(0) };
  expect(after((mask) => replaceParts(mask, nothing, [20, 20, 6])).data).toEqual(both.data);
  expect(after((mask) => addRegion(mask, nothing)).data).toEqual(both.data);
});

test("a region tells at which faces of its box it was cut off, and the CT's own ends are none", () => {
  const whole = regionOf(tumour, [5, 5, 0], [36, 36, 12]);
  expect(cutAt(whole, grid).flatMap(({ first, last }) => [first, last])).not.toContain(true);
  const cut = regionOf(tumour, [18, 5, 0], [36, 36, 9]);
  expect(cutAt(cut, grid)).toEqual([
    { first: true, last: false },
    { first: false, last: false },
    { first: false, last: true },
  ]);
});
