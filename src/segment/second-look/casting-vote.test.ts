/**
 * A tumour with consolidation beside it, drawn with it by one network and without it by two: the one that answers prompts decides. In its place
 * stands what finds all that is dense.
 */
import { expect, test } from "vitest";
import { noAorta } from "#anatomy/aorta/aorta.ts";
import { patientPoint } from "#core/coordinates.ts";
import { certainByte, toByte } from "#geometry/confidence.ts";
import { boundingBox } from "#geometry/crop.ts";
import { withinDistance } from "#geometry/distances/within-distance.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere, sameVoxels, uniteMasks } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { findsDense } from "../../../test/finds-dense.ts";
import { cutSpurs } from "../border/notches-and-spurs.ts";
import { toMask } from "../clean-up.ts";
import type { PromptModel } from "../prompts/prompt-model.ts";
import { settleBorder, uniteNear } from "./casting-vote.ts";
import type { Opinion } from "./second-opinion.ts";

const [width, height, slices] = [80, 64, 32] as const;
const grid = createGrid([width, height, slices], [2, 2, 3], patientPoint(0, 0, 0));

function ball(x: number, y: number, z: number, radiusMm: number): Mask {
  return maskWhere(grid, (at) => {
    const [dx, dy] = [((at % width) - x) * 2, ((Math.floor(at / width) % height) - y) * 2];
    return Math.hypot(dx, dy, (Math.floor(at / (width * height)) - z) * 3) < radiusMm;
  });
}

const tumour = uniteMasks(grid, [ball(26, 24, 16, 21), ball(40, 38, 16, 21)]);
/** In the corner of the box round the tumour. */
const consolidation = ball(42, 20, 16, 17);
const whole = uniteMasks(grid, [tumour, consolidation]);
const hu = Int16Array.from(whole.data, (inside) => (inside === 1 ? 40 : -850));
const ct = { grid, hu, aorta: noAorta };

const third = async (): Promise<PromptModel> => findsDense;
const never = async (): Promise<PromptModel> => {
  throw new Error("asked");
};
/** The second network sees what both do, if nothing else is said. */
const drawnAs = (contour: Mask, both: Mask, seen = both) => ({
  ...{ contour, both },
  second: { grid, data: seen.data.map((inside) => inside * certainByte) },
});
const dsc = (a: Mask, b: Mask): number => volumeOverlap(a, b).dsc ?? 0;

test("where the third does not see it either, all of that goes, also what is near to the tumour; who reviews it is told", async () => {
  // Beside the box round the tumour, in which the third follows it.
  const longer = uniteMasks(grid, [tumour, ball(58, 38, 16, 21)]);
  const { mask, disputed } = await settleBorder(ct, drawnAs(longer, tumour), third);
  expect(sameVoxels(mask, cutSpurs(tumour))).toBe(true);
  const box = boundingBox(maskWhere(grid, (at) => longer.data[at] > mask.data[at]));
  expect(disputed).toEqual({ box, isKept: false });
});

test("what the second and the third see belongs to it then, and what hangs on a spur does not", async () => {
  const longer = uniteMasks(grid, [tumour, ball(58, 38, 16, 21)]);
  // The third sees the corner as well, and nothing beside the box.
  const two = uniteMasks(grid, [tumour, consolidation, ball(58, 38, 16, 9)]);
  const { mask } = await settleBorder(ct, drawnAs(longer, tumour, two), third);
  expect(dsc(mask, whole)).toBeGreaterThan(0.98);
  const bridge = maskWhere(grid, (at) => {
    const [i, j, k] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    return i >= 17 && i < 20 && j >= 30 && j < 50 && k >= 14 && k < 19;
  });
  const bridged = uniteMasks(grid, [tumour, bridge, ball(18, 50, 16, 11)]);
  const cut = await settleBorder(ct, drawnAs(uniteMasks(grid, [bridged, longer]), bridged), third);
  expect(dsc(cut.mask, tumour)).toBeGreaterThan(0.98);
});

