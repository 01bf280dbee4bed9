/**
 * The test cases of surface-distance's own suite (surface_distance_test.py, google-deepmind/surface-distance), all of them:
 * masks, spacings and expected values. Its axes x0, x1, x2 are k, j, i here; what it gives as inf or NaN is null here.
 */
import { describe, expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { contourLengths } from "./contour-lengths.ts";
import areasFixture from "./fixtures/surface-areas.json" with { type: "json" };
import { hausdorffMm } from "./hausdorff.ts";
import { meanDistanceMm } from "./mean-distance.ts";
import { surfaceAreas } from "./surface-areas.ts";
import { contourDistances, type SurfaceDistances, surfaceDistances } from "./surface-distances.ts";
import { surfaceDsc, surfaceOverlap } from "./surface-dsc.ts";

/** A mask of the voxels (i, j, k) given; sizes and spacings in the order i, j, k. */
function voxels(size: Vector3, spacingMm: Vector3, inside: readonly Vector3[]): Mask {
  const mask = emptyMask(createGrid(size, spacingMm, patientPoint(0, 0, 0)));
  for (const [i, j, k] of inside) mask.data[i + size[0] * (j + size[1] * k)] = 1;
  return mask;
}

function slab(size: Vector3, spacingMm: Vector3, slices: number): Mask {
  const mask = voxels(size, spacingMm, []);
  mask.data.fill(1, 0, size[0] * size[1] * slices);
  return mask;
}

function measures(distances: SurfaceDistances, reference: Mask, prediction: Mask) {
  const { referenceToPrediction, predictionToReference } = distances;
  return {
    mean: [
      meanDistanceMm(distances, "referenceToPrediction"),
      meanDistanceMm(distances, "predictionToReference"),
    ],
    hd: hausdorffMm(distances, 100),
    hd95: hausdorffMm(distances, 95),
    overlap: [surfaceOverlap(referenceToPrediction, 1), surfaceOverlap(predictionToReference, 1)],
    surfaceDsc: surfaceDsc(distances, 1),
    dsc: volumeOverlap(reference, prediction).dsc,
  };
}

const twoApart = { mean: [1.5, 1.5], hd: 2, hd95: 2, overlap: [0.5, 0.5], surfaceDsc: 0.5, dsc: 0 };
const nothing = { mean: [null, null], hd: null, hd95: null };
const missed = { ...nothing, overlap: [0, null], surfaceDsc: 0, dsc: 0 };
const invented = { ...nothing, overlap: [null, 0], surfaceDsc: 0, dsc: 0 };
const bothEmpty = { ...nothing, overlap: [null, null], surfaceDsc: null, dsc: null };

describe("surface-distance's cases in two dimensions", () => {
  const size: Vector3 = [128, 128, 1];
  const empty = voxels(size, [2, 3, 5], []);
  const pixel = voxels(size, [2, 3, 5], [[60, 50, 0]]);

  test("two pixels 2 mm apart", () => {
    const reference = voxels(size, [1, 2, 5], [[70, 50, 0]]);
    const prediction = voxels(size, [1, 2, 5], [[72, 50, 0]]);
    const distances = contourDistances(reference, prediction);
    const corner = 0.5 * Math.sqrt(5);
    for (const side of [distances.referenceToPrediction, distances.predictionToReference]) {
      expect([...side.distancesMm]).toEqual([1, 1, 2, 2]);
      for (const length of side.sizes) expect(length).toBeCloseTo(corner, 15);
    }
    expect(measures(distances, reference, prediction)).toEqual(twoApart);
  });

  test("two squares, one of them a row longer", () => {
    // Rows are 2 mm high, columns 1 mm wide.
    const rows = (last: number): Mask =>
      voxels(
        [6, 6, 1],
        [1, 2, 5],
        [1, 2].flatMap((i) => Array.from({ length: last }, (_, at): Vector3 => [i, at + 1, 0])),
      );
    const [reference, prediction] = [rows(2), rows(3)];
    const [corner, across, down] = [0.5 * Math.sqrt(5), 1, 2];
    const distances = contourDistances(reference, prediction);
    const sizes = (pairs: readonly (readonly [number, number])[]) =>
      [...pairs].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const elements = (side: SurfaceDistances["referenceToPrediction"]) =>
      [...side.distancesMm].map((mm, at): [number, number] => [mm, side.sizes[at]]);
    // From the top left corner clockwise: the distance and the length of each element.
    expect(elements(distances.referenceToPrediction)).toEqual(
      sizes([
        [0, corner],
        [0, across],
        [0, corner],
        [0, down],
        [0, corner],
        [across, across],
        [0, corner],
        [0, down],
      ]),
    );
    expect(elements(distances.predictionToReference)).toEqual(
      sizes([
        [0, corner],
        [0, across],
        [0, corner],
        [0, down],
        [0, down],
        [down, corner],
        [down, across],
        [down, corner],
        [0, down],
        [0, down],
      ]),
    );
    // Its further figures are computed from those lists; so are these, by hand.
    const [referenceTotal, predictionTotal] = [4 * corner + 6, 4 * corner + 10];
    const { mean, overlap, surfaceDsc: dsc, ...rest } = measures(distances, reference, prediction);
    expect(mean[0]).toBeCloseTo(1 / referenceTotal, 12);
    expect(mean[1]).toBeCloseTo((4 * corner + 2) / predictionTotal, 12);
    expect(overlap[0]).toBe(1);
    expect(overlap[1]).toBeCloseTo(1 - (2 * corner + 1) / predictionTotal, 12);
    expect(dsc).toBeCloseTo(1 - (2 * corner + 1) / (referenceTotal + predictionTotal), 12);
    expect(rest).toEqual({ hd: 2, hd95: 2, dsc: 8 / 10 });
  });

  test.each([
    ["an empty prediction", pixel, empty, missed],
    ["an empty reference", empty, pixel, invented],
    ["two empty masks", empty, empty, bothEmpty],
  ])("%s", (_, reference, prediction, expected) => {
    expect(measures(contourDistances(reference, prediction), reference, prediction)).toEqual(expected);
  });
});

describe("surface-distance's cases in three dimensions", () => {
  const size: Vector3 = [128, 128, 128];
  const empty = voxels(size, [1, 2, 3], []);
  const voxel = voxels(size, [1, 2, 3], [[70, 60, 50]]);
  const other = voxels(size, [1, 2, 3], [[72, 60, 50]]);

  test("two cubes, one of them a slice longer, that fill the image from edge to edge", () => {
    const [reference, prediction] = [50, 51].map((slices) => slab([100, 100, 100], [1, 1, 2], slices));
    const measured = measures(surfaceDistances(reference, prediction), reference, prediction);
    // Published to three decimals.
    expect(measured.mean[0]).toBeCloseTo(0.322, 3);
    expect(measured.mean[1]).toBeCloseTo(0.339, 3);
    expect(measured.hd).toBeCloseTo(2, 12);
    expect(measured.hd95).toBeCloseTo(2, 12);
    expect(measured.overlap[0]).toBeCloseTo(0.842, 3);
    expect(measured.overlap[1]).toBeCloseTo(0.83, 3);
    expect(measured.surfaceDsc).toBeCloseTo(0.836, 3);
    expect(measured.dsc).toBeCloseTo(0.99, 3);
  });

  test.each([
    ["two voxels 2 mm apart", voxel, other, twoApart],
    ["an empty prediction", voxel, empty, missed],
    ["an empty reference", empty, other, invented],
    ["two empty masks", empty, empty, bothEmpty],
  ])("%s", (_, reference, prediction, expected) => {
    const measured = measures(surfaceDistances(reference, prediction), reference, prediction);
    expect(measured).toEqual(expected);
  });
});

test("the areas of all 256 neighbourhoods are surface-distance's, on an anisotropic grid", () => {
  const [x0, x1, x2] = areasFixture.spacing;
  const areas = surfaceAreas([x2, x1, x0]);
  // Its codes count the corners the other way round: bit 7 is the corner at (0, 0, 0).
  const reversed = (code: number): number =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, bit) => sum | (((code >> bit) & 1) << (7 - bit)), 0);
  areasFixture.areas.forEach((area, code) => {
    expect(areas[reversed(code)], `code ${code}`).toBeCloseTo(area, 12);
  });
});

test("the lengths of the 16 neighbourhoods follow from a 3 by 4 mm pixel", () => {
  // Half the diagonal of 5 mm cuts a corner; a straight contour runs along i (3 mm) or j (4 mm).
  expect([...contourLengths([3, 4])]).toEqual([
    0, 2.5, 2.5, 3, 2.5, 4, 5, 2.5, 2.5, 5, 4, 2.5, 3, 2.5, 2.5, 0,
  ]);
});
