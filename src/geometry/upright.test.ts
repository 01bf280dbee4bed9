/** The 48 ways to store one patient: rows, columns and slices along any axes, in any direction. */
import { expect, test } from "vitest";
import { patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { allWays, turnedGrid, type Way } from "../../test/turned.ts";
import type { CtImage } from "./ct-image.ts";
import { createGrid, type Grid, sameGrid, voxelToPatient } from "./grid.ts";
import {
  isUpright,
  storedBox,
  storedMask,
  storedPoint,
  toStored,
  toUpright,
  turnOf,
  uprightBox,
  uprightCt,
  uprightMask,
  uprightPoint,
} from "./upright.ts";

const random = createRandom(48);
const size: Vector3 = [5, 4, 3];
const spacingMm: Vector3 = [0.9, 1.1, 3];
const origin = patientPoint(-120, -90, 40);
const patient: CtImage = {
  grid: createGrid(size, spacingMm, origin),
  hu: Int16Array.from({ length: 60 }, () => Math.floor(random.next() * 4000) - 1000),
};

/** The patient stored that way, voxel by voxel. */
function storedAs(way: Way): CtImage {
  const { order, signs } = way;
  const grid = turnedGrid(patient.grid, way);
  const hu = new Int16Array(60);
  for (let k = 0, at = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      for (let i = 0; i < grid.size[0]; i++, at++) {
        const place = [0, 0, 0];
        [i, j, k].forEach((value, axis) => {
          place[order[axis]] = signs[axis] < 0 ? size[order[axis]] - 1 - value : value;
        });
        hu[at] = patient.hu[place[0] + size[0] * (place[1] + size[1] * place[2])];
      }
    }
  }
  return { grid, hu };
}

test("every one of the 48 ways to store a patient gives the same upright image, and comes back exactly", () => {
  for (const way of allWays) {
    const stored = storedAs(way);
    const turn = turnOf(stored.grid);
    const upright = uprightCt(stored, turn);
    expect(upright.hu).toEqual(patient.hu);
    expect(sameGrid(upright.grid, patient.grid)).toBe(true);
    expect(upright.grid.axes).toEqual(patient.grid.axes);
    expect(isUpright(upright.grid)).toBe(true);
    expect(toStored(upright.hu, turn)).toEqual(stored.hu);
    const mask = { grid: stored.grid, data: Uint8Array.from(stored.hu, (value) => value & 1) };
    expect(storedMask(uprightMask(mask, turn), turn)).toEqual(mask);
  }
});

test("places and boxes keep their voxels on the way to the upright grid and back", () => {
  for (const way of allWays) {
    const { grid, hu } = storedAs(way);
    const turn = turnOf(grid);
    const point = voxelPoint(1.25, 0, 2);
    const upright = uprightPoint(turn, point);
    const [a, b] = [voxelToPatient(grid, point), voxelToPatient(turn.upright, upright)];
    expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-9);
    expect(storedPoint(turn, upright)).toEqual(point);
    const box = { from: [0, 1, 1], to: [2, 2, 3] } as const;
    const turned = uprightBox(turn, box);
    expect(storedBox(turn, turned)).toEqual(box);
    const inside = new Uint8Array(hu.length);
    for (let k = 1; k < 3; k++) {
      for (let i = 0; i < 2; i++) inside[i + grid.size[0] * (1 + grid.size[1] * k)] = 1;
    }
    const moved = toUpright(inside, turn);
    const [ni, nj] = turn.upright.size;
    const outside = moved.findIndex((value, at) => {
      const place = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
      const within = place.every((index, axis) => index >= turned.from[axis] && index < turned.to[axis]);
      return within !== (value === 1);
    });
    expect(outside).toBe(-1);
  }
});

test("an upright image is not copied, and the way back neither", () => {
  const turn = turnOf(patient.grid);
  expect(uprightCt(patient, turn).hu).toBe(patient.hu);
  expect(turn.upright).toBe(patient.grid);
  const data = new Uint8Array(60);
  expect(toStored(data, turn)).toBe(data);
});

/** A rotation by `degrees` about the patient's x axis, as of a head that is bent forward. */
function tilted(degrees: number): Grid {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return createGrid(size, spacingMm, origin, [
    [1, 0, 0],
    [0, c, s],
  ]);
}

test("an oblique grid takes the nearest order of axes and stays as oblique as it is", () => {
  expect(isUpright(tilted(40))).toBe(true);
  const stored = tilted(70);
  const turn = turnOf(stored);
  // At 70 degrees rows run more to the head than to the back, and slices to the front.
  expect(turn.axes).toEqual([0, 2, 1]);
  expect(turn.reversed).toEqual([false, true, false]);
  const [, , k] = turn.upright.axes;
  expect(k[2]).toBeCloseTo(Math.sin((70 * Math.PI) / 180), 12);
  expect(turn.upright.spacingMm).toEqual([0.9, 3, 1.1]);
});

test("between two orders, at 45 degrees, nothing is moved, and rounding does not decide", () => {
  for (const degrees of [45, 45 + 1e-9, 45 - 1e-9]) expect(isUpright(tilted(degrees))).toBe(true);
});

test("a turned grid is right-handed whatever the rotation, so that no patient is mirrored", () => {
  for (let index = 0; index < 500; index++) {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => random.next() - 0.5);
    const n = Math.hypot(a, b, c, d);
    const [w, x, y, z] = [a / n, b / n, c / n, d / n];
    const grid = createGrid(size, spacingMm, origin, [
      [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
      [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
    ]);
    const [u, v, t] = turnOf(grid).upright.axes;
    const handed =
      u[0] * (v[1] * t[2] - v[2] * t[1]) -
      u[1] * (v[0] * t[2] - v[2] * t[0]) +
      u[2] * (v[0] * t[1] - v[1] * t[0]);
    expect(handed).toBeCloseTo(1, 9);
  }
});
