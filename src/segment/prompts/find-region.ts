/**
 * A tumour that a person points at, by a click inside it or a box round it: by the network that answers prompts, its border
 * moved to where the image has one. What the workspace's "segment again" does, and the bench tries. The network sees the
 * patient upright; prompt and region are in the voxels of the CT as it is stored.
 */

import { type ChestCt, forRowsOfAorta, noAorta } from "#anatomy/aorta/aorta.ts";
import { findAorta } from "#anatomy/aorta/find-aorta.ts";
import { findCoarseLungs } from "#anatomy/lung-support.ts";
import type { VoxelPoint } from "#core/coordinates.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { type Box, boxSize } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import {
  storedBox,
  type Turn,
  toStored,
  turnOf,
  uprightBox,
  uprightCt,
  uprightPoint,
} from "#geometry/upright.ts";
import { onGrid } from "./answers-on-grid.ts";
import { closely, followFromClick } from "./follow-tumour.ts";
import type { PromptModel } from "./prompt-model.ts";
import { nowhere, regionInBox } from "./region-in-box.ts";
import { sharpen } from "./sharpen.ts";

/** Room round what was found, for the border to move. */
const roomMm = 8;

export type RegionPrompt = { readonly click: VoxelPoint } | { readonly box: Box };

/** A CT as it is stored, and as the network sees it. */
export type SeenCt = { readonly turn: Turn; readonly upright: ChestCt };

export function seeUpright(ct: CtImage): SeenCt {
  const turn = turnOf(ct.grid);
  const upright = uprightCt(ct, turn);
  return { turn, upright: { ...upright, aorta: findAorta(upright, findCoarseLungs(upright)) } };
}

/** Nothing inside for a prompt beside the CT, and where nothing was found. */
export async function findRegion(
  { turn, upright }: SeenCt,
  model: PromptModel,
  prompt: RegionPrompt,
): Promise<Region> {
  const uprightPrompt: RegionPrompt =
    "click" in prompt ? { click: uprightPoint(turn, prompt.click) } : { box: uprightBox(turn, prompt.box) };
  const ct = asMeant(upright, uprightPrompt);
  const region =
    "click" in uprightPrompt
      ? await regionFromClick(ct, model, uprightPrompt.click)
      : await regionInBox(ct, model, uprightPrompt.box);
  if (region.inside.length === 0) return nowhere;
  const box = storedBox(turn, region.box);
  return { box, inside: toStored(region.inside, turnOf({ ...turn.stored, size: boxSize(box) })) };
}

/** Who points at the aorta means it: by a click in it, or a box of which a third lies in it. */
function asMeant(ct: ChestCt, prompt: RegionPrompt): ChestCt {
  const isMeant =
    "click" in prompt ? aortaPart(ct, voxelOf(prompt.click)) > 0 : aortaPart(ct, prompt.box) > 1 / 3;
  return isMeant ? { ...ct, aorta: noAorta } : ct;
}

function voxelOf(point: VoxelPoint): Box {
  const [i, j, k] = point.map(Math.round);
  return { from: [i, j, k], to: [i + 1, j + 1, k + 1] };
}

/** Of a box's voxels. */
function aortaPart({ grid, aorta }: ChestCt, box: Box): number {
  const size = boxSize(box);
  let inside = 0;
  forRowsOfAorta(aorta, { grid: { ...grid, size }, corner: box.from }, (_, start, end) => {
    inside += end - start;
  });
  return inside / (size[0] * size[1] * size[2]);
}

/** From a click in a CT that is upright; nothing in its aorta. */
export async function regionFromClick(
  ct: ChestCt,
  model: PromptModel,
  click: VoxelPoint,
  pace = closely,
): Promise<Region> {
  const outside = click.some(
    (value, axis) => Math.round(value) < 0 || Math.round(value) >= ct.grid.size[axis],
  );
  if (outside) return nowhere;
  const answers = await followFromClick(ct, model, click, pace);
  return answers.length === 0 ? nowhere : sharpen(ct, onGrid(ct, answers, model.input.size, roomMm));
}
