import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPolygons, type Polygon } from "#geometry/fill-polygons.ts";
import { traceBoundaries } from "#geometry/trace-boundaries.ts";
import { mostStrayVoxels, smoothOutline } from "./smooth-outline.ts";

const [width, height] = [24, 18];

/** Blocks and single voxels over each other, holes and diagonal touches among them. */
const masks = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: width - 1 }),
      y: fc.integer({ min: 0, max: height - 1 }),
      across: fc.integer({ min: 1, max: 9 }),
      down: fc.integer({ min: 1, max: 9 }),
      value: fc.constantFrom(0, 1, 1),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((blocks) => {
    const mask = new Uint8Array(width * height);
    for (const { x, y, across, down, value } of blocks)
      for (let j = y; j < Math.min(height, y + down); j++)
        mask.fill(value, j * width + x, j * width + Math.min(width, x + across));
    return mask;
  });

function boundaries(mask: Uint8Array): Polygon[] {
  return traceBoundaries(mask, width, height).flatMap(({ outer, holes }) => [outer, ...holes]);
}

test("a smooth outline filled is the same voxels, whatever their shape", () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const filled = new Uint8Array(width * height);
      fillPolygons(filled, width, height, boundaries(mask).map(smoothOutline));
      expect(filled).toEqual(mask);
    }),
    { numRuns: 150 },
  );
});

test("no point of it strays half a voxel from the exact boundary", () => {
  expect(mostStrayVoxels).toBeLessThan(7 / 16);
  fc.assert(
    fc.property(masks, (mask) => {
      for (const exact of boundaries(mask)) {
        const smooth = smoothOutline(exact);
        for (let at = 0; at < smooth.length; at += 2)
          expect(distanceTo(exact, smooth[at], smooth[at + 1])).toBeLessThanOrEqual(mostStrayVoxels + 1e-9);
      }
    }),
    { numRuns: 60 },
  );
});

test("the stairs of an oblique border are gone: what is left of their height is a fifth", () => {
  const stairs = Uint8Array.from({ length: width * height }, (_, at) =>
    Number(Math.floor(at / width) > (at % width) / 2),
  );
  const [exact] = boundaries(stairs);
  expect(roughness(smoothOutline(exact))).toBeLessThan(0.2 * roughness(exact));
});

test("a disc keeps its area within a hundredth, a single voxel three quarters of it", () => {
  const disc = Uint8Array.from({ length: width * height }, (_, at) =>
    Number(Math.hypot((at % width) - 12, Math.floor(at / width) - 9) < 7),
  );
  const single = new Uint8Array(width * height);
  single[5 * width + 5] = 1;
  expect(Math.abs(areaOf(disc) / areaOf(disc, (polygon) => polygon) - 1)).toBeLessThan(0.01);
  expect(areaOf(single)).toBeGreaterThan(0.75);
});

function distanceTo(polygon: Polygon, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < polygon.length; at += 2) {
    const [x0, y0] = [polygon[at], polygon[at + 1]];
    const [dx, dy] = [polygon[(at + 2) % polygon.length] - x0, polygon[(at + 3) % polygon.length] - y0];
    const part = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - x0 - part * dx, y - y0 - part * dy));
  }
  return least;
}

/** From the lowest to the highest point over a border that falls by one voxel in two, away from its ends. */
function roughness(polygon: Polygon): number {
  const heights: number[] = [];
  for (let at = 0; at < polygon.length; at += 2) {
    const [x, y] = [polygon[at], polygon[at + 1]];
    if (x > 6 && x < 17 && y < 12) heights.push(y - x / 2);
  }
  return Math.max(...heights) - Math.min(...heights);
}

function areaOf(mask: Uint8Array, drawn: (polygon: Polygon) => Polygon = smoothOutline): number {
  let twice = 0;
  for (const polygon of boundaries(mask).map(drawn)) {
    for (let at = 0; at < polygon.length; at += 2) {
      const next = (at + 2) % polygon.length;
      twice += polygon[at] * polygon[next + 1] - polygon[next] * polygon[at + 1];
    }
  }
  return Math.abs(twice) / 2;
}
