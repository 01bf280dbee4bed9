/** A chest of ellipsoids whose answers follow from their equations, and surfaces with known areas. */
import { beforeAll, describe, expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid, type Grid, voxelCount, voxelVolumeCc } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { coarsen } from "./coarse-chest.ts";
import { describeTumour, type TumourDescription } from "./describe-tumour.ts";
import { findLungs } from "./find-lungs.ts";
import { surfaceAreaMm2 } from "./surface-area.ts";

type Shape = (x: number, y: number, z: number) => boolean;

const ellipsoid =
  ([a, b, c]: Vector3, [x0, y0, z0]: Vector3): Shape =>
  (x, y, z) =>
    ((x - x0) / a) ** 2 + ((y - y0) / b) ** 2 + ((z - z0) / c) ** 2 < 1;
const ball = (radius: number, centre: Vector3): Shape => ellipsoid([radius, radius, radius], centre);

function forEachVoxel(grid: Grid, visit: (at: number, x: number, y: number, z: number) => void): void {
  const { size, spacingMm, origin } = grid;
  let at = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++)
        visit(at++, origin[0] + i * spacingMm[0], origin[1] + j * spacingMm[1], origin[2] + k * spacingMm[2]);
}

function maskOf(grid: Grid, inside: Shape): Mask {
  const data = new Uint8Array(voxelCount(grid));
  forEachVoxel(grid, (at, x, y, z) => {
    if (inside(x, y, z)) data[at] = 1;
  });
  return { grid, data };
}

describe("the area of a surface", () => {
  const grid = createGrid([60, 60, 40], [1, 1, 2], patientPoint(-29.5, -29.5, -39));

  test("of a ball is within 2 % of 4 pi r squared, on voxels twice as long as wide", () => {
    expect(surfaceAreaMm2(maskOf(grid, ball(25, [0, 0, 0]))) / (4 * Math.PI * 25 ** 2)).toBeCloseTo(1, 1.7);
  });

  test("of a long ellipsoid is within 2 % of its integral on cubic voxels, within 7 % on long ones", () => {
    // Prolate, a = 12, c = 32: 2 pi a^2 (1 + c / (a e) asin e), e^2 = 1 - a^2 / c^2.
    const e = Math.sqrt(1 - 12 ** 2 / 32 ** 2);
    const area = 2 * Math.PI * 12 ** 2 * (1 + (32 / (12 * e)) * Math.asin(e));
    const shape = ellipsoid([12, 12, 32], [0.3, 0.2, 0.1]);
    const cubic = createGrid([60, 60, 80], [1, 1, 1], patientPoint(-29.5, -29.5, -39.5));
    expect(Math.abs(surfaceAreaMm2(maskOf(cubic, shape)) / area - 1)).toBeLessThan(0.02);
    expect(Math.abs(surfaceAreaMm2(maskOf(grid, shape)) / area - 1)).toBeLessThan(0.07);
  });

  test("of nothing is nothing, and a mask at the image's edge is closed there", () => {
    expect(surfaceAreaMm2(maskOf(grid, () => false))).toBe(0);
    expect(surfaceAreaMm2(maskOf(grid, () => true))).toBeGreaterThan(2 * 60 * 60);
  });
});

