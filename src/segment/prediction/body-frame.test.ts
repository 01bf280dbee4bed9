import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { cropToFrame, findBodyFrame, frameVoxels, wholeSquare } from "./body-frame.ts";

/** Air, a body of water in columns 80 to 159 and rows 60 to 119 (2 mm pixels), a couch of 6 mm under the whole width. */
function bodyInAir(): CtImage {
  const grid = createGrid([256, 256, 4], [2, 2, 5], patientPoint(0, 0, 0));
  const hu = new Int16Array(256 * 256 * 4).map((_, index) => {
    const [x, y] = [index % 256, Math.floor(index / 256) % 256];
    if (x >= 80 && x < 160 && y >= 60 && y < 120) return 0;
    return y >= 130 && y < 133 ? -100 : -1000;
  });
  return { grid, hu };
}

test("the frame is 1.15 times as wide as the body, round its middle; the couch does not count", () => {
  const { x, y, width, height } = findBodyFrame(bodyInAir());
  expect([width, height]).toEqual([92, 92]);
  expect(x + width / 2).toBe(120);
  // The couch's 256 x 3 pixels pull the middle down by a few of the body's 4,800.
  expect(y + height / 2).toBeGreaterThan(89);
  expect(y + height / 2).toBeLessThan(97);
});

test("the body is measured on the slices that are asked for", () => {
  const ct = bodyInAir();
  // A head of 60 mm in the last two slices.
  const hu = ct.hu.map((value, at) =>
    at >= 256 * 256 * 2 && (at % 256 < 105 || at % 256 >= 135) ? -1000 : value,
  );
  const columns = [0, 256] as const;
  const [low, high] = [[0, 2] as const, [2, 4] as const];
  expect(findBodyFrame({ ...ct, hu }, { slices: low, columns })).toEqual(
    findBodyFrame(ct, { slices: low, columns }),
  );
  expect(findBodyFrame({ ...ct, hu }, { slices: high, columns }).width).toBe(Math.round((28 * 2 * 1.15) / 2));
});

test("what air parts from the chest is no body: an arm beside it", () => {
  const ct = bodyInAir();
  // An arm of 60 x 80 mm, 10 mm from the body.
  const hu = ct.hu.map((value, at) => {
    const [x, y] = [at % 256, Math.floor(at / 256) % 256];
    return x >= 165 && x < 195 && y >= 70 && y < 110 ? 40 : value;
  });
  const chest = { slices: [0, 4], columns: [95, 145] } as const;
  expect(findBodyFrame(ct, chest)).toEqual(findBodyFrame(ct));
  expect(findBodyFrame({ ...ct, hu }, chest)).toEqual(findBodyFrame(ct));
  // The arm ends 36 columns farther out than the body; every fourth one is looked at.
  expect(findBodyFrame({ ...ct, hu }).width).toBe(Math.round((116 * 2 * 1.15) / 2));
});

test("what lies beyond air within the chest wall is body: subcutaneous emphysema", () => {
  const ct = bodyInAir();
  // Pockets of 10 mm within both sides of the body, 20 mm from the chest, with wall all round them.
  const hu = ct.hu.map((value, at) => {
    const [x, y] = [at % 256, Math.floor(at / 256) % 256];
    const isPocket = (x >= 88 && x < 93) || (x >= 147 && x < 152);
    return isPocket && y >= 65 && y < 115 ? -950 : value;
  });
  const chest = { slices: [0, 4], columns: [103, 137] } as const;
  expect(findBodyFrame({ ...ct, hu }, chest)).toEqual(findBodyFrame({ ...ct, hu }));
});

test("what air parts from the chest and widens the body little, as a fold of cloth, leaves the square as it is", () => {
  const { grid } = bodyInAir();
  // A body of 320 mm, and a fold of 8 mm beyond 4 mm of air.
  const hu = new Int16Array(256 * 256 * 4).map((_, at) => {
    const [x, y] = [at % 256, Math.floor(at / 256) % 256];
    return y >= 60 && y < 120 && ((x >= 40 && x < 200) || (x >= 202 && x < 206)) ? 0 : -1000;
  });
  const chest = { slices: [0, 4], columns: [60, 180] } as const;
  expect(findBodyFrame({ grid, hu }, chest)).toEqual(findBodyFrame({ grid, hu }));
});

