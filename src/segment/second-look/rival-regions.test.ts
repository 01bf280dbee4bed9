/** The network that answers clicks chooses among regions, on a phantom with a vessel across the lung beside the tumour. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import { boundingBox } from "#geometry/crop.ts";
import { emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { clickModel, type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { generatePatient } from "#phantom/generate.ts";
import { toMask } from "../clean-up.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel(clickModel, { threads: 1 });
});
afterAll(() => model.dispose());

const tumourPlan = { lobe: "right-upper", contact: "none", volumeCc: 30 } as const;
const { grid, hu, gtv } = generatePatient(createRandom("rivals"), { size: 192, tumourPlan });
const box = boundingBox(gtv);
if (box === undefined) throw new Error("the phantom has no tumour");
const [width, height] = grid.size;
/** In the other lung, through all slices. */
const vessel = {
  x: width - (box.from[0] + box.to[0]) / 2,
  y: (box.from[1] + box.to[1]) / 2,
  radiusMm: 14,
};
const inVessel = (at: number): boolean =>
  Math.hypot((at % width) - vessel.x, (Math.floor(at / width) % height) - vessel.y) * grid.spacingMm[0] <
  vessel.radiusMm;
const withVessel = hu.map((value, at) => (inVessel(at) ? 40 : value));
/** As long as the tumour: what a network that sees single slices might be sure of. */
const piece: Mask = maskWhere(grid, (at) => {
  const k = Math.floor(at / (width * height));
  return k >= box.from[2] && k < box.to[2] && inVessel(at);
});

/** Bytes of the two regions. */
function confidence(ofTumour: number, ofPiece: number): Confidence {
  const data = Uint8Array.from(gtv.data, (value, at) => value * ofTumour + piece.data[at] * ofPiece);
  return { grid, data };
}

const seen = { hu: withVessel, threshold: 0.5, lungs: () => undefined };

test("a piece of a vessel that the network is surer of gives way to the tumour", async () => {
  const both = confidence(240, 255);
  const surest = await toMask(both, "tumour", seen);
  expect(volumeOverlap(piece, surest.mask).dsc).toBeGreaterThan(0.5);
  const asked = await toMask(both, "tumour", { ...seen, clicks: async () => model });
  expect(volumeOverlap(gtv, asked.mask).dsc).toBeGreaterThan(0.8);
  expect(asked.leftOut).toBe(1);
  // A person is told where the other one lies.
  expect([surest.surer, asked.surer]).toEqual([undefined, boundingBox(piece)]);
});

test("of two pieces of one vessel, with which little that is followed agrees, the surer stays", async () => {
  const part = (from: number, to: number): Mask =>
    maskWhere(grid, (at) => {
      const k = Math.floor(at / (width * height));
      return k >= box.from[2] + from && k < box.from[2] + to && inVessel(at);
    });
  const [surer, longer] = [part(0, 3), part(4, 8)];
  const data = Uint8Array.from(surer.data, (value, at) => value * 255 + longer.data[at] * 235);
  const { mask } = await toMask({ grid, data }, "tumour", { ...seen, clicks: async () => model });
  expect(volumeOverlap(surer, mask).dsc).toBeGreaterThan(0.5);
  expect(volumeOverlap(longer, mask).dsc).toBe(0);
});

test("nobody is asked where there is one region, where the others count for little, or for the paper's networks", async () => {
  const clicks = async (): Promise<LoadedModel> => {
    throw new Error("asked");
  };
  const alone = await toMask(confidence(240, 0), "tumour", { ...seen, clicks });
  expect(volumeOverlap(gtv, alone.mask).dsc).toBeGreaterThan(0.8);
  // A certainty of 1 in 128 to the fourth power.
  const hardly = await toMask(confidence(255, insideFrom), "tumour", { ...seen, clicks });
  expect(volumeOverlap(gtv, hardly.mask).dsc).toBeGreaterThan(0.8);
  const { mask } = await toMask(confidence(240, 255), "largest", { ...seen, clicks });
  expect(Buffer.compare(mask.data, piece.data)).toBe(0);
  await expect(toMask(confidence(240, 255), "tumour", { ...seen, clicks })).rejects.toThrow("asked");
});

test("nothing stays nothing", async () => {
  const nothing = { grid, data: emptyMask(grid).data };
  const { mask, leftOut } = await toMask(nothing, "tumour", { ...seen, clicks: async () => model });
  expect([mask.data.includes(1), leftOut]).toEqual([false, 0]);
});
