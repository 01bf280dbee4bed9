/** Freehand outlines, copied and cleared slices, holes, the largest region, the surest one and smoothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { applyPatch, countFlips, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { fillPolygons } from "#geometry/fill-polygons.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, maskSlice, maskWhere } from "#geometry/mask.ts";
import { runsOfRegion } from "#geometry/regions/connected-components.ts";
import { maskOfRuns } from "#geometry/regions/runs.ts";
import { traceBoundaries } from "#geometry/trace-boundaries.ts";
import { clearSlice, copySlice } from "./copy-slice.ts";
import { fillHoles } from "./fill-holes.ts";
import { fillOutline, fillWinding } from "./freehand.ts";
import { keepLargest } from "./keep-largest.ts";
import { planeSlice, planes } from "./plane.ts";
import { smooth } from "./smooth.ts";
import { surestOf, weighRegions } from "./surest-region.ts";

const [width, height, depth] = [50, 40, 7];
const grid = createGrid([width, height, depth], [0.9, 0.9, 5], patientPoint(0, 0, 0));
const body = (test: (i: number, j: number, k: number) => boolean): Mask =>
  maskWhere(grid, (at) =>
    test(at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))),
  );

function changed(mask: Mask, patch: MaskPatch): Mask {
  const copy = { grid: mask.grid, data: mask.data.slice() };
  applyPatch(copy, patch);
  return copy;
}

const coordinate = (most: number) => fc.double({ min: -4, max: most + 4, noNaN: true });

test("an outline that does not cross itself fills the voxels of the exact even-odd rule", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 30, noNaN: true }), { minLength: 3, maxLength: 20 }),
      fc.boolean(),
      (radii, clockwise) => {
        // A star round a point never crosses itself.
        const points = radii.flatMap((radius, index) => {
          const angle = ((clockwise ? 1 : -1) * 2 * Math.PI * index) / radii.length;
          return [20.3 + radius * Math.cos(angle), 18.7 + radius * Math.sin(angle)];
        });
        const expected = new Uint8Array(width * height);
        fillPolygons(expected, width, height, [Float64Array.from(points)]);
        expect(fillWinding(Float64Array.from(points), width, height)).toEqual(expected);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test("contours traced from a mask fill it again, in every plane", () => {
  const mask = body((i, j, k) => Math.hypot((i - 22) / 15, (j - 19) / 11, (k - 3) / 3) < 1);
  for (const plane of planes) {
    const index = { axial: 3, coronal: 19, sagittal: 22 }[plane];
    const slice = planeSlice(mask, plane, index);
    const [w, h] = { axial: [width, height], coronal: [width, depth], sagittal: [height, depth] }[plane];
    const [{ outer }] = traceBoundaries(slice, w, h);
    const patch = fillOutline(emptyMask(grid), { plane, index, outline: outer, value: 1 });
    expect(planeSlice(changed(emptyMask(grid), patch), plane, index)).toEqual(slice);
    expect(countFlips(patch)).toBe(slice.reduce((sum, value) => sum + value, 0));
  }
});

test("an outline gone round twice, or crossed into an eight, is filled whole", () => {
  const round = Array.from({ length: 60 }, (_, index) => [
    20 + 9.5 * Math.cos((4 * Math.PI * index) / 60),
    20 + 9.5 * Math.sin((4 * Math.PI * index) / 60),
  ]);
  expect(fillWinding(Float64Array.from(round.flat()), width, height)[20 * width + 20]).toBe(1);
  const eight = fillWinding(Float64Array.of(5, 5, 25, 25, 25, 5, 5, 25), width, height);
  expect([eight[15 * width + 7], eight[15 * width + 23], eight[7 * width + 15]]).toEqual([1, 1, 0]);
});

test("an outline added and the same taken away leaves what was there without its inside", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...planes),
      fc.nat(6),
      fc.array(fc.tuple(coordinate(50), coordinate(40)), { minLength: 3, maxLength: 12 }),
      (plane, index, points) => {
        const outline = Float64Array.from(points.flat());
        const start = body((i, j) => (i + j) % 3 === 0);
        const added = changed(start, fillOutline(start, { plane, index, outline, value: 1 }));
        const removed = changed(added, fillOutline(added, { plane, index, outline, value: 0 }));
        expect(removed.data).toEqual(
          changed(start, fillOutline(start, { plane, index, outline, value: 0 })).data,
        );
        const alone = changed(
          emptyMask(grid),
          fillOutline(emptyMask(grid), { plane, index, outline, value: 1 }),
        );
        for (let at = 0; at < start.data.length; at++)
          if (added.data[at] !== (start.data[at] | alone.data[at])) expect.unreachable("not the union");
      },
    ),
    { numRuns: 100, seed: 2 },
  );
});

test("a line and a slice beside the grid fill nothing", () => {
  const outline = Float64Array.of(1, 1, 9, 9);
  expect(fillOutline(emptyMask(grid), { plane: "axial", index: 2, outline, value: 1 })).toEqual([]);
  const square = Float64Array.of(1, 1, 9, 1, 9, 9, 1, 9);
  expect(fillOutline(emptyMask(grid), { plane: "axial", index: 7, outline: square, value: 1 })).toEqual([]);
});

test("a copied slice is the other one, a cleared slice is empty, and no other slice changes", () => {
  const mask = body((i, j, k) => (i * 7 + j * 3 + k) % 5 === 0);
  const copied = changed(mask, copySlice(mask, 2, 5));
  expect(maskSlice(copied, 5)).toEqual(maskSlice(mask, 2));
  expect(copySlice(mask, 2, 5).map(({ k }) => k)).toEqual([5]);
  const cleared = changed(mask, clearSlice(mask, 4));
  expect(maskSlice(cleared, 4).includes(1)).toBe(false);
  expect(countVoxels(mask) - countVoxels(cleared)).toBe(maskSlice(mask, 4).reduce((a, b) => a + b, 0));
  expect([...copySlice(mask, 2, 7), ...copySlice(mask, -1, 2), ...clearSlice(mask, 7)]).toEqual([]);
});

test("holes are filled in their slice, bays that lead outside are not", () => {
  const ring = (i: number, j: number): boolean => Math.abs(Math.hypot(i - 20, j - 20) - 10) < 3;
  const mask = body((i, j, k) => (k === 2 || k === 4) && ring(i, j) && !(k === 4 && i > 20 && j === 20));
  const disc = body((i, j, k) => k === 2 && Math.hypot(i - 20, j - 20) < 13);
  const filled = changed(mask, fillHoles(mask));
  expect(maskSlice(filled, 2)).toEqual(maskSlice(disc, 2));
  expect(maskSlice(filled, 4)).toEqual(maskSlice(mask, 4));
  expect(fillHoles(mask, [3, 4])).toEqual([]);
  expect(fillHoles(emptyMask(grid))).toEqual([]);
});

test("the largest region stays", () => {
  const large = body((i, j, k) => i < 10 && j < 10 && k < 3);
  const both = body((i, j, k) => (i < 10 && j < 10 && k < 3) || (i > 44 && j > 34 && k > 1));
  both.data[15] = 1;
  expect(changed(both, keepLargest(both)).data).toEqual(large.data);
  expect(keepLargest(large)).toEqual([]);
  expect(keepLargest(emptyMask(grid))).toEqual([]);
});

test("a confidence of three hundred thousand specks has a surest one", () => {
  const size = [1000, 600, 1] as const;
  const data = new Uint8Array(600_000);
  for (let at = 0; at < data.length; at++)
    if (((at % 1000) + Math.floor(at / 1000)) % 2 === 0) data[at] = 130;
  data[2002] = 200;
  const weighed = weighRegions({ grid: { ...grid, size }, data }, 128, () => undefined);
  expect(weighed.regions.count).toBe(300_000);
  expect(
    maskOfRuns({ ...grid, size }, runsOfRegion(weighed.regions, surestOf(weighed))).data.indexOf(1),
  ).toBe(2002);
});

test("a lower level takes in more, and the surest region is the one with most confidence above it", () => {
  // A small certain region and a large doubtful one.
  const data = new Uint8Array(width * height * depth);
  const small = body((i, j, k) => i < 5 && j < 5 && k === 1);
  const large = body((i, j, k) => i > 20 && i < 31 && j < 10 && k === 1);
  for (let at = 0; at < data.length; at++) data[at] = small.data[at] * 250 + large.data[at] * 130;
  const at = (level: number) => {
    const weighed = weighRegions({ grid, data }, level, () => undefined);
    return {
      mask: maskOfRuns(grid, runsOfRegion(weighed.regions, surestOf(weighed))),
      count: weighed.regions.count,
    };
  };
  expect(at(128)).toEqual({ mask: small, count: 2 });
  // 25 voxels of (231/236)^4 against 330 of (111/236)^4 at level 20; the doubtful ones are more than certainty's worth at 1.
  expect(at(20).mask.data).toEqual(small.data);
  expect(at(131)).toEqual({ mask: small, count: 1 });
  expect(countVoxels(at(251).mask)).toBe(0);
});

const lumpy = fc
  .array(fc.record({ x: fc.nat(49), y: fc.nat(39), r: fc.integer({ min: 5, max: 14 }), k: fc.nat(6) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((balls) =>
    body((i, j, k) => balls.some((ball) => Math.hypot(i - ball.x, j - ball.y, 5 * (k - ball.k)) < ball.r)),
  );

test("smoothing keeps each slice's area, or the volume, within 2 %", () => {
  fc.assert(
    fc.property(lumpy, fc.constantFrom(2, 4, 8), (mask, radiusMm) => {
      const slices = changed(mask, smooth(mask, { radiusMm, within: "slice" }));
      for (let k = 0; k < depth; k++) {
        const [before, after] = [mask, slices].map((m) => maskSlice(m, k).reduce((a, b) => a + b, 0));
        // Ties of a symmetric shape come eight at a time.
        expect(Math.abs(after - before)).toBeLessThanOrEqual(Math.max(4, 0.02 * before));
      }
      const volume = countVoxels(changed(mask, smooth(mask, { radiusMm, within: "volume" })));
      expect(Math.abs(volume / countVoxels(mask) - 1)).toBeLessThan(0.02);
    }),
    { numRuns: 40, seed: 9 },
  );
});

test("a spike and a notch of 2 mm go, a disc of 25 mm hardly changes", () => {
  const disc = body((i, j, k) => k === 3 && Math.hypot(i - 22, j - 20) < 14);
  const rough = body(
    (i, j, k) =>
      k === 3 && (Math.hypot(i - 22, j - 20) < 14 || (i > 20 && i < 44 && j === 20)) && !(j === 21 && i < 18),
  );
  const result = changed(rough, smooth(rough, { radiusMm: 5, within: "slice" }));
  const different = result.data.filter((value, at) => value !== disc.data[at]).length;
  expect(different).toBeLessThan(0.04 * countVoxels(disc));
  expect(countFlips(smooth(disc, { radiusMm: 5, within: "slice" }))).toBeLessThan(0.02 * countVoxels(disc));
  expect(smooth(rough, { radiusMm: 5, within: "slice", slices: [2] })).toEqual([]);
});

test("a slice that sticks out of a stack is drawn in by smoothing across slices", () => {
  const mask = body((i, j, k) => k > 0 && k < 6 && Math.hypot(i - 24, j - 20) < (k === 3 ? 17 : 12));
  const result = changed(mask, smooth(mask, { radiusMm: 12, within: "volume" }));
  expect(result.data[24 + 16 + width * (20 + height * 3)]).toBe(0);
  expect(smooth(emptyMask(grid), { radiusMm: 5, within: "volume" })).toEqual([]);
});

test("a contour at the edge of the image does not draw back from it", () => {
  const mask = body((i, _j, k) => k > 1 && k < 5 && i < 12);
  expect(smooth(mask, { radiusMm: 5, within: "slice" })).toEqual([]);
});