test("an image without a body is seen whole", () => {
  const ct = bodyInAir();
  expect(findBodyFrame({ ...ct, hu: ct.hu.map(() => -1000) })).toEqual({
    x: 0,
    y: 0,
    width: 256,
    height: 256,
  });
});

test("a crop of one lung is seen whole: the tissue at its side is not the body", () => {
  const { grid, hu } = bodyInAir();
  const crop = { grid: { ...grid, spacingMm: [0.5, 0.5, 5] as const }, hu };
  expect(findBodyFrame(crop)).toEqual({ x: 0, y: 0, width: 256, height: 256 });
});

test("the crop holds the frame's voxels of every slice", () => {
  const ct = bodyInAir();
  const marked = { ...ct, hu: ct.hu.map((_, index) => index % 30_000) };
  const { grid, hu } = cropToFrame(marked, { x: 70, y: 50, width: 90, height: 90 });
  expect(grid.size).toEqual([90, 90, 4]);
  expect(hu[3 + 90 * (2 + 90 * 1)]).toBe(marked.hu[73 + 256 * (52 + 256 * 1)]);
});

/** The same body as a sagittal series put upright shows it: columns 6 mm apart, rows 2 mm, and as many as there were slices. */
function bodyInThickColumns(): CtImage {
  const whole = bodyInAir();
  const grid = createGrid([64, 256, 4], [6, 2, 5], patientPoint(0, 0, 0));
  // Columns 3 i + 32 of the whole image: 192 of its 256.
  const hu = new Int16Array(64 * 256 * 4).map(
    (_, at) => whole.hu[(at % 64) * 3 + 33 + 256 * Math.floor(at / 64)],
  );
  return { grid, hu };
}

test("the frame is a square in millimetres where columns and rows are not equally far apart", () => {
  const { x, y, width, height } = findBodyFrame(bodyInThickColumns());
  // The body is 160 mm wide: 27 columns of 6 mm at most; 1.15 times that is 31 columns, 93 rows.
  expect(width).toBeGreaterThanOrEqual(30);
  expect(width).toBeLessThanOrEqual(31);
  expect(Math.abs(width * 6 - height * 2)).toBeLessThanOrEqual(3);
  // Columns 80 to 159 of the whole image lie round column 29.2 of these, rows as there.
  expect(Math.abs(x + width / 2 - 29.2)).toBeLessThan(1);
  expect(y + height / 2).toBeGreaterThan(89);
  expect(y + height / 2).toBeLessThan(97);
});

test("a slice that is not square is seen in the smallest square round it, not squeezed", () => {
  const { grid } = bodyInThickColumns();
  // 384 mm by 512 mm: 512 mm are 85 columns; 21 more than there are, 11 of them before the first.
  expect(wholeSquare(grid)).toEqual({ x: -11, y: 0, width: 85, height: 256 });
  expect(wholeSquare(createGrid([138, 141, 4], [0.977, 0.977, 3], patientPoint(0, 0, 0)))).toEqual({
    x: -2,
    y: 0,
    width: 141,
    height: 141,
  });
});

test("beyond the image there is air for a CT and nothing for a mask; what is the whole image is not copied", () => {
  const size = [2, 2, 1] as const;
  const frame = { x: -1, y: 0, width: 4, height: 3 };
  expect(frameVoxels(Int16Array.of(1, 2, 3, 4), size, frame)).toEqual(
    Int16Array.of(-1024, 1, 2, -1024, -1024, 3, 4, -1024, -1024, -1024, -1024, -1024),
  );
  expect(frameVoxels(Uint8Array.of(1, 1, 1, 1), size, frame)).toEqual(
    Uint8Array.of(0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0),
  );
  const ct = bodyInAir();
  expect(cropToFrame(ct, wholeSquare(ct.grid)).hu).toBe(ct.hu);
});
