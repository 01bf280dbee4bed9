import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPolygons, type Polygon, signedArea } from "./fill-polygons.ts";
import { keyhole } from "./keyhole.ts";
import { traceBoundaries } from "./trace-boundaries.ts";

const [width, height] = [14, 11];

/** Random slices: speckle with holes, single voxels, diagonal touches and islands in holes. */
const anyMask = fc
  .tuple(
    fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: width * height,
      maxLength: width * height,
    }),
  )
  .map(([density, values]) => Uint8Array.from(values, (value) => (value < density ? 1 : 0)));

function filled(polygons: readonly Polygon[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  fillPolygons(mask, width, height, polygons);
  return mask;
}

function fromRows(...rows: string[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  rows.forEach((row, y) => {
    [...row].forEach((character, x) => {
      if (character === "#") mask[y * width + x] = 1;
    });
  });
  return mask;
}

test("mask to contours to mask is the identity, holes as contours of their own", () => {
  fc.assert(
    fc.property(anyMask, (mask) => {
      const polygons = traceBoundaries(mask, width, height).flatMap(({ outer, holes }) => [outer, ...holes]);
      expect(filled(polygons)).toEqual(mask);
    }),
    { numRuns: 400, seed: 1 },
  );
});

test("mask to contours to mask is the identity with keyholes", () => {
  fc.assert(
    fc.property(anyMask, (mask) => {
      expect(filled(traceBoundaries(mask, width, height).map(keyhole))).toEqual(mask);
    }),
    { numRuns: 400, seed: 2 },
  );
});

test("no two edges of the traced polygons cross or touch, save where they are neighbours", () => {
  fc.assert(
    fc.property(anyMask, (mask) => {
      const polygons = traceBoundaries(mask, width, height).flatMap(({ outer, holes }) => [outer, ...holes]);
      const seen = new Set<string>();
      for (const polygon of polygons) {
        for (let index = 0; index < polygon.length; index += 2) {
          const key = `${polygon[index]},${polygon[index + 1]}`;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
        }
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("outlines run one way and holes the other, and the area is that of the voxels", () => {
  const ring = fromRows("", " #####", " #   #", " # # #", " #   #", " #####");
  const regions = traceBoundaries(ring, width, height);
  expect(regions.length).toBe(2);
  expect(signedArea(regions[0].outer)).toBe(25);
  expect(regions[0].holes.map(signedArea)).toEqual([-9]);
  expect(signedArea(regions[1].outer)).toBe(1);
});

test("a single voxel is a square of four points at its edges, straight sides have no points between", () => {
  const [region] = traceBoundaries(fromRows("", "  #"), width, height);
  expect([...region.outer]).toEqual([2.5, 0.5, 2.5, 1.5, 1.5, 1.5, 1.5, 0.5]);
  const [bar] = traceBoundaries(fromRows("", "  ######"), width, height);
  expect(bar.outer.length / 2).toBe(4);
});

test("voxels that touch diagonally are two regions whose polygons do not touch", () => {
  const regions = traceBoundaries(fromRows("##", "##", "  ##", "  ##"), width, height);
  expect(regions.length).toBe(2);
  const points = regions.flatMap(({ outer }) =>
    Array.from({ length: outer.length / 2 }, (_, i) => `${outer[2 * i]} ${outer[2 * i + 1]}`),
  );
  expect(new Set(points).size).toBe(points.length);
});

test("sub-voxel polygon positions decide: a centre is inside from the low border on and outside at the high border", () => {
  const box = (x0: number, x1: number): Polygon => Float64Array.of(x0, -0.4, x1, -0.4, x1, 0.4, x0, 0.4);
  const columns = (x0: number, x1: number): number[] => [...filled([box(x0, x1)]).subarray(0, 6)];
  expect(columns(1, 3)).toEqual([0, 1, 1, 0, 0, 0]);
  expect(columns(1.001, 3.001)).toEqual([0, 0, 1, 1, 0, 0]);
  expect(columns(0.999, 2.999)).toEqual([0, 1, 1, 0, 0, 0]);
});

test("a triangle covers the centres that the half-plane inequalities say", () => {
  const triangle = Float64Array.of(0.3, 0.2, 12.7, 3.1, 4.4, 9.9);
  const mask = filled([triangle]);
  const edge = (a: number, b: number, x: number, y: number): number =>
    (triangle[2 * b] - triangle[2 * a]) * (y - triangle[2 * a + 1]) -
    (triangle[2 * b + 1] - triangle[2 * a + 1]) * (x - triangle[2 * a]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const signs = [edge(0, 1, x, y), edge(1, 2, x, y), edge(2, 0, x, y)];
      const inside = signs.every((value) => value > 0) || signs.every((value) => value < 0);
      expect(mask[y * width + x]).toBe(inside ? 1 : 0);
    }
  }
});
