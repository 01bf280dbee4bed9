/** Where things lie in a picture: a block in the patient's left front at the head must be there on paper. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { Plane } from "#editing/tools/plane.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import { mediastinumWindow } from "./overlay.ts";
import { drawPlane } from "./plane-picture.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Upright: i to the left, j to the back, k to the head. */
const grid = createGrid([60, 50, 20], [1, 1, 3], patientPoint(0, 0, 0));
const colour = [250, 10, 20] as const;
/** Left, front, head: away from the scale bar. */
const block = maskWhere(grid, (at) => {
  const [i, j, k] = [at % 60, Math.floor(at / 60) % 50, Math.floor(at / 3000)];
  return i >= 44 && i < 54 && j >= 6 && j < 14 && k >= 15 && k < 18;
});
const air = new Int16Array(voxelCount(grid)).fill(-1000);

function picture(plane: Plane, index: number, mask = block): RgbImage {
  return drawPlane({
    ct: { grid, hu: air },
    plane,
    index,
    window: mediastinumWindow,
    centre: { axial: [29.5, 24.5], coronal: [29.5, 9.5], sagittal: [24.5, 9.5] }[plane] as [number, number],
    widthMm: 60,
    sizePixels: 240,
    structures: [{ mask, colour }],
  });
}

/** The middle of the pixels in the structure's colour, as fractions of the picture; undefined without one. */
function middleOf({ width, height, data }: RgbImage): readonly [number, number] | undefined {
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < width * height; at++) {
    const [red, green] = [data[3 * at], data[3 * at + 1]];
    if (red < 200 || green > 60) continue;
    count++;
    x += at % width;
    y += Math.floor(at / width);
  }
  return count === 0 ? undefined : [x / count / width, y / count / height];
}

test.each([
  // The block's middle is at i 48.5, j 9.5, k 16; pictures are 60 mm wide about the grid's middle.
  ["axial", 16, [0.5 + (48.5 - 29.5) / 60, 0.5 + (9.5 - 24.5) / 60]],
  ["coronal", 10, [0.5 + (48.5 - 29.5) / 60, 0.5 - ((16 - 9.5) * 3) / 60]],
  ["sagittal", 48, [0.5 + (9.5 - 24.5) / 60, 0.5 - ((16 - 9.5) * 3) / 60]],
] as const)(
  "in the %s picture the outline is where the patient has it, in its colour",
  (plane, index, place) => {
    const middle = middleOf(picture(plane, index));
    expect(middle?.[0]).toBeCloseTo(place[0], 1.9);
    expect(middle?.[1]).toBeCloseTo(place[1], 1.9);
  },
);

test("a slice without the structure has no outline", () => {
  expect(middleOf(picture("axial", 10))).toBeUndefined();
  expect(middleOf(picture("axial", 16, emptyMask(grid)))).toBeUndefined();
});

test("a later structure is drawn over an earlier one", () => {
  const image = drawPlane({
    ct: { grid, hu: air },
    plane: "axial",
    index: 16,
    window: mediastinumWindow,
    centre: [29.5, 24.5],
    widthMm: 60,
    sizePixels: 240,
    structures: [
      { mask: block, colour },
      { mask: block, colour: [10, 240, 20] },
    ],
  });
  expect(middleOf(image)).toBeUndefined();
});
