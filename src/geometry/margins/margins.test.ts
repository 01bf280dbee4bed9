/**
 * Margins against closed forms: Steiner's formula for the volume of a body's outer parallel body, and distances to spheres, boxes and
 * capsules, digitised on the grids of real CTs.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { createGrid, voxelToPatient } from "#geometry/grid.ts";
import {
  countVoxels,
  emptyMask,
  type Mask,
  maskWhere,
  sameVoxels,
  uniteMasks,
  volumeCc,
} from "#geometry/mask.ts";
import { capsule, cuboid, digitised, distancesMm, gridOf, spacings, sphere } from "../../../test/solids.ts";
import { expandMargin, type MarginsMm, sumMargins, uniformMargin } from "./margins.ts";
import { surfacePoints } from "./margins-surface.ts";

describe.each(spacings)("on voxels of %f x %f x %f mm", (...spacing) => {
  const grid = gridOf(spacing);
  const voxelMm = Math.hypot(spacing[0], spacing[1]);

  // 11.5 to 165 cc, six places between two slices each; 6, 8 and 13 mm are no multiples of a slice.
  test.each([
    [14, 6],
    [14, 8],
    [27, 3],
    [27, 8],
    [27, 13],
    [34, 6],
  ])(
    "a ball of radius %d mm and a margin of %d mm: the volume of the larger ball within a fortieth",
    (radius, mm) => {
      const ratios = [0, 0.17, 0.33, 0.5, 0.67, 0.83].map((part) => {
        const solid = sphere(radius, [61.3, 62.1, 60 + part * spacing[2]]);
        const volume = volumeCc(expandMargin(digitised(grid, solid), uniformMargin(mm)));
        return volume / ((4 / 3) * Math.PI * ((radius + mm) / 10) ** 3);
      });
      for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.025);
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
      expect(Math.abs(mean - 1)).toBeLessThan(0.015);
    },
  );

  test.each([
    ["upright", [61, 62, 45], [61, 62, 78]],
    ["across", [45, 62, 61], [77, 62, 61]],
    ["oblique", [48, 58, 48], [76, 63, 78]],
  ] as const)("a capsule of 14 mm, %s, and 8 mm: its volume within a fortieth", (_, from, to) => {
    const solid = capsule(14, from, to);
    const length = Math.hypot(...to.map((value, axis) => value - from[axis]));
    const volumes = [0, 8].map((mm) => {
      const radius = (14 + mm) / 10;
      return (4 / 3) * Math.PI * radius ** 3 + Math.PI * radius ** 2 * (length / 10);
    });
    const mask = digitised(grid, solid);
    const volume = volumeCc(expandMargin(mask, uniformMargin(8)));
    // Sampling itself errs by up to 1.6 % for these before any margin; most of it stays.
    expect(Math.abs(volume / volumes[1] - 1)).toBeLessThan(0.025);
  });

  test("a box and 8 mm: Steiner's volume within a fortieth, flat sides moved by 8 mm", () => {
    // Faces between voxels, so that the digitised box has the box's own volume.
    const count = spacing.map((mm) => Math.round(37 / mm));
    const first = spacing.map((mm) => Math.round(40 / mm));
    const low = first.map((index, axis) => (index - 0.5) * spacing[axis]);
    const high = first.map((index, axis) => (index + count[axis] - 0.5) * spacing[axis]);
    const solid = cuboid([low[0], low[1], low[2]], [high[0], high[1], high[2]]);
    const [a, b, c] = high.map((value, axis) => (value - low[axis]) / 10);
    const mask = digitised(grid, solid);
    expect(volumeCc(mask)).toBeCloseTo(a * b * c, 6);
    const steiner =
      a * b * c +
      2 * 0.8 * (a * b + b * c + a * c) +
      Math.PI * 0.8 ** 2 * (a + b + c) +
      (4 / 3) * Math.PI * 0.8 ** 3;
    const expanded = expandMargin(mask, uniformMargin(8));
    // What the grid can say of a solid: voxel centres in it.
    const distances = distancesMm(grid, solid);
    const ideal = countVoxels(maskWhere(grid, (at) => distances[at] <= 8));
    expect(Math.abs(countVoxels(expanded) / ideal - 1)).toBeLessThan(0.025);
    if (spacing[2] < 5) expect(Math.abs(volumeCc(expanded) / steiner - 1)).toBeLessThan(0.025);
  });

  test("the surface lies on the ball's: rms below 0.175 mm, 95 of 100 points below 0.5 mm, none off by half a slice", () => {
    for (const part of [0, 0.25, 0.5, 0.75]) {
      const solid = sphere(27, [61.3, 62.1, 60 + part * spacing[2]]);
      const points = surfacePoints(digitised(grid, solid));
      const off = new Float64Array(points.length / 3);
      for (let n = 0; n < off.length; n++)
        off[n] = Math.abs(
          solid(points[3 * n] * spacing[0], points[3 * n + 1] * spacing[1], points[3 * n + 2] * spacing[2]),
        );
      off.sort();
      expect(Math.sqrt(off.reduce((sum, mm) => sum + mm * mm, 0) / off.length)).toBeLessThan(0.175);
      expect(off[Math.floor(off.length * 0.95)]).toBeLessThan(0.5);
      expect(off[off.length - 1]).toBeLessThan(Math.max(voxelMm, 0.4 * spacing[2]));
    }
  });
});

/** Voxels in which two masks differ; comparing arrays of millions of numbers by their elements takes seconds. */
const different = (a: Mask, b: Mask): number =>
  a.data.reduce((sum, value, at) => sum + (value === b.data[at] ? 0 : 1), 0);