test("where it takes that for tumour, nothing is left out, and what both see is added", async () => {
  const both = uniteMasks(grid, [tumour, ball(25, 23, 16, 21)]);
  const { mask, disputed } = await settleBorder(ct, drawnAs(whole, both), third);
  expect(sameVoxels(mask, uniteMasks(grid, [whole, both]))).toBe(true);
  // Less than a fifth of the contour.
  expect(disputed).toBeUndefined();
  const more = uniteMasks(grid, [whole, ball(24, 42, 16, 17)]);
  const dense = { ...ct, hu: Int16Array.from(more.data, (inside) => (inside === 1 ? 40 : -850)) };
  const settled = await settleBorder(dense, drawnAs(more, tumour), third);
  expect(sameVoxels(settled.mask, more)).toBe(true);
  const near = withinDistance(tumour, 5);
  const box = boundingBox(maskWhere(grid, (at) => more.data[at] > near[at]));
  expect(settled.disputed).toEqual({ box, isKept: true });
});

test("a CT's contour is settled so: the third is the network that answers clicks", async () => {
  const opinionOf = (mask: Mask, threshold: number): Opinion => ({
    confidence: { grid, data: mask.data.map((inside) => inside * toByte(0.97, threshold)) },
    threshold,
  });
  const first = opinionOf(whole, 0.1);
  const seen = { hu, threshold: 0.1, askSecond: async () => opinionOf(tumour, 0.9) };
  const inBeside = 44 + width * (17 + height * 16);
  expect([whole.data[inBeside], tumour.data[inBeside]]).toEqual([1, 0]);
  const two = await toMask(first.confidence, "tumour", seen);
  const three = await toMask(first.confidence, "tumour", { ...seen, clicks: third });
  expect([two.mask.data[inBeside], three.mask.data[inBeside]]).toEqual([0, 1]);
});

test("it is asked where a twentieth of the contour is at stake, and not where all lies near to what both see", async () => {
  const smaller = uniteMasks(grid, [ball(26, 24, 16, 18), ball(40, 38, 16, 18)]);
  expect(sameVoxels((await settleBorder(ct, drawnAs(tumour, smaller), never)).mask, tumour)).toBe(true);
  const speck = uniteMasks(grid, [tumour, ball(40, 23, 16, 8)]);
  expect(dsc(speck, tumour)).toBeLessThan(0.99);
  expect(dsc((await settleBorder(ct, drawnAs(speck, tumour), never)).mask, tumour)).toBeGreaterThan(0.99);
  await expect(settleBorder(ct, drawnAs(whole, tumour), never)).rejects.toThrow("asked");
});

test("without a third network what is near stays, and no more; who reviews it is told where the rest lies", async () => {
  const longer = uniteMasks(grid, [tumour, ball(58, 38, 16, 21)]);
  const { mask, disputed } = await settleBorder(ct, drawnAs(longer, tumour), undefined);
  const reach = withinDistance(tumour, 5);
  expect(mask.data.every((value, at) => value === (longer.data[at] & reach[at]))).toBe(true);
  const box = boundingBox(maskWhere(grid, (at) => longer.data[at] > reach[at]));
  expect(disputed).toEqual({ box, isKept: false });
  const nothing = emptyMask(grid);
  expect((await settleBorder(ct, drawnAs(nothing, nothing), never)).mask).toBe(nothing);
});

test("what both see is added, and nothing that has nothing to do with the contour", () => {
  const more = ball(34, 32, 16, 20);
  const united = uniteNear(tumour, more);
  expect(more.data.every((value, at) => value <= united.data[at])).toBe(true);
  expect(united.data.every((value, at) => value <= (tumour.data[at] | more.data[at]))).toBe(true);
  const elsewhere = ball(68, 56, 5, 8);
  expect(dsc(tumour, elsewhere)).toBe(0);
  expect(uniteNear(tumour, elsewhere)).toBe(tumour);
  expect(uniteNear(tumour, emptyMask(grid))).toBe(tumour);
});
