import { describe, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import fixture from "./fixtures/staple.json" with { type: "json" };
import { majorityConsensus } from "./majority.ts";
import { staple } from "./staple.ts";

/** A row of 10 voxels of 1 cc each. */
const row = createGrid([10, 1, 1], [10, 10, 10], patientPoint(0, 0, 0));

/** "0110" as a mask whose other voxels are empty. */
function bits(text: string, grid = row): Mask {
  const mask = emptyMask(grid);
  [...text].forEach((letter, at) => {
    mask.data[at] = Number(letter);
  });
  return mask;
}

const textOf = (mask: Mask): string => [...mask.data].join("");

test("the majority is what more than half contoured; a tie is none", () => {
  const [a, b, c] = [bits("1111000000"), bits("0111100000"), bits("0001110000")];
  expect(textOf(majorityConsensus([a, b, c]))).toBe("0111100000");
  expect(textOf(majorityConsensus([a, b]))).toBe("0111000000");
  expect(textOf(majorityConsensus([a]))).toBe("1111000000");
});

describe.each(fixture.cases)("STAPLE of $title", ({ masks, inside, prior, sensitivity, specificity }) => {
  const grid = createGrid(fixture.size as [number, number, number], [1, 1, 1], patientPoint(0, 0, 0));

  test("is the textbook's, computed voxel by voxel", () => {
    const estimate = staple(masks.map((mask) => bits(mask, grid)));
    expect(estimate?.prior).toBeCloseTo(prior, 12);
    estimate?.observers.forEach((observer, at) => {
      expect(observer.sensitivity).toBeCloseTo(sensitivity[at], 6);
      expect(observer.specificity).toBeCloseTo(specificity[at], 6);
    });
    expect(estimate?.mask && textOf(estimate.mask)).toBe(inside);
    expect(estimate?.converged).toBe(true);
  });
});

test("STAPLE recovers the skill of simulated observers and a truth better than the majority", () => {
  const grid = createGrid([80, 80, 80], [1, 1, 1], patientPoint(0, 0, 0));
  const random = createRandom(5);
  const truth = emptyMask(grid);
  for (let at = 0; at < truth.data.length; at++) truth.data[at] = random.next() < 0.3 ? 1 : 0;
  const skill = [
    [0.95, 0.98],
    [0.9, 0.9],
    [0.7, 0.97],
    [0.6, 0.7],
    [0.55, 0.65],
  ];
  const masks = skill.map(([sensitivity, specificity]) => {
    const mask = emptyMask(grid);
    truth.data.forEach((inside, at) => {
      const right = random.next() < (inside === 1 ? sensitivity : specificity);
      mask.data[at] = right ? inside : 1 - inside;
    });
    return mask;
  });
  const estimate = staple(masks);
  // Outside are 0.7 of the voxels, and the shell of one voxel round them that nobody contoured.
  const [noisy, shell] = [0.7 * 80 ** 3, 82 ** 3 - 80 ** 3];
  // 150,000 voxels inside: four standard errors of a rate near 0.6 are 0.005; the shell, on which all agree, pulls on top.
  estimate?.observers.forEach(({ sensitivity, specificity }, at) => {
    expect(Math.abs(sensitivity - skill[at][0])).toBeLessThan(0.02);
    expect(Math.abs(specificity - (skill[at][1] * noisy + shell) / (noisy + shell))).toBeLessThan(0.02);
  });
  const error = (mask: Mask): number =>
    mask.data.reduce((sum, value, at) => sum + Math.abs(value - truth.data[at]), 0);
  expect(error(estimate?.mask ?? truth)).toBeGreaterThan(0);
  expect(error(estimate?.mask ?? truth)).toBeLessThan(0.8 * error(majorityConsensus(masks)));
});

test("STAPLE of equal contours is that contour, whatever the size of the grid; of none it is null", () => {
  const contour = bits("0110100000");
  expect(staple([contour, contour, contour])).toMatchObject({
    mask: { data: contour.data },
    converged: true,
  });
  const full = bits("1111111111");
  expect(textOf(staple([full, full])?.mask ?? emptyMask(row))).toBe("1111111111");
  expect(staple([emptyMask(row), emptyMask(row)])).toBe(null);
  expect(() => staple([])).toThrow("1 to 31");
  const lengths = [
    [2, 6],
    [3, 7],
    [5, 8],
  ] as const;
  const within = (width: number) => {
    const grid = createGrid([width, width, width], [1, 1, 1], patientPoint(0, 0, 0));
    const masks = lengths.map(([from, to]) => {
      const mask = emptyMask(grid);
      mask.data.fill(1, from + width * (2 + width * 2), to + width * (2 + width * 2));
      return mask;
    });
    return staple(masks);
  };
  const [small, large] = [within(10), within(40)];
  expect(large?.observers).toEqual(small?.observers);
});