const ct = gridOf([0.9, 0.9, 5], 100);
const tumour = digitised(ct, capsule(12, [40, 48, 44], [58, 50, 58]));

test("a margin of 0 changes nothing, an empty mask stays empty, and the mask given is not changed", () => {
  const before = tumour.data.slice();
  expect(different(expandMargin(tumour, uniformMargin(0)), tumour)).toBe(0);
  expect(countVoxels(expandMargin(emptyMask(ct), uniformMargin(8)))).toBe(0);
  expandMargin(tumour, uniformMargin(8));
  expect(different(tumour, { grid: ct, data: before })).toBe(0);
});

test("a larger margin holds a smaller one, and every margin the mask itself, whatever it looks like", () => {
  const grid = createGrid([20, 18, 8], [0.9, 0.9, 3], patientPoint(0, 0, 0));
  const speckle = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2880, maxLength: 2880 })
    .map((values) => maskWhere(grid, (at) => values[at] < 0.02));
  const side = fc.double({ min: 0, max: 6, noNaN: true });
  const margins = fc.record({
    anterior: side,
    posterior: side,
    left: side,
    right: side,
    superior: side,
    inferior: side,
  });
  fc.assert(
    fc.property(speckle, margins, margins, (mask, margin, added) => {
      const small = expandMargin(mask, margin);
      const large = expandMargin(mask, sumMargins(margin, added));
      expect(mask.data.every((value, at) => value <= small.data[at])).toBe(true);
      expect(small.data.every((value, at) => value <= large.data[at])).toBe(true);
    }),
    { numRuns: 60, seed: 4 },
  );
});

/** The mask seen in a mirror along one of the grid's axes. */
function mirrored({ grid, data }: Mask, axis: 0 | 1 | 2): Mask {
  const [ni, nj] = grid.size;
  return maskWhere(grid, (at) => {
    const place = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    place[axis] = grid.size[axis] - 1 - place[axis];
    return data[place[0] + ni * (place[1] + nj * place[2])] === 1;
  });
}

