/** One curve that crosses itself: what the even-odd rule leaves out of it is told, and a curve drawn twice is refused. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels } from "#geometry/mask.ts";
import { rasteriseRoi } from "./rasterise-roi.ts";

type Point = readonly [x: number, y: number];

const grid = createGrid([40, 40, 2], [1, 1, 5], patientPoint(0, 0, 0));

function rasterised(points: readonly Point[]) {
  const contour = {
    geometricType: "CLOSED_PLANAR",
    points: Float64Array.from(points.flatMap(([x, y]) => [x, y, 5])),
    offset: [],
    statedPoints: points.length,
    referencedImages: [],
  };
  const about = {
    name: "GTV",
    interpretedType: "GTV",
    label: "",
    generationAlgorithm: "",
    colour: undefined,
  };
  const roi = { ...about, framesOfReference: [], contours: [contour], findings: [] };
  const { mask, findings } = rasteriseRoi(roi, grid);
  return [countVoxels(mask), ...findings.map(({ severity, code }) => `${severity} ${code}`)];
}

const square = (from: number, to: number): Point[] => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
];
const [outline, hole] = [square(1.5, 21.5), square(6.5, 16.5)];
/** From the outline's first corner to the hole's and back. */
const keyhole = (inner: readonly Point[]): Point[] => [...outline, outline[0], ...inner, inner[0]];

test("a curve drawn twice by other points is refused: the rule would leave nothing of it", () => {
  const halved = outline.flatMap(([x, y], at): Point[] => {
    const [nextX, nextY] = outline[(at + 1) % 4];
    return [
      [x, y],
      [(x + nextX) / 2, (y + nextY) / 2],
    ];
  });
  expect(rasterised([...outline, ...halved])).toEqual([0, "error doubled-contour"]);
  expect(rasterised([...outline, ...square(1.6, 21.2)])).toContain("error doubled-contour");
});

test("a pen that went on beyond its beginning cuts a piece out, which is told", () => {
  const beyond: Point[] = [...outline, [1.5, 1.5], [11.5, 1.5], [11.5, 6.5], [1.5, 6.5]];
  expect(rasterised(beyond)).toEqual([400 - 50, "warning overlapping-contours"]);
  // A spike is no channel that would make a hole of it.
  expect(rasterised([...beyond, [1.5, 10], [30, 10], [1.5, 10]])).toContain("warning overlapping-contours");
});

test("a keyhole's hole is a hole, whichever way it runs, and two lobes of an eight are both inside", () => {
  expect(rasterised(keyhole(hole))).toEqual([300]);
  expect(rasterised(keyhole([...hole].reverse()))).toEqual([300]);
  const wall = square(2.5, 20.5);
  expect(rasterised(keyhole(wall))).toEqual([400 - 18 * 18]);
  expect(rasterised([outline[0], outline[2], outline[1], outline[3]])).toHaveLength(1);
});
