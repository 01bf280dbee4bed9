/** A region on its way from the server to the page: its box, and one bit per voxel as base64. */
import type { Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { base64ToBytes, bytesToBase64 } from "#editing/patch/base64.ts";
import type { Region } from "./segment-region.ts";

export type PackedRegion = { readonly from: Vector3; readonly to: Vector3; readonly inside: string };

export function packRegion({ box, inside }: Region): PackedRegion {
  const bits = new Uint8Array(Math.ceil(inside.length / 8));
  for (let at = 0; at < inside.length; at++) if (inside[at] === 1) bits[at >> 3] |= 1 << (at & 7);
  return { from: box.from, to: box.to, inside: bytesToBase64(bits) };
}

/** Throws `invalid-value` for what `packRegion` would not have written. */
export function unpackRegion({ from, to, inside }: PackedRegion): Region {
  const bits = base64ToBytes(inside);
  const count = [0, 1, 2].reduce((product, axis) => product * (to[axis] - from[axis]), 1);
  if (bits.length !== Math.ceil(count / 8))
    throw new DelineateError("invalid-value", `A region of ${count} voxels came as ${bits.length} bytes.`);
  const voxels = new Uint8Array(count);
  for (let at = 0; at < count; at++) voxels[at] = (bits[at >> 3] >> (at & 7)) & 1;
  return { box: { from, to }, inside: voxels };
}