test("the margin round two tumours near each other is what the margins round each hold", () => {
  const grid = createGrid([48, 48, 24], [1, 1, 3], patientPoint(0, 0, 0));
  const axis = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
  const ball = (low: number, high: number) =>
    fc.tuple(axis(low, high), axis(20, 28), axis(30, 42), axis(2, 6));
  fc.assert(
    fc.property(ball(12, 16), ball(28, 34), fc.integer({ min: 1, max: 8 }), (...[first, second, mm]) => {
      const bodies = [first, second].map(([x, y, z, radius]) => digitised(grid, sphere(radius, [x, y, z])));
      const grow = (mask: Mask) => expandMargin(mask, uniformMargin(mm));
      const grown = uniteMasks(grid, bodies.map(grow));
      expect(sameVoxels(grow(uniteMasks(grid, bodies)), grown)).toBe(true);
    }),
    { seed: 12, numRuns: 60 },
  );
});

test("a mirrored mask has the mirrored margin", () => {
  const opposite = {
    0: ["left", "right"],
    1: ["anterior", "posterior"],
    2: ["superior", "inferior"],
  } as const;
  const margins: MarginsMm = { anterior: 3, posterior: 9, left: 5, right: 12, superior: 8, inferior: 4 };
  for (const axis of [0, 1, 2] as const) {
    const [a, b] = opposite[axis];
    const turned = expandMargin(mirrored(tumour, axis), { ...margins, [a]: margins[b], [b]: margins[a] });
    expect(different(turned, mirrored(expandMargin(tumour, margins), axis))).toBe(0);
  }
});

test("walls hide the same of a mirrored mask's margin", () => {
  const grid = createGrid([20, 18, 8], [1, 1, 3], patientPoint(0, 0, 0));
  const mask = digitised(grid, sphere(5, [8.2, 8.4, 10]));
  const walls = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2880, maxLength: 2880 })
    .map((values) => maskWhere(grid, (at) => values[at] > 0.8));
  fc.assert(
    fc.property(walls, fc.constantFrom(0, 1, 2), (barriers, axis) => {
      const seen = expandMargin(mask, uniformMargin(6), { barriers });
      const inMirror = { barriers: mirrored(barriers, axis) };
      const turned = expandMargin(mirrored(mask, axis), uniformMargin(6), inMirror);
      expect(different(turned, mirrored(seen, axis))).toBe(0);
    }),
    { numRuns: 10, seed: 1, endOnFailure: true },
  );
});

/** Orientations: head first supine, feet first, rows and columns exchanged, and oblique by a rotation. */
const r = Math.SQRT1_2;
const orientations: readonly (readonly [string, Vector3, Vector3])[] = [
  ["axes along the patient's", [1, 0, 0], [0, 1, 0]],
  ["columns to the right, rows to the front", [-1, 0, 0], [0, -1, 0]],
  ["sagittal", [0, 1, 0], [0, 0, -1]],
  ["oblique", [r, r, 0], [-0.5, 0.5, r]],
];

test.each(orientations)("each side has its own radius: %s", (_, iAxis, jAxis) => {
  const origin = patientPoint(-30, 12, 700);
  const grid = createGrid([66, 66, 66], [1, 1, 1], origin, [iAxis, jAxis]);
  const middle = voxelToPatient(grid, voxelPoint(32, 33, 32.5));
  const margins: MarginsMm = { anterior: 3, posterior: 11, left: 7, right: 13, superior: 9, inferior: 5 };
  const radius = 8;
  const offset = (at: number): number[] => {
    const point = voxelToPatient(
      grid,
      voxelPoint(at % 66, Math.floor(at / 66) % 66, Math.floor(at / (66 * 66))),
    );
    return point.map((value, axis) => value - middle[axis]);
  };
  const mask = maskWhere(grid, (at) => Math.hypot(...offset(at)) < radius);
  const expanded = expandMargin(mask, margins);
  const reach = { low: [0, 0, 0], high: [0, 0, 0] };
  for (let at = 0; at < expanded.data.length; at++) {
    if (expanded.data[at] === 0) continue;
    offset(at).forEach((mm, axis) => {
      reach.low[axis] = Math.min(reach.low[axis], mm);
      reach.high[axis] = Math.max(reach.high[axis], mm);
    });
  }
  // Sampled at voxel centres, up to a voxel short of the surface and never a quarter of one beyond.
  const expected = { low: [13, 3, 5], high: [7, 11, 9] };
  for (const axis of [0, 1, 2]) {
    for (const [reachMm, mm] of [
      [-reach.low[axis], expected.low[axis]],
      [reach.high[axis], expected.high[axis]],
    ]) {
      expect(reachMm).toBeLessThan(radius + mm + 0.25);
      expect(reachMm).toBeGreaterThan(radius + mm - 1.1);
    }
  }
});

