/** Which planes are shown of a GTV whose slices and centre are known, however its CT is stored. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { drawReportPictures } from "./report-pictures.ts";
import { extentOf } from "./report-subject.ts";

const upright = createGrid([40, 30, 10], [2, 2, 5], patientPoint(-40, -30, 100));
const colour = [255, 0, 0] as const;

/** Slices 3, 4 and 7 of it (from 0): 2 x 2, 6 x 4 and 4 x 4 voxels round (20, 15). */
function gtv(grid: Grid): Mask {
  const half: Record<number, readonly [number, number]> = { 3: [1, 1], 4: [3, 2], 7: [2, 2] };
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % 40, Math.floor(at / 40) % 30, Math.floor(at / 1200)];
    const size = half[k];
    return (
      size !== undefined && i >= 20 - size[0] && i < 20 + size[0] && j >= 15 - size[1] && j < 15 + size[1]
    );
  });
}
const air = (grid: Grid) => ({ grid, hu: new Int16Array(voxelCount(grid)).fill(-1000) });

test("shown are the largest, the lowest and the uppermost axial slice, and the planes that cut most of it", () => {
  const shown = drawReportPictures(air(upright), [{ type: "GTV", colour, mask: gtv(upright) }]);
  expect(shown.map(({ title, place }) => `${title}: ${place}`)).toEqual([
    "Axial, slice of largest area: slice 5 of 10, z 120.0 mm",
    "Axial, lowest slice: slice 4 of 10, z 115.0 mm",
    "Axial, uppermost slice: slice 8 of 10, z 135.0 mm",
    "Coronal, plane of largest area: y −2.0 mm",
    "Sagittal, plane of largest area: x −2.0 mm",
  ]);
});

test("of two bodies that lie apart the planes go through one of them", () => {
  // 6 x 6 x 2 and 2 x 2 x 2 voxels, nothing in the middle of both.
  const apart = maskWhere(upright, (at) => {
    const [i, j, k] = [at % 40, Math.floor(at / 40) % 30, Math.floor(at / 1200)];
    const [small, large] = [i < 2 && j < 2, i >= 30 && i < 36 && j >= 20 && j < 26];
    return (k === 4 || k === 5) && (small || large);
  });
  const shown = drawReportPictures(air(upright), [{ type: "GTV", colour, mask: apart }]);
  expect(shown.slice(-2).map(({ place }) => place)).toEqual(["y 10.0 mm", "x 20.0 mm"]);
});

test("slices have the numbers of the page also where the CT is stored from the head down", () => {
  const stored: Grid = {
    ...upright,
    origin: patientPoint(-40, 30, 145),
    axes: [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ],
  };
  const shown = drawReportPictures(air(stored), [{ type: "GTV", colour, mask: gtv(stored) }]);
  expect(shown.slice(0, 3).map(({ place }) => place)).toEqual([
    "slice 5 of 10, z 125.0 mm",
    "slice 8 of 10, z 110.0 mm",
    "slice 4 of 10, z 130.0 mm",
  ]);
});

test("the pictures are through the GTV, not through what lies round it", () => {
  const far = maskWhere(upright, (at) => at < 5);
  const structures = [
    { type: "PTV", colour, mask: far },
    { type: "GTV", colour, mask: gtv(upright) },
  ];
  expect(drawReportPictures(air(upright), structures)[0].place).toContain("slice 5 of 10");
  expect(drawReportPictures(air(upright), [{ type: "ORGAN", colour, mask: far }])[0].place).toContain(
    "slice 1",
  );
});

test("an extent is that of the voxels' box in millimetres, its slices counted from 1 and gaps left out", () => {
  expect(extentOf(gtv(upright))).toEqual({ firstSlice: 4, lastSlice: 8, slices: 3, sizeMm: [12, 8, 25] });
});
