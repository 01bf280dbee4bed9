/** Stacks in which what is seen is set by hand, one place or two on each slice. */
import { expect, test } from "vitest";
import { bestCourse } from "./best-course.ts";
import { radii, type Seen } from "./wall-seen.ts";

const side = 24;
const image = { width: side, height: side, pixelMm: [2, 2] } as const;
const sliceMm = 5;

type Spot = {
  readonly x: number;
  readonly seen: number;
  readonly blood?: number;
  readonly radiusMm?: number;
};

function seenOn(spots: readonly Spot[]): Seen {
  const wall = new Float32Array(side * side * radii.length).fill(-1);
  const bloodHu = new Float32Array(side * side);
  for (const { x, seen, blood = 45, radiusMm = 13 } of spots) {
    const place = x + side * 12;
    bloodHu[place] = blood;
    wall[radii.indexOf(radiusMm) + radii.length * place] = seen;
  }
  return { wall, blood: bloodHu };
}

const follow = (slices: readonly (readonly Spot[])[]) => bestCourse(slices.map(seenOn), image, sliceMm);
const columnsOf = (slices: readonly (readonly Spot[])[]) => new Set(follow(slices).map(({ x }) => x));

test("a vessel is followed from end to end, over slices on which little of it is seen, and no farther", () => {
  const seen = [0.2, 0.2, 0.9, 0.9, 0.9, 0.15, 0.15, 0.9, 0.9, 0.9, 0.2];
  const course = follow(seen.map((part) => [{ x: 10, seen: part }]));
  expect(course.map(({ slice }) => slice)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test("what is hardly seen is on no course, and where nothing is seen there is none", () => {
  const seen = [0.9, 0.9, 0.05, 0.9, 0.9, 0.9];
  expect(follow(seen.map((part) => [{ x: 10, seen: part }])).map(({ slice }) => slice)).toEqual([3, 4, 5]);
  expect([follow([[], []]), follow([])]).toEqual([[], []]);
});

test("it moves aside by no more than a vessel does", () => {
  const winding = [10, 13, 10, 13, 10];
  expect(follow(winding.map((x) => [{ x, seen: 0.9 }])).map(({ x }) => x)).toEqual(winding);
  // 8 mm in 5.
  const leap = [10, 10, 10, 14, 14];
  expect(follow(leap.map((x) => [{ x, seen: 0.9 }])).map(({ x }) => x)).toEqual([10, 10, 10]);
});

test("of two the straighter one is taken, and the one of even density, though a little less of it is seen", () => {
  const winding = [6, 9, 6, 9, 6, 9].map((x) => [
    { x, seen: 0.9 },
    { x: 18, seen: 0.85 },
  ]);
  expect(columnsOf(winding)).toEqual(new Set([18]));
  const uneven = [40, 120, 40, 120, 40, 120].map((blood) => [
    { x: 6, seen: 0.95, blood },
    { x: 18, seen: 0.7 },
  ]);
  expect(columnsOf(uneven)).toEqual(new Set([18]));
});

test("its radius changes by a millimetre from slice to slice at most", () => {
  const wider = [11, 12, 13, 14].map((radiusMm) => [{ x: 10, seen: 0.9, radiusMm }]);
  expect(follow(wider).map(({ radiusMm }) => radiusMm)).toEqual([11.5, 12.5, 13.5, 14.5]);
  const jump = [11, 11, 11, 13, 13].map((radiusMm) => [{ x: 10, seen: 0.9, radiusMm }]);
  expect(follow(jump)).toHaveLength(3);
});

test("of radii with which as much is seen the middle one is taken, and half a millimetre for the blur", () => {
  const alike = [11, 12, 13, 14, 15].map((radiusMm) => ({
    ...{ x: 10, radiusMm },
    seen: radiusMm === 12 ? 0.9 : 0.89,
  }));
  const slice = [...alike, { x: 10, seen: 0.8, radiusMm: 16 }];
  expect(follow([slice, slice]).map(({ radiusMm }) => radiusMm)).toEqual([13.5, 13.5]);
});
