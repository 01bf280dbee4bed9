/**
 * A tumour that a person points at, by a click inside it or a box round it: by the network that answers prompts, its border
 * moved to where the image has one. What the workspace's "segment again" does, and the bench tries. The network sees the
 * patient upright; prompt and region are in the voxels of the CT as it is stored.
 */

import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import { cropImage } from "#editing/region-cut/region-image.ts";
import { cutAt, reachOf } from "#editing/region-cut/region-reach.ts";
import { type Region, segmentBoxImage } from "#editing/region-cut/segment-region.ts";
import { toByte } from "#geometry/confidence.ts";
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
import { onGrid, type ProbabilityInBox } from "./answers-on-grid.ts";
import { insideProbability } from "./contour-part.ts";
import { closely, followFromClick, followInBox } from "./follow-tumour.ts";
import type { PromptModel } from "./prompt-model.ts";
import { sharpen } from "./sharpen.ts";

/** Room round what was found, for the border to move. */
const roomMm = 8;

export type RegionPrompt = { readonly click: VoxelPoint } | { readonly box: Box };

/** A CT as it is stored, and as the network sees it. */
export type SeenCt = { readonly turn: Turn; readonly upright: CtImage };

export function seeUpright(ct: CtImage): SeenCt {
  const turn = turnOf(ct.grid);
  return { turn, upright: uprightCt(ct, turn) };
}

const nowhere: Region = { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside: new Uint8Array(0) };

/** Nothing inside for a prompt beside the CT, and where nothing was found. */
export async function findRegion(
  { turn, upright }: SeenCt,
  model: PromptModel,
  prompt: RegionPrompt,
): Promise<Region> {
  const region =
    "click" in prompt
      ? await regionFromClick(upright, model, uprightPoint(turn, prompt.click))
      : await regionInBox(upright, model, uprightBox(turn, prompt.box));
  if (region.inside.length === 0) return nowhere;
  const box = storedBox(turn, region.box);
  const size: Vector3 = [box.to[0] - box.from[0], box.to[1] - box.from[1], box.to[2] - box.from[2]];
  return { box, inside: toStored(region.inside, turnOf({ ...turn.stored, size })) };
}

/** As `findRegion` for a CT that is upright. */
export async function regionFromClick(
  ct: CtImage,
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

/** A box is drawn on one slice: its depth is the page's guess, and grows by this much at a time, this often at most. */
const growth = { mm: 15, times: 6 } as const;

/** In a box that the tumour fills for the most part. Where what is found reaches the box's first or last slice, the box grows. */
async function regionInBox(ct: CtImage, model: PromptModel, wanted: Box): Promise<Region> {
  const step = Math.max(1, Math.round(growth.mm / ct.grid.spacingMm[2]));
  let region = await regionInThisBox(ct, model, wanted);
  for (let grown = 0; grown < growth.times; grown++) {
    const { first, last } = cutAt(region, ct.grid)[2];
    if (!first && !last) break;
    const { from, to } = region.box;
    region = await regionInThisBox(ct, model, {
      from: [from[0], from[1], from[2] - (first ? step : 0)],
      to: [to[0], to[1], to[2] + (last ? step : 0)],
    });
  }
  return withoutSpareSlices(region, ct.grid, wanted);
}

/** Empty slices round what was found, which say that it ended there. */
const spareSlices = 2;

/** What was looked through beyond the wanted box for nothing is left out: a contour there is not contoured anew. */
function withoutSpareSlices(region: Region, grid: CtImage["grid"], wanted: Box): Region {
  const { box, inside } = region;
  const found = reachOf(region, grid) ?? wanted;
  const first = Math.max(box.from[2], Math.min(wanted.from[2], found.from[2] - spareSlices));
  const last = Math.min(box.to[2], Math.max(wanted.to[2], found.to[2] + spareSlices));
  const [width, height] = boxSize(box);
  const area = width * height;
  return {
    box: { from: [box.from[0], box.from[1], first], to: [box.to[0], box.to[1], last] },
    inside: inside.subarray(area * (first - box.from[2]), area * (last - box.from[2])),
  };
}

/** The network's answer is evidence beside the density of the tissue. */
async function regionInThisBox(ct: CtImage, model: PromptModel, wanted: Box): Promise<Region> {
  const image = cropImage(ct, null, wanted);
  if (image.hu.length === 0) return nowhere;
  const answers = await followInBox(ct, model, image.box);
  if (answers.length === 0) return segmentBoxImage(image);
  const found = onGrid(ct, answers, model.input.size, 0);
  return segmentBoxImage({ ...image, confidence: confidenceIn(image.box, found) });
}

/** As bytes of a confidence on another box's voxels; 0 beside `found`. */
function confidenceIn(box: Box, found: ProbabilityInBox): Uint8Array {
  const size = [0, 1, 2].map((axis) => box.to[axis] - box.from[axis]);
  const [width, height, depth] = [0, 1, 2].map((axis) => found.box.to[axis] - found.box.from[axis]);
  const confidence = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < depth; k++) {
    const z = k + found.box.from[2] - box.from[2];
    for (let j = 0; j < height; j++) {
      const y = j + found.box.from[1] - box.from[1];
      for (let i = 0; i < width; i++, at++) {
        const x = i + found.box.from[0] - box.from[0];
        if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) continue;
        confidence[x + size[0] * (y + size[1] * z)] = toByte(found.probability[at], insideProbability);
      }
    }
  }
  return confidence;
}