test("on an oblique grid unequal sides give the body that a search over all directions gives", () => {
  const grid = createGrid([40, 40, 40], [1, 1, 1], patientPoint(0, 0, 0), [
    [r, r, 0],
    [-0.5, 0.5, r],
  ]);
  const mask = emptyMask(grid);
  mask.data[20 + 40 * (20 + 40 * 20)] = 1;
  const margins: MarginsMm = { anterior: 4, posterior: 10, left: 6, right: 12, superior: 9, inferior: 5 };
  const centre = voxelToPatient(grid, voxelPoint(20, 20, 20));
  const gauge = (at: number): number => {
    const voxel = voxelPoint(at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600));
    const [x, y, z] = voxelToPatient(grid, voxel).map((value, axis) => value - centre[axis]);
    return Math.hypot(x / (x > 0 ? 6 : 12), y / (y > 0 ? 10 : 4), z / (z > 0 ? 9 : 5));
  };
  const { data } = expandMargin(mask, margins);
  for (let at = 0; at < data.length; at++) {
    // A voxel's half width more, never its centre's reach less.
    if (gauge(at) <= 0.9) expect(data[at]).toBe(1);
    if (gauge(at) > 1.2) expect(data[at]).toBe(0);
  }
});

test("twice 3 mm is 6 mm within 3 % of volume, 6 and then 5 mm is 11 mm; the same input gives the same output", () => {
  for (const spacing of spacings) {
    const mask = digitised(gridOf(spacing), sphere(20, [61, 62, 61.2]));
    for (const [first, second] of [
      [3, 3],
      [6, 5],
    ]) {
      const chained = expandMargin(expandMargin(mask, uniformMargin(first)), uniformMargin(second));
      const once = expandMargin(mask, sumMargins(uniformMargin(first), uniformMargin(second)));
      expect(Math.abs(countVoxels(chained) / countVoxels(once) - 1)).toBeLessThan(0.03);
      expect(different(expandMargin(mask, uniformMargin(first + second)), once)).toBe(0);
    }
  }
});

test("a margin stays in the body and does not pass a wall, nor appear behind it", () => {
  const grid = gridOf([0.9, 0.9, 5], 100);
  const mask = digitised(grid, sphere(14, [40, 50, 50]));
  const [ni, nj] = grid.size;
  const i = (at: number): number => (at % ni) * 0.9;
  const j = (at: number): number => (Math.floor(at / ni) % nj) * 0.9;
  const wall = maskWhere(grid, (at) => i(at) > 57 && i(at) < 59);
  const within = maskWhere(grid, (at) => j(at) < 69);
  const free = expandMargin(mask, uniformMargin(10));
  const limited = expandMargin(mask, uniformMargin(10), { within, barriers: wall });
  let beyond = 0;
  for (let at = 0; at < free.data.length; at++) {
    beyond += free.data[at] === 1 && i(at) >= 57 ? 1 : 0;
    const expected = i(at) < 57 && j(at) < 69 ? free.data[at] : mask.data[at];
    if (limited.data[at] !== expected) expect.unreachable(`at ${i(at)}, ${j(at)}`);
  }
  expect(beyond).toBeGreaterThan(100);
});

