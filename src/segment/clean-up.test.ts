import { describe, expect, test } from "vitest";
import { findCoarseLungs } from "#anatomy/lung-support.ts";
import { patientPoint } from "#core/coordinates.ts";
import { levelContours } from "#editing/tools/level-contours.ts";
import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, maskWhere } from "#geometry/mask.ts";
import { storedMask, toStored, turnOf, uprightCt } from "#geometry/upright.ts";
import { storedWays, turnedGrid } from "../../test/turned.ts";
import { toMask } from "./clean-up.ts";

const [width, height, slices] = [100, 80, 40] as const;
const grid = createGrid([width, height, slices], [3, 3, 5], patientPoint(0, 0, 0));

type Ball = { readonly x: number; readonly y: number; readonly z: number; readonly radiusMm: number };

function inside({ x, y, z, radiusMm }: Ball, index: number): boolean {
  const dx = ((index % width) - x) * 3;
  const dy = ((Math.floor(index / width) % height) - y) * 3;
  const dz = (Math.floor(index / (width * height)) - z) * 5;
  return Math.hypot(dx, dy, dz) < radiusMm;
}

/** A dome of the abdomen that bulges into the left lung from below, and a smaller tumour in the right one. */
const dome: Ball = { x: 70, y: 40, z: 12, radiusMm: 33 };
const tumour: Ball = { x: 30, y: 40, z: 22, radiusMm: 18 };

/** A block of tissue, two lungs of air from slice 12 up, the dome and the tumour in them. */
const hu = Int16Array.from({ length: width * height * slices }, (_, index) => {
  const [x, y, z] = [index % width, Math.floor(index / width) % height, Math.floor(index / (width * height))];
  if (x < 3 || x >= 97 || y < 5 || y >= 75) return -1000;
  const lung = z >= 12 && z < 36 && y >= 18 && y < 62 && ((x >= 12 && x < 44) || (x >= 56 && x < 88));
  return lung && !inside(dome, index) && !inside(tumour, index) ? -850 : 40;
});

const seen = { hu, threshold: 0.1 };

/** The model is surest of the dome: it is the larger region. */
function confidence(balls: readonly Ball[]): Confidence {
  const data = Uint8Array.from(hu, (_, index) => {
    const lower = Math.floor(index / (width * height)) >= 12;
    return lower && balls.some((ball) => inside(ball, index)) ? 200 : 0;
  });
  return { grid, data };
}

const centre = ({ x, y, z }: Ball): number => x + width * (y + height * z);
const inDome = centre({ ...dome, z: 15 });

test("a region without lung below it gives way to a smaller one in the lung", async () => {
  const { mask, leftOut } = await toMask(confidence([dome, tumour]), "largest", seen);
  expect(mask.data[centre(tumour)]).toBe(1);
  expect(mask.data[inDome]).toBe(0);
  expect(leftOut).toBe(1);
});

test("a region without lung below it is kept if it is the only one", async () => {
  expect((await toMask(confidence([dome]), "largest", seen)).mask.data[inDome]).toBe(1);
});

test("where the image shows no lungs the surest region is kept", async () => {
  const tissue = hu.map(() => 40);
  const { mask } = await toMask(confidence([dome, tumour]), "largest", { ...seen, hu: tissue });
  expect(mask.data[inDome]).toBe(1);
});

test("a region above the lungs gives way too, whatever lies below it", async () => {
  const neck: Ball = { x: 70, y: 40, z: 38, radiusMm: 12 };
  const { mask: region } = await toMask(confidence([neck, { ...tumour, radiusMm: 8 }]), "largest", seen);
  expect(region.data[centre(tumour)]).toBe(1);
  expect(region.data[centre(neck)]).toBe(0);
});

test("a small region that the model is sure of comes before a wide one that it doubts", async () => {
  const wide: Ball = { x: 30, y: 40, z: 22, radiusMm: 20 };
  const small: Ball = { x: 70, y: 40, z: 25, radiusMm: 12 };
  const doubted = confidence([wide, small]);
  const data = doubted.data.map((value, index) =>
    value > 0 && inside(wide, index) ? 160 : value > 0 ? 250 : 0,
  );
  const { mask } = await toMask({ ...doubted, data }, "largest", seen);
  expect([mask.data[centre(small)], mask.data[centre(wide)]]).toEqual([1, 0]);
});

describe("the level that a person tries", async () => {
  const both = confidence([dome, tumour]);
  const { mask: ownContour } = await toMask(both, "largest", seen);
  const nothing = emptyMask(grid);

  test.each(Object.entries(storedWays))(
    "at the model's own threshold is the model's region, stored %s",
    (_, way) => {
      const stored = turnedGrid(grid, way);
      const turn = turnOf(stored);
      const ct = { grid: stored, hu: toStored(hu, turn) };
      const lungs = findCoarseLungs(uprightCt(ct, turn));
      const turned = { grid: stored, data: toStored(both.data, turn) };
      for (const contour of [ownContour, nothing]) {
        const contourAt = levelContours(turned, storedMask(contour, turn), lungs);
        expect(Buffer.compare(contourAt(insideFrom).data, toStored(ownContour.data, turn))).toBe(0);
      }
    },
  );

  test("is in the lung at every level, not in the dome that is larger", () => {
    for (const contour of [ownContour, nothing]) {
      const contourAt = levelContours(both, contour, findCoarseLungs({ grid, hu }));
      for (const level of [1, 60, insideFrom - 4, insideFrom, insideFrom + 4, 200])
        expect(Buffer.compare(contourAt(level).data, ownContour.data)).toBe(0);
      expect(contourAt(201).data.includes(1)).toBe(false);
    }
  });

  test("stays with what the model contours, whatever region is surer", () => {
    const contourAt = levelContours(
      both,
      maskWhere(grid, (at) => inside(dome, at)),
      findCoarseLungs({ grid, hu }),
    );
    for (const level of [1, insideFrom, 200]) {
      expect(contourAt(level).data[inDome]).toBe(1);
      expect(contourAt(level).data[centre(tumour)]).toBe(0);
    }
  });
});

test("a bay of lung in the tumour that is narrower than a vessel belongs to the contour, and to none of a network's own", async () => {
  const fine = createGrid([60, 60, 5], [1, 1, 3], patientPoint(0, 0, 0));
  const [i, j] = [(at: number) => at % 60, (at: number) => Math.floor(at / 60) % 60];
  const block = (at: number): boolean => i(at) >= 15 && i(at) < 45 && j(at) >= 15 && j(at) < 45;
  const bay = (at: number): boolean => j(at) < 27 && i(at) >= 28 && i(at) < 32;
  const { data } = maskWhere(fine, (at) => block(at) && !bay(at));
  const here = { ...seen, hu: Int16Array.from(data, (value) => (value === 1 ? 40 : -850)) };
  const fineConfidence: Confidence = { grid: fine, data: data.map((value) => value * 250) };
  const inBay = 30 + 60 * (21 + 60 * 2);
  expect((await toMask(fineConfidence, "tumour", here)).mask.data[inBay]).toBe(1);
  expect((await toMask(fineConfidence, "largest", here)).mask.data[inBay]).toBe(0);
});
