import fc from "fast-check";
import { expect, test } from "vitest";
import { largestElastic } from "#contract/augmentation-options.ts";
import { createRandom } from "#core/random.ts";
import { type AffineMap, compose, identityMap, inverse, mapPoint } from "#preprocess/affine-map.ts";
import { drawElasticField, elasticRows } from "./elastic-field.ts";
import { createWarp } from "./warp.ts";

const size = 32;
const number = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
/** Maps that turn, stretch, shear and shift, well away from collapsing the plane. */
const map: fc.Arbitrary<AffineMap> = fc.record({
  xx: number(0.5, 2),
  xy: number(-0.4, 0.4),
  x0: number(-20, 20),
  yx: number(-0.4, 0.4),
  yy: number(-2, -0.5),
  y0: number(-20, 40),
});
const image = fc.uint8Array({ minLength: size * size, maxLength: size * size });

test("the identity leaves every level and every voxel of a mask as it was", () => {
  fc.assert(
    fc.property(image, (levels) => {
      const warp = createWarp(identityMap, undefined, size);
      expect([...warp.image(levels, 9)]).toEqual([...levels]);
      expect(warp.mask(levels)).toEqual(levels);
    }),
    { numRuns: 20 },
  );
});

test("a flip reverses every row exactly, so that no level is gained or lost, and twice gives the image back", () => {
  const warp = createWarp({ ...identityMap, xx: -1, x0: size - 1 }, undefined, size);
  fc.assert(
    fc.property(image, (levels) => {
      const once = Uint8Array.from(warp.image(levels, 9));
      for (let y = 0; y < size; y++) {
        const row = (from: Uint8Array): Uint8Array => from.slice(y * size, (y + 1) * size);
        expect(row(once)).toEqual(row(levels).reverse());
      }
      expect(warp.mask(levels)).toEqual(once);
      expect([...warp.image(once, 9)]).toEqual([...levels]);
    }),
    { numRuns: 20 },
  );
});