test("a short wall casts a shadow and no more, and a wall through the mask takes nothing from it", () => {
  const grid = gridOf([1, 1, 1], 60);
  const mask = digitised(grid, sphere(8, [30, 30, 30]));
  const at = (x: number, y: number, z: number): number => x + 60 * (y + 60 * z);
  const rib = maskWhere(
    grid,
    (v) => Math.abs((v % 60) - 41) < 2 && Math.abs((Math.floor(v / 60) % 60) - 30) < 3,
  );
  const { data } = expandMargin(mask, uniformMargin(9), { barriers: rib });
  expect([data[at(41, 30, 30)], data[at(45, 30, 30)], data[at(41, 38, 30)], data[at(20, 30, 30)]]).toEqual([
    0, 0, 1, 1,
  ]);
  const across = maskWhere(grid, (v) => Math.floor(v / 60) % 60 === 30);
  const cut = expandMargin(mask, uniformMargin(5), { barriers: across });
  expect(mask.data.every((value, v) => value <= cut.data[v])).toBe(true);
});

test("nothing is seen through an oblique wall one voxel thick", () => {
  const grid = gridOf([1, 1, 1], 44);
  const mask = digitised(grid, sphere(7, [22, 22, 22]));
  for (const [x, y, z] of [
    [-0.57, 0.11, 0.81],
    [0.14, 0.77, 0.62],
    [-0.82, 0.36, 0.44],
  ]) {
    const place = (at: number) => {
      const offset = [(at % 44) - 22, (Math.floor(at / 44) % 44) - 22, Math.floor(at / 44 ** 2) - 22];
      const along = offset[0] * x + offset[1] * y + offset[2] * z;
      return { along, across: Math.sqrt(Math.max(0, Math.hypot(...offset) ** 2 - along ** 2)) };
    };
    // A disc without gaps: each line of voxels along the axis nearest to its normal passes one of its voxels.
    const half = Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) / 2 + 0.005;
    const barriers = maskWhere(grid, (at) => {
      const { along, across } = place(at);
      return Math.abs(along - 11) <= half && across < 10;
    });
    const { data } = expandMargin(mask, uniformMargin(14), { barriers });
    // Ball and voxel lie within a cylinder narrower than the disc: so does each way between them.
    const seen = data.filter((value, at) => value === 1 && place(at).along > 12 && place(at).across < 8);
    expect(seen.length).toBe(0);
  }
});

test("a margin does not jump over a gap in the body, as between chest and arm", () => {
  const grid = gridOf([1, 1, 1], 60);
  const mask = digitised(grid, sphere(8, [30, 30, 30]));
  const within = maskWhere(grid, (at) => at % 60 < 40 || at % 60 > 42);
  const { data } = expandMargin(mask, uniformMargin(9), { within });
  const row = [39, 41, 44, 46].map((x) => data[x + 60 * (30 + 60 * 30)]);
  expect(row).toEqual([1, 0, 0, 0]);
});

test("a mask at the edge of the image grows inside the image", () => {
  const grid = createGrid([30, 30, 6], [1, 1, 5], patientPoint(0, 0, 0));
  const corner = maskWhere(grid, (at) => at % 30 < 6 && Math.floor(at / 30) % 30 < 6 && at < 900 * 2);
  const { data } = expandMargin(corner, uniformMargin(8));
  expect([data[12], data[12 * 30], data[900 * 2], data[15], data[900 * 4]]).toEqual([1, 1, 1, 0, 0]);
});

test("margins that are no margins are refused", () => {
  for (const mm of [-1, Number.NaN, 101, Number.POSITIVE_INFINITY])
    expect(() => expandMargin(tumour, { ...uniformMargin(5), left: mm })).toThrow("margin must be between");
});
