/** Against each voxel's own look at each point, also where points and reach leave the image. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Vector3 } from "#core/coordinates.ts";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { paintPlanes } from "./margins-planes.ts";
import { onMargin } from "./margins-reach.ts";

const size: Vector3 = [14, 11, 7];
const grid = createGrid(size, [1, 1, 2], patientPoint(0, 0, 0));
const zone = { from: [1, 0, 0] as Vector3, to: [13, 11, 6] as Vector3 };

/** Whole numbers too: what lies exactly on a reach is within it. */
const number = (min: number, max: number) =>
  fc.oneof(fc.integer({ min: Math.ceil(min), max }), fc.double({ min, max, noNaN: true }));
/** On a row or a column of voxels, up to one beyond the image. */
const point = fc
  .tuple(fc.boolean(), fc.integer({ min: -1, max: 11 }), number(-1, 14), number(-1, 7))
  .map(([onRow, line, place, k]): Vector3 => (onRow ? [place, line, k] : [line, place, k]));
const radius = number(0.001, 6);
const sides = fc.tuple(radius, radius, radius);

test("a voxel is painted where the reach of a point holds it and it is allowed, and nowhere else", () => {
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 12 }),
      sides,
      sides,
      fc.boolean(),
      (points, down, up, limited) => {
        const allowed = Uint8Array.from({ length: 14 * 11 * 7 }, (_, at) => (at % 5 === 0 ? 0 : 1));
        const data = new Uint8Array(allowed.length);
        const canvas = { grid, reach: { down, up }, zone, allowed: limited ? allowed : undefined };
        paintPlanes(data, Float64Array.from(points.flat()), canvas);
        for (let at = 0; at < data.length; at++) {
          const voxel = [at % 14, Math.floor(at / 14) % 11, Math.floor(at / 154)];
          const inZone = voxel.every((place, axis) => place >= zone.from[axis] && place < zone.to[axis]);
          // The nearest point, as parts of its reach; exactly on it nothing is asked.
          const nearest = Math.min(
            ...points.map((from) =>
              voxel.reduce((sum, place, axis) => {
                const away = place - from[axis];
                return sum + (away / (away > 0 ? up : down)[axis]) ** 2;
              }, 0),
            ),
          );
          if (Math.abs(nearest - onMargin) < 1e-9) continue;
          const wanted = inZone && nearest < onMargin && (!limited || allowed[at] === 1);
          expect(data[at], voxel.join()).toBe(wanted ? 1 : 0);
        }
      },
    ),
    { numRuns: 300 },
  );
});