test("a shift by whole pixels moves the levels unchanged and brings in air", () => {
  fc.assert(
    fc.property(
      image,
      fc.integer({ min: -40, max: 40 }),
      fc.integer({ min: -40, max: 40 }),
      (levels, dx, dy) => {
        const warp = createWarp({ ...identityMap, x0: dx, y0: dy }, undefined, size);
        const shifted = warp.image(levels, 55);
        const mask = warp.mask(levels);
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const inside = x + dx >= 0 && y + dy >= 0 && x + dx < size && y + dy < size;
            expect(shifted[y * size + x]).toBe(inside ? levels[(y + dy) * size + x + dx] : 55);
            expect(mask[y * size + x]).toBe(inside ? levels[(y + dy) * size + x + dx] : 0);
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("each level lies between those of the four pixels around its place, and a mask's value is its nearest pixel's", () => {
  fc.assert(
    fc.property(image, map, (levels, affine) => {
      const warp = createWarp(affine, undefined, size);
      const warped = warp.image(levels, 0);
      const mask = warp.mask(levels);
      let [outOfHull, otherThanNearest] = [0, 0];
      const at = (x: number, y: number): number =>
        x < 0 || y < 0 || x >= size || y >= size ? 0 : levels[y * size + x];
      for (let index = 0; index < size * size; index++) {
        const [x, y] = mapPoint(affine, index % size, Math.floor(index / size));
        const [left, top] = [Math.floor(x), Math.floor(y)];
        const around = [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)];
        if (warped[index] < Math.min(...around) - 1e-3 || warped[index] > Math.max(...around) + 1e-3)
          outOfHull++;
        // Places within rounding of the middle between two pixels may fall to either.
        const tie = Math.min(Math.abs(x - left - 0.5), Math.abs(y - top - 0.5)) < 1e-6;
        if (!tie && mask[index] !== at(Math.round(x), Math.round(y))) otherThanNearest++;
      }
      expect([outOfHull, otherThanNearest]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

test("a ramp is interpolated exactly: the level is the place", () => {
  const ramp = Uint8Array.from(
    { length: size * size },
    (_, index) => 4 * (index % size) + 3 * Math.floor(index / size),
  );
  fc.assert(
    fc.property(map, (affine) => {
      const warped = createWarp(affine, undefined, size).image(ramp, 0);
      let worst = 0;
      for (let index = 0; index < warped.length; index++) {
        const [x, y] = mapPoint(affine, index % size, Math.floor(index / size));
        if (Math.min(x, y) < 0 || Math.max(x, y) > size - 1) continue;
        worst = Math.max(worst, Math.abs(warped[index] - (4 * x + 3 * y)));
      }
      expect(worst).toBeLessThan(1e-3);
    }),
    { numRuns: 50 },
  );
});

test("a map and its inverse give every point back, in either order", () => {
  fc.assert(
    fc.property(map, number(-50, 50), number(-50, 50), (affine, x, y) => {
      for (const both of [compose(inverse(affine), affine), compose(affine, inverse(affine))]) {
        const [backX, backY] = mapPoint(both, x, y);
        expect(Math.hypot(backX - x, backY - y)).toBeLessThan(1e-9);
      }
    }),
  );
  expect(() => inverse({ ...identityMap, xx: 0 })).toThrow(/no inverse/);
});

test("composition applies the first map first", () => {
  fc.assert(
    fc.property(map, map, number(-50, 50), number(-50, 50), (second, first, x, y) => {
      const [stepX, stepY] = mapPoint(second, ...mapPoint(first, x, y));
      const [onceX, onceY] = mapPoint(compose(second, first), x, y);
      expect(Math.hypot(onceX - stepX, onceY - stepY)).toBeLessThan(1e-9);
    }),
  );
});

/** Smallest determinant of the Jacobian of p + u(p), by differences of neighbouring pixels. */
function smallestJacobian(field: Float32Array, matrix: number): number {
  const rows = elasticRows(field, matrix);
  const moved = Array.from({ length: matrix }, (_, y) => rows(y).slice());
  let smallest = Number.POSITIVE_INFINITY;
  for (let y = 0; y + 1 < matrix; y++) {
    for (let x = 0; x + 1 < matrix; x++) {
      const along = (axis: number, row: number, column: number): number =>
        moved[row][2 * column + axis] - moved[y][2 * x + axis];
      const determinant =
        (1 + along(0, y, x + 1)) * (1 + along(1, y + 1, x)) - along(1, y, x + 1) * along(0, y + 1, x);
      smallest = Math.min(smallest, determinant);
    }
  }
  return smallest;
}

test("no elastic field folds the image, not even with every control point at its largest displacement", () => {
  const corner = (random: ReturnType<typeof createRandom>, amplitude: number): Float32Array =>
    drawElasticField(random, largestElastic).map((part) => (part < 0 ? -amplitude : amplitude));
  for (let seed = 0; seed < 30; seed++) {
    expect(smallestJacobian(corner(createRandom(seed), largestElastic), 128)).toBeGreaterThan(0);
  }
  // A field beyond the bound does fold: neighbours that move towards each other by more than they are apart.
  const towards = new Float32Array(2 * 11 * 11).map((_, at) =>
    (Math.floor(at / 2) % 11) % 2 === 0 ? 0.2 : -0.2,
  );
  expect(smallestJacobian(towards, 128)).toBeLessThan(0);
  expect(() => drawElasticField(createRandom(1), 0.07)).toThrow(/fold/);
});

test("an elastic field with all control points moved alike is a translation, and none is the identity", () => {
  const field = new Float32Array(2 * 11 * 11).map((_, at) => (at % 2 === 0 ? 2 / size : -1 / size));
  const levels = Uint8Array.from({ length: size * size }, (_, at) => (at * 7) % 251);
  const warped = createWarp(identityMap, field, size).image(levels, 0);
  const shifted = createWarp({ ...identityMap, x0: 2, y0: -1 }, undefined, size).image(levels, 0);
  for (let at = 0; at < warped.length; at++) expect(warped[at]).toBeCloseTo(shifted[at], 2);
  const still = createWarp(identityMap, new Float32Array(2 * 11 * 11), size);
  expect([...still.image(levels, 0)]).toEqual([...levels]);
});

test("an image point moves by about a third of the control points' largest displacement", () => {
  let squares = 0;
  let count = 0;
  for (let seed = 0; seed < 40; seed++) {
    const rows = elasticRows(drawElasticField(createRandom(seed), 0.05), 64);
    for (let y = 0; y < 64; y++) {
      for (const part of rows(y)) {
        squares += (part / 64) ** 2;
        count++;
      }
    }
  }
  const rms = Math.sqrt(squares / count) / 0.05;
  // Uniform control points have a root mean square of 0.577; the spline's weights average to 0.48 of it in both directions.
  expect(rms).toBeGreaterThan(0.24);
  expect(rms).toBeLessThan(0.33);
});
