/**
 * 64 bits that say whether a mask is still the same, kept up to date voxel by voxel: the exclusive or of a number for each voxel
 * inside (Zobrist 1970). Two orders of the same changes end alike, and a change that is taken back leaves none. No seal: who
 * wants to can make two masks of one fingerprint.
 */
import type { Mask } from "#geometry/mask.ts";
import { nextInside } from "#geometry/seek.ts";

/** Of an empty mask: all zero. Changes in place by `flipVoxel`. */
export type Fingerprint = Uint32Array;

/** One loop over the voxels inside. */
export function fingerprintOf({ data }: Mask): Fingerprint {
  const fingerprint = new Uint32Array(2);
  for (let at = nextInside(data, 0, data.length); at < data.length; at = nextInside(data, at, data.length)) {
    for (; data[at] === 1; at++) flipVoxel(fingerprint, at);
  }
  return fingerprint;
}

/** The voxel at that place in memory changes sides. */
export function flipVoxel(fingerprint: Fingerprint, at: number): void {
  fingerprint[0] ^= scatter(at + 1, 0x9e3779b9);
  fingerprint[1] ^= scatter(at + 1, 0x7f4a7c15);
}

/** 16 hexadecimal digits. */
export function fingerprintText(fingerprint: Fingerprint): string {
  return [...fingerprint].map((half) => half.toString(16).padStart(8, "0")).join("");
}

/** MurmurHash3's last step (Appleby 2011): every bit of the place moves every bit of the number. */
function scatter(place: number, seed: number): number {
  let value = Math.imul(place, seed);
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return value ^ (value >>> 16);
}