describe("a tumour in a chest of ellipsoids", () => {
  // LPS, mm: body, two lungs, a trachea that joins them to the outside of the scan at its top, a couch with more foam in it than a lung
  // has air.
  const grid = createGrid([120, 110, 50], [3, 3, 5], patientPoint(-180, -150, -120));
  const lungs = {
    right: ellipsoid([58, 85, 110], [-75, 0, 0]),
    left: ellipsoid([58, 85, 110], [75, 0, 0]),
  };
  const body: Shape = (x, y) => (x / 165) ** 2 + (y / 115) ** 2 < 1;
  const trachea: Shape = (x, y, z) => z > -20 && Math.hypot(x, y - 5) < 9;
  const bronchi: Shape = (x, y, z) => Math.abs(z + 20) < 8 && Math.abs(y - 5) < 6 && Math.abs(x) < 30;
  const couch: Shape = (x, y) => y > 122 && y < 168 && Math.abs(x) < 168;
  const foam: Shape = (x, y) => y > 128 && y < 162 && Math.abs(x) < 162;

  let healthy: Int16Array;
  beforeAll(() => {
    healthy = new Int16Array(voxelCount(grid));
    forEachVoxel(grid, (at, x, y, z) => {
      const lung = lungs.right(x, y, z) || lungs.left(x, y, z);
      const air = trachea(x, y, z) || bronchi(x, y, z);
      const outside = foam(x, y, z) ? -930 : couch(x, y, z) ? -100 : -1000;
      healthy[at] = lung ? -850 : air ? -1000 : body(x, y, z) ? 40 : outside;
    });
  });

  function chest(tumour: Shape): { ct: CtImage; mask: Mask } {
    const mask = maskOf(grid, tumour);
    return { ct: { grid, hu: healthy.map((hu, at) => (mask.data[at] === 1 ? 30 : hu)) }, mask };
  }

  const cases: readonly (readonly [string, Shape, Partial<TumourDescription>])[] = [
    [
      "free in the right lung",
      ball(15, [-75, 0, 30]),
      { side: "right", lobe: "right-upper", chestWallContact: false, mediastinumContact: false },
    ],
    [
      "against the right chest wall",
      ball(15, [-121, 0, 0]),
      { side: "right", chestWallContact: true, mediastinumContact: false },
    ],
    [
      "against the mediastinum on the left",
      ball(15, [28, 0, 0]),
      { side: "left", chestWallContact: false, mediastinumContact: true },
    ],
    [
      "behind and below on the left",
      ball(12, [80, 45, -60]),
      { side: "left", lobe: "left-lower", chestWallContact: false, mediastinumContact: false },
    ],
    [
      "in front, in the middle, on the right",
      ball(12, [-80, -45, -25]),
      { side: "right", lobe: "right-middle" },
    ],
    ["in front above on the left", ball(12, [80, -30, 40]), { side: "left", lobe: "left-upper" }],
  ];

  test.each(cases)("%s", (_, tumour, expected) => {
    const { ct, mask } = chest(tumour);
    expect(describeTumour(ct, mask)).toMatchObject(expected);
  });

  test("volume, centre and roundness are those of the ball, the distance to the wall that of the ellipsoids", () => {
    const { ct, mask } = chest(ball(25, [-75, 10, 20]));
    const centred = describeTumour(ct, mask);
    expect(centred.volumeCc / ((4 / 3) * Math.PI * 2.5 ** 3)).toBeCloseTo(1, 1);
    for (const [axis, value] of [-75, 10, 20].entries())
      expect(Math.abs(centred.centre[axis] - value)).toBeLessThan(0.6);
    expect(centred.sphericity).toBeGreaterThan(0.95);
    expect(Math.abs(centred.surfaceToVolume / (3 / 25) - 1)).toBeLessThan(0.06);
    // The lung's side is 58 mm from its middle, less at the ball's height, and the hull has voxels of 3 mm.
    expect(Math.abs((centred.chestWallMm ?? 0) - (58 - 25))).toBeLessThan(6);
  });

  test("the lungs are found whole, each on its side, without trachea, room and couch", () => {
    const { ct, mask } = chest(ball(5, [-75, 10, 20]));
    const coarse = coarsen(ct, mask);
    const chestLungs = findLungs(coarse.grid, coarse.hu);
    const litres = [1, 2].map((side) => {
      const count = chestLungs?.labels.reduce((sum, label) => sum + (label === side ? 1 : 0), 0) ?? 0;
      return (count * voxelVolumeCc(coarse.grid)) / 1000;
    });
    const expected = (4 / 3) * Math.PI * 0.58 * 0.85 * 1.1;
    for (const litre of litres) expect(Math.abs(litre / expected - 1)).toBeLessThan(0.04);
  });

  test("an airway that is open to the room takes no lung away, and a pocket of the room's air is none", () => {
    // Its left lung is filled: a pocket that counted as lung would be the left one.
    const { ct, mask } = chest(lungs.left);
    const mouth: Shape = (x, y, z) => z > 100 && z < 115 && Math.abs(x) < 8 && y < 5;
    const arm: Shape = (x, y, z) => x > 130 && Math.abs(y + 55) < 60 && Math.abs(z) < 110;
    const pocket: Shape = (x, y, z) => ((x - 158) / 14) ** 2 + ((y + 55) / 40) ** 2 < 1 && Math.abs(z) < 100;
    const slit: Shape = (x, y, z) => Math.abs(y + 55) < 5 && x > 158 && Math.abs(z) < 100;
    const open = ct.hu.slice();
    forEachVoxel(grid, (at, x, y, z) => {
      if (ct.hu[at] === -1000 && arm(x, y, z)) open[at] = 40;
      if (mouth(x, y, z) || pocket(x, y, z) || slit(x, y, z)) open[at] = -1000;
    });
    const [closedCt, openCt] = [ct, { grid, hu: open }].map((seen) => coarsen(seen, mask));
    const closedLungs = findLungs(closedCt.grid, closedCt.hu);
    expect(closedLungs).toMatchObject({ right: true, left: false });
    expect(findLungs(openCt.grid, openCt.hu)?.labels).toEqual(closedLungs?.labels);
  });

  test("a lung that fluid in its fissure divides is one lung, beside a smaller one and alone", () => {
    const fissure: Shape = (x, y, z) => x < 0 && Math.abs(z - 0.3 * y) < 8;
    const lowLeft: Shape = (x, y, z) => lungs.left(x, y, z) && z < 20;
    const countsWith = (fluid: Shape): number[] => {
      const { ct, mask } = chest(fluid);
      const coarse = coarsen(ct, mask);
      const counts = [0, 0, 0];
      for (const label of findLungs(coarse.grid, coarse.hu)?.labels ?? []) counts[label]++;
      return counts;
    };
    const [, right, left] = countsWith(lowLeft);
    const [, dividedRight, besideIt] = countsWith((...at) => lowLeft(...at) || fissure(...at));
    const [, aloneRight, filledLeft] = countsWith((...at) => lungs.left(...at) || fissure(...at));
    // Smaller than either half of the right lung: the third region.
    expect(left).toBeGreaterThan(0);
    expect(besideIt).toBe(left);
    expect(dividedRight / right).toBeGreaterThan(0.85);
    expect(aloneRight).toBe(dividedRight);
    expect(filledLeft).toBe(0);
  });

  test("an image without lungs says that it does not know", () => {
    const { mask } = chest(ball(15, [0, 0, 0]));
    const description = describeTumour({ grid, hu: new Int16Array(voxelCount(grid)) }, mask);
    expect(description).toMatchObject({ side: undefined, lobe: undefined, chestWallContact: undefined });
    expect(description.volumeCc).toBeGreaterThan(10);
  });

  test("an empty mask is a fault of the caller", () => {
    const { ct } = chest(ball(15, [-75, 0, 30]));
    expect(() =>
      describeTumour(
        ct,
        maskOf(grid, () => false),
      ),
    ).toThrow("empty");
  });
});
