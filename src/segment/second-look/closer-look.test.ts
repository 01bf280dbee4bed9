/** A small tumour of a phantom, drawn too small: the network that answers clicks gives it back what was missed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { noAorta } from "#anatomy/aorta/aorta.ts";
import { createRandom } from "#core/random.ts";
import { erodedBy } from "#geometry/distances/within-distance.ts";
import { countVoxels, emptyMask, type Mask, sameVoxels, volumeCc } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { clickModel, type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { generatePatient } from "#phantom/generate.ts";
import { addSeenCloser } from "./closer-look.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel(clickModel, { threads: 1 });
});
afterAll(() => model.dispose());

const phantom = (volumeCc: number) => {
  const tumourPlan = { lobe: "right-upper", contact: "none", volumeCc } as const;
  return generatePatient(createRandom("b"), { size: 192, tumourPlan });
};
const small = phantom(8);
const clicks = async (): Promise<LoadedModel> => model;
const never = async (): Promise<LoadedModel> => {
  throw new Error("asked");
};
const dsc = (a: Mask, b: Mask): number => volumeOverlap(a, b).dsc ?? 0;

test("a small tumour that was drawn too small is drawn better, and nothing of it is taken away", async () => {
  const { grid, hu, gtv } = small;
  const contour = erodedBy(gtv, 3);
  expect(volumeCc(contour)).toBeGreaterThan(0.5);
  const seen = await addSeenCloser({ grid, hu, aorta: noAorta }, contour, clicks);
  expect(dsc(gtv, contour)).toBeLessThan(0.75);
  expect(dsc(gtv, seen)).toBeGreaterThan(0.9);
  expect(contour.data.every((value, at) => value <= seen.data[at])).toBe(true);
});

test("a large one is left as it is, and so is an empty contour", async () => {
  const { grid, hu, gtv } = phantom(30);
  expect(await addSeenCloser({ grid, hu, aorta: noAorta }, gtv, never)).toBe(gtv);
  const empty = emptyMask(grid);
  expect(await addSeenCloser({ grid, hu, aorta: noAorta }, empty, never)).toBe(empty);
});

test("what is found and has little to do with the contour is not added", async () => {
  const { grid, hu, gtv } = small;
  const contour = erodedBy(gtv, 5);
  expect(countVoxels(contour)).toBeGreaterThan(0);
  expect(dsc(gtv, contour)).toBeLessThan(0.4);
  expect(sameVoxels(await addSeenCloser({ grid, hu, aorta: noAorta }, contour, clicks), contour)).toBe(true);
});
