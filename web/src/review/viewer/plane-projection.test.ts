import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { planes } from "#editing/tools/plane.ts";
import { createGrid } from "#geometry/grid.ts";
import { planeGeometry } from "./plane-geometry.ts";
import {
  coefficients,
  type PlaneProjection,
  panBy,
  pixelsPerMm,
  project,
  unproject,
  wholePlane,
  zoomAt,
  zoomOnto,
} from "./plane-projection.ts";

// 200 x 100 x 40 voxels of 1 x 2 x 5 mm: 200 x 200 x 200 mm, so that every plane is a square of 200 mm.
const grid = createGrid([200, 100, 40], [1, 2, 5], patientPoint(0, 0, 0));

function projectionOf(plane: (typeof planes)[number], pixelRatio = 1): PlaneProjection {
  const geometry = planeGeometry(grid, plane);
  return {
    geometry,
    camera: wholePlane(geometry),
    deviceWidth: 600 * pixelRatio,
    deviceHeight: 400 * pixelRatio,
    pixelRatio,
  };
}

test("The whole plane fits its shorter side, from the outer edge of the first voxel to that of the last", () => {
  const projection = projectionOf("axial");
  expect(pixelsPerMm(projection)).toBe(2);
  expect(project(projection, -0.5, -0.5)).toEqual([100, 0]);
  expect(project(projection, 199.5, 99.5)).toEqual([500, 400]);
});

test("The head is up in coronal and sagittal images: the highest slice touches the upper edge", () => {
  for (const plane of ["coronal", "sagittal"] as const) {
    const projection = projectionOf(plane);
    expect(project(projection, -0.5, 39.5)[1]).toBeCloseTo(0, 9);
    expect(project(projection, -0.5, -0.5)[1]).toBeCloseTo(400, 9);
  }
});

test("A CT whose slices are counted from the head is turned so that the head is up all the same", () => {
  const fromHead = createGrid([200, 100, 40], [1, 2, 5], patientPoint(0, 0, 0), [
    [-1, 0, 0],
    [0, 1, 0],
  ]);
  const geometry = planeGeometry(fromHead, "coronal");
  const projection = { ...projectionOf("coronal"), geometry };
  expect(project(projection, -0.5, -0.5)[1]).toBeCloseTo(0, 9);
});

test("Projecting and back returns the point, wherever the camera is and however dense the screen", () => {
  for (const plane of planes) {
    const start = projectionOf(plane, 1.5);
    const zoomed = { ...start, camera: zoomAt(start, 480, 77, 3.7) };
    const projection = { ...zoomed, camera: panBy(zoomed, -31, 12) };
    const [u, v] = unproject(projection, ...project(projection, 12.25, 31.75));
    expect(u).toBeCloseTo(12.25, 9);
    expect(v).toBeCloseTo(31.75, 9);
  }
});

test("Zooming keeps the point under the pointer where it is", () => {
  const projection = projectionOf("sagittal");
  const before = unproject(projection, 210, 300);
  const after = unproject({ ...projection, camera: zoomAt(projection, 210, 300, 8) }, 210, 300);
  expect(after[0]).toBeCloseTo(before[0], 9);
  expect(after[1]).toBeCloseTo(before[1], 9);
});

test("Zooming at a voxel keeps it where it is on the screen, and brings it to the middle where it was out of view", () => {
  const start = { ...projectionOf("coronal"), camera: { centreU: 90, centreV: 25, zoom: 4 } };
  const near = { ...start, camera: zoomOnto(start, [95, 7, 24], 2) };
  expect(near.camera.zoom).toBe(8);
  const [before, after] = [project(start, 95, 24), project(near, 95, 24)];
  expect(after[0]).toBeCloseTo(before[0], 9);
  expect(after[1]).toBeCloseTo(before[1], 9);
  expect(zoomOnto(near, [5, 7, 24], 0.5)).toEqual({ centreU: 5, centreV: 24, zoom: 4 });
});

test("Panning moves what was grabbed by as many pixels as the pointer", () => {
  const projection = projectionOf("coronal");
  const [x, y] = project(projection, 90, 25);
  const [movedX, movedY] = project({ ...projection, camera: panBy(projection, 40, -15) }, 90, 25);
  expect(movedX - x).toBeCloseTo(40, 9);
  expect(movedY - y).toBeCloseTo(-15, 9);
});

test("The transform of image and overlay is the projection in device pixels", () => {
  const projection = projectionOf("coronal", 2);
  const [a, d, e, f] = coefficients(projection);
  const [x, y] = project(projection, 3, 4);
  expect(a * 3 + e).toBeCloseTo(2 * x, 9);
  expect(d * 4 + f).toBeCloseTo(2 * y, 9);
});
