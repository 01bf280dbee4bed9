/** What is seen of a contour: fractions that follow from blocks put there by hand. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { contourFeatures } from "./contour-features.ts";

const grid = createGrid([30, 20, 6], [1, 1, 3], patientPoint(0, 0, 0));
const area = 30 * 20;

/** `level` in columns 10 to 10 + width - 1, rows 5 to 14 of slices 2 and 3; `outside` elsewhere. */
function block(level: number, width = 10, outside = 0) {
  const data = new Uint8Array(6 * area).fill(outside);
  for (const k of [2, 3]) {
    for (let j = 5; j < 15; j++) data.fill(level, k * area + j * 30 + 10, k * area + j * 30 + 10 + width);
  }
  return { grid, data };
}

function contourOf(confidence: ReturnType<typeof block>) {
  const mask = maskWhere(grid, (at) => confidence.data[at] >= 128);
  return { confidence, mask, hu: new Int16Array(6 * area).fill(-850) };
}

test("a contour of which the model is certain, with nothing beside it, has 1 in everything but continuity", () => {
  const confidence = block(255);
  const seen = { ...contourOf(confidence), views: [confidence, confidence] as const };
  // Moved by one slice, 100 of twice 200 voxels meet: between the two slices; the ends meet empty slices.
  expect(contourFeatures(seen)).toEqual({
    contour: { overlap: 1, certainty: 1, stability: 1, agreement: 1, share: 1, continuity: 0.5, lung: 1 },
    slices: [undefined, undefined, expect.anything(), expect.anything(), undefined, undefined],
    inLungs: undefined,
    cutOffAt: [],
  });
});

test("it is cut off at a slice where the CT ends and it is broad, a quarter of its widest slice or more", () => {
  const cutOff = (rows: readonly number[]) => {
    const data = new Uint8Array(6 * area);
    for (const [k, count] of rows.entries()) data.fill(255, k * area + 200, k * area + 200 + count);
    return contourFeatures(contourOf({ grid, data }))?.cutOffAt;
  };
  expect(cutOff([0, 40, 40, 40, 40, 0])).toEqual([]);
  expect(cutOff([9, 40, 40, 40, 40, 0])).toEqual([]);
  expect(cutOff([10, 40, 40, 0, 0, 0])).toEqual(["lowest"]);
  expect(cutOff([0, 0, 0, 0, 20, 40])).toEqual(["highest"]);
  expect(cutOff([40, 40, 40, 40, 40, 40])).toEqual(["lowest", "highest"]);
});

test("its place in the lungs: what part of its lower surface has lung below, and how high its centre lies", () => {
  const seen = contourOf(block(255));
  const lungTo = (columns: number) => {
    const labels = new Uint8Array(6 * area);
    for (let j = 0; j < 20; j++) {
      labels.fill(1, j * 30, j * 30 + columns);
      // Lung up to slice 5; where a slice has none, nothing in it has lung beside or below.
      for (const k of [2, 5]) labels.fill(1, k * area + j * 30, k * area + j * 30 + 5);
    }
    return { grid, labels, factor: 1 };
  };
  const of = (columns: number) => contourFeatures({ ...seen, lungs: lungTo(columns) })?.inLungs;
  expect(of(15)).toEqual({ support: 0.5, height: 2.5 / 5 });
  expect(of(10)).toEqual({ support: 0, height: 2.5 / 5 });
  // Lungs from slice 2 on.
  expect(of(0)).toEqual({ support: 0, height: 0.5 / 3 });
  expect(contourFeatures(seen)?.inLungs).toBeUndefined();
});

test("an empty contour has no features", () => {
  expect(contourFeatures(contourOf(block(100)))).toBeUndefined();
});

test("sureness outside the contour takes from the overlap and, between 1/4 and 3/4, from the stability", () => {
  const data = block(255).data.slice();
  // As many voxels at 102 of 255 (2/5) in the neighbourhood as there are inside.
  for (const k of [1, 4]) {
    for (let j = 5; j < 15; j++) data.fill(102, k * area + j * 30 + 10, k * area + j * 30 + 20);
  }
  const features = contourFeatures(contourOf({ grid, data }))?.contour;
  expect(features?.overlap).toBeCloseTo(400 / (200 + 200 + 80), 10);
  expect(features?.stability).toBeCloseTo(400 / (200 + 400), 10);
  expect(features?.certainty).toBe(1);
});

test("the agreement of the views is the DSC of what they find; without views there is none", () => {
  const [plain, mirrored] = [block(255), block(255, 5)];
  const seen = { ...contourOf(plain), views: [plain, mirrored] as const };
  expect(contourFeatures(seen)?.contour.agreement).toBeCloseTo((2 * 100) / (200 + 100), 10);
  expect(contourFeatures(seen)?.slices[2]?.agreement).toBeCloseTo((2 * 50) / (100 + 50), 10);
  expect(contourFeatures(contourOf(plain))?.contour.agreement).toBeUndefined();
});

test("what clean-up left out takes from the share by its sureness, wherever it lies", () => {
  const confidence = block(255);
  const mask = maskWhere(grid, (at) => confidence.data[at] >= 128 && Math.floor(at / area) === 2);
  expect(contourFeatures({ ...contourOf(confidence), mask })?.contour.share).toBe(0.5);
});

test("lung is what lies 3 mm outside, in the slice: half of it where the contour leans on a wall", () => {
  const seen = contourOf(block(255));
  // All rows below the block's middle are soft tissue: of each column's rim one end, of the rows' rims half of them.
  const hu = seen.hu.map((value, at) => (Math.floor(at / 30) % 20 < 10 ? value : 40));
  expect(contourFeatures({ ...seen, hu })?.contour.lung).toBe(0.5);
  expect(contourFeatures({ ...seen, hu })?.slices[3]?.lung).toBe(0.5);
  // Lung above and below it in other slices does not count.
  const ends = seen.hu.map((_, at) =>
    Math.floor(at / area) === 2 || Math.floor(at / area) === 3 ? 40 : -850,
  );
  expect(contourFeatures({ ...seen, hu: ends })?.contour.lung).toBe(0);
});

test("every feature lies from 0 to 1, for the contour and for each slice, whatever the confidence", () => {
  const bytes = fc.uint8Array({ minLength: 216, maxLength: 216 });
  const small = createGrid([6, 6, 6], [1, 1, 3], patientPoint(0, 0, 0));
  fc.assert(
    fc.property(bytes, bytes, bytes, (mean, first, second) => {
      const [confidence, a, b] = [mean, first, second].map((data) => ({ grid: small, data }));
      const mask = maskWhere(small, (at) => first[at] > 200);
      const features = contourFeatures({
        confidence,
        mask,
        views: [a, b],
        hu: Int16Array.from(second, (byte) => -4 * byte),
      });
      const all = [features?.contour, ...(features?.slices ?? [])].flatMap((group) =>
        Object.values(group ?? {}),
      );
      for (const value of all) expect(value).toBeGreaterThanOrEqual(0);
      for (const value of all) expect(value).toBeLessThanOrEqual(1);
    }),
  );
});
