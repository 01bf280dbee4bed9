import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { finding } from "#core/findings.ts";
import { createRandom } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { checkInput, refuseErrors } from "./check-input.ts";
import { coarsenCt } from "./coarse-chest.ts";
import { lungTissueCc } from "./lung-tissue.ts";

const [width, height, slices] = [60, 50, 20] as const;
const grid = createGrid([width, height, slices], [6, 6, 6], patientPoint(0, 0, 0));
const random = createRandom(6);

type Box = readonly [from: readonly [number, number, number], to: readonly [number, number, number]];

/** Room at -1000 HU, a body at 40, boxes of other densities in it, noise of 20 HU. */
function chest(boxes: readonly (readonly [Box, number])[]): CtImage {
  const hu = new Int16Array(width * height * slices);
  for (let at = 0; at < hu.length; at++) {
    const place = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    const inside = ([from, to]: Box): boolean =>
      place.every((index, axis) => index >= from[axis] && index < to[axis]);
    const body = inside([
      [5, 5, 0],
      [55, 40, slices],
    ]);
    const [, value] = boxes.findLast(([box]) => inside(box)) ?? [undefined, body ? 40 : -1000];
    hu[at] = Math.round(value + 20 * random.normal());
  }
  return { grid, hu };
}

const lungs: Box = [
  [10, 10, 4],
  [25, 30, 16],
];
const codes = (ct: CtImage): string[] => checkInput(ct).map(({ code }) => code);
const onScale = (ct: CtImage, change: (hu: number) => number): CtImage => ({ ...ct, hu: ct.hu.map(change) });

test("a chest has nothing odd, and its lung's core is the box without its outermost layer of blocks", () => {
  const ct = chest([[lungs, -850]]);
  expect(checkInput(ct)).toEqual([]);
  expect(lungTissueCc(coarsenCt(ct))).toBeCloseTo((13 * 18 * 10 * 6 ** 3) / 1000, 6);
});

test("a crop of one lung, with lung on every side of the image and no room, has nothing odd", () => {
  const ct = chest([
    [
      [
        [0, 0, 0],
        [width, height, slices],
      ],
      -850,
    ],
    [
      [
        [20, 20, 5],
        [30, 30, 15],
      ],
      40,
    ],
  ]);
  expect(checkInput(ct)).toEqual([]);
});

test("lungs of emphysema are lungs, though they are hardly denser than the room", () => {
  expect(checkInput(chest([[lungs, -965]]))).toEqual([]);
});

test("a CT of the abdomen is told: its gas is no lung, nor is the foam under it", () => {
  const gas: Box = [
    [10, 10, 4],
    [20, 20, 16],
  ];
  const foam: Box = [
    [5, 40, 0],
    [55, 45, slices],
  ];
  const ct = chest([
    [gas, -1000],
    [foam, -965],
  ]);
  expect(checkInput(ct)).toMatchObject([{ severity: "warning", code: "no-lungs" }]);
});

test("stored values without their rescale, electron densities, grey values of a picture have no air", () => {
  const ct = chest([[lungs, -850]]);
  expect(codes(onScale(ct, (hu) => Math.max(0, hu + 1024)))).toEqual(["no-air"]);
  expect(codes(onScale(ct, (hu) => (hu + 1000) / 1000))).toEqual(["no-air"]);
  expect(codes(onScale(ct, (hu) => Math.min(255, Math.max(0, (hu + 1000) / 4))))).toEqual(["no-air"]);
  const unscaled = checkInput(onScale(ct, (hu) => hu + 1024));
  const header = [finding("warning", "not-hu", "No rescale."), finding("info", "padding", "Some padding.")];
  expect(() => refuseErrors(unscaled, header)).toThrow(/Hounsfield.* No rescale\.$/);
  expect(() => refuseErrors(checkInput(ct), header)).not.toThrow();
});

test("padding is no air, however much there is of it, and neither are a few dark voxels beside metal", () => {
  const ct = chest([[lungs, -850]]);
  const unscaled = onScale(ct, (hu) => (hu < -700 ? -1024 : hu + 1024));
  expect(codes(unscaled)).toEqual(["no-air"]);
  unscaled.hu.fill(-800, 0, 5);
  expect(codes(unscaled)).toEqual(["no-air"]);
});

test("a CT whose air was cut off at -1024 but for the body's surface is still one", () => {
  const ct = chest([[lungs, -850]]);
  expect(checkInput(onScale(ct, (hu) => (hu < -950 ? -1024 : hu)))).toEqual([]);
});
