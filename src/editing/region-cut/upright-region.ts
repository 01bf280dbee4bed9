/**
 * Segmentation of a region sees the patient upright (geometry/upright.ts), as networks do; what is found goes back to the
 * stored CT's voxels. Not here: the segmentation (segment-region.ts).
 */
import { storedBox, type Turn, toStored } from "#geometry/upright.ts";
import type { Region } from "./segment-region.ts";

/** A region of the upright CT as the same voxels of the stored one. */
export function storedRegion({ box, inside }: Region, turn: Turn): Region {
  if (inside.length === 0) return { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside };
  const size = (part: Region["box"]) =>
    [part.to[0] - part.from[0], part.to[1] - part.from[1], part.to[2] - part.from[2]] as const;
  const turnedBox = storedBox(turn, box);
  // The box turns as the whole does: same axes, same directions, fewer voxels.
  const boxTurn: Turn = {
    ...turn,
    stored: { ...turn.stored, size: size(turnedBox) },
    upright: { ...turn.upright, size: size(box) },
  };
  return { box: turnedBox, inside: toStored(inside, boxTurn) };
}
