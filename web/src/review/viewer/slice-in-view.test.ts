import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import type { ReviewState } from "../session/review-state.ts";
import { planeGeometry } from "./plane-geometry.ts";
import { type PlaneCamera, wholePlane } from "./plane-projection.ts";
import { isPainted, showsSlice } from "./slice-in-view.ts";

/** 400 x 400 mm on 600 x 600 CSS pixels: 1.5 pixels for a millimetre at zoom 1. */
const grid = createGrid([200, 200, 3], [2, 2, 5], patientPoint(0, 0, 0));
const geometry = planeGeometry(grid, "axial");
const whole = wholePlane(geometry);
const gtv = emptyMask(grid);
// Slice 1 holds a square of 20 x 20 mm, its middle at voxel 149.5.
for (let j = 145; j < 155; j++) for (let i = 145; i < 155; i++) gtv.data[i + 200 * (j + 200)] = 1;

function shows(camera: Partial<PlaneCamera>, k: number, sizePixels = 600): boolean {
  const canvas = { deviceWidth: 2 * sizePixels, deviceHeight: 2 * sizePixels, pixelRatio: 2 };
  return showsSlice({ geometry, camera: { ...whole, ...camera }, ...canvas }, [gtv], k);
}

test("the whole plane shows every slice", () => {
  expect([0, 1, 2].map((k) => shows({}, k))).toEqual([true, true, true]);
});

test("zoomed in on the contour its slice shows as long as 10 mm round it are in view, and no other slice does", () => {
  // 40 of 400 mm are in view at zoom 10: the square and 10 mm on each side, from centre to centre 38 mm.
  const onto = { centreU: 149.5, centreV: 149.5 };
  expect([10, 12].map((zoom) => shows({ ...onto, zoom }, 1))).toEqual([true, false]);
  expect([0, 2].map((k) => shows({ ...onto, zoom: 10 }, k))).toEqual([false, false]);
});

test("zoomed in beside the contour its slice does not show", () => {
  expect(shows({ centreU: 50, centreV: 50, zoom: 4 }, 1)).toBe(false);
});

test("a stamp and a hidden plane show nothing", () => {
  expect(shows({ zoom: 0.4 }, 1)).toBe(true);
  expect(shows({ zoom: 0.4 }, 1, 300)).toBe(false);
  expect(shows({}, 1, 0)).toBe(false);
});

test("a contour that is hidden, switched off or left out of a comparison is not looked at", () => {
  const structures = ["a", "b"].map((id) => ({ id, visible: true })) as unknown as ReviewState["structures"];
  const comparison = { referenceId: "automatic:m", otherId: "structure:a" };
  const state = { structures, activeId: "a", editable: true, contourVisible: true, fillOpacity: 0.25 };
  const painted = (change: object): boolean[] =>
    ["a", "b"].map((id) => isPainted({ ...state, comparison: null, ...change }, id));
  expect(painted({})).toEqual([true, true]);
  const hidden = [structures[0], { ...structures[1], visible: false }];
  expect(painted({ structures: hidden })).toEqual([true, false]);
  expect(painted({ contourVisible: false })).toEqual([true, true]);
  expect(painted({ contourVisible: false, fillOpacity: 0 })).toEqual([false, false]);
  expect(painted({ comparison })).toEqual([true, false]);
  expect(painted({ comparison, activeId: "b" })).toEqual([true, true]);
  expect(painted({ comparison, activeId: "b", editable: false })).toEqual([true, false]);
});
