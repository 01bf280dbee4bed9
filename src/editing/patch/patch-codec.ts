/**
 * A patch as bytes, for the saved log: its boxes, the lengths of runs of untouched and flipped voxels as variable-length
 * integers, and a CRC-32, so that a damaged entry is refused and never becomes other voxels. One patch has one encoding.
 *
 * Bytes: version 1 | slices | for each slice: slices skipped, i0, j0, width, height, runs (untouched first, then in turns, to
 * the end of the box) | CRC-32 of all before, low byte first. Integers: seven bits a byte, low bits first, 128 = more.
 */
import { crc32 } from "#core/crc32.ts";
import { DelineateError } from "#core/errors.ts";
import type { Grid } from "#geometry/grid.ts";
import { type MaskPatch, type SlicePatch, tighten } from "./mask-patch.ts";

const version = 1;

export function encodePatch(patch: MaskPatch): Uint8Array {
  const bytes: number[] = [version];
  const put = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  put(patch.length);
  let next = 0;
  for (const { k, i0, j0, width, height, flips } of patch) {
    for (const value of [k - next, i0, j0, width, height]) put(value);
    next = k + 1;
    for (let at = 0, value = 0; at < flips.length; value = 1 - value) {
      const end = flips.indexOf(1 - value, at);
      put((end < 0 ? flips.length : end) - at);
      at = end < 0 ? flips.length : end;
    }
  }
  const crc = crc32(bytes);
  bytes.push(crc & 255, (crc >>> 8) & 255, (crc >>> 16) & 255, crc >>> 24);
  return Uint8Array.from(bytes);
}

/** Throws `invalid-value` for bytes that are not `encodePatch`'s of a patch that lies on the grid. */
export function decodePatch(bytes: Uint8Array, grid: Grid): MaskPatch {
  const end = bytes.length - 4;
  if (end < 2 || bytes[0] !== version) throw damaged("it does not begin as one");
  const crc = crc32(bytes.subarray(0, end));
  for (let byte = 0; byte < 4; byte++) {
    if (bytes[end + byte] !== ((crc >>> (8 * byte)) & 255)) throw damaged("its checksum does not match");
  }
  const read = reader(bytes, 1, end);
  const [ni, nj, nk] = grid.size;
  const count = read.next(nk);
  const patch: SlicePatch[] = [];
  let next = 0;
  for (let index = 0; index < count; index++) {
    const k = next + read.next(nk - 1 - next);
    next = k + 1;
    const [i0, j0] = [read.next(ni - 1), read.next(nj - 1)];
    const [width, height] = [read.next(ni - i0), read.next(nj - j0)];
    const flips = new Uint8Array(width * height);
    for (let at = 0, value = 0; at < flips.length; value = 1 - value) {
      const run = read.next(flips.length - at);
      if (run === 0 && at > 0) throw damaged("it holds an empty run");
      flips.fill(value, at, at + run);
      at += run;
    }
    const slice: SlicePatch = { k, i0, j0, width, height, flips };
    if (tighten(slice) !== slice) throw damaged("a box is larger than its change");
    patch.push(slice);
  }
  if (!read.done()) throw damaged("bytes follow its end");
  return patch;
}

function reader(
  bytes: Uint8Array,
  from: number,
  end: number,
): { readonly next: (most: number) => number; readonly done: () => boolean } {
  let at = from;
  return {
    next(most) {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        if (at >= end) throw damaged("it ends too early");
        const byte = bytes[at++];
        if (byte === 0 && scale > 1) throw damaged("a number is written too long");
        value += (byte & 127) * scale;
        if (value > most) throw damaged("it leaves the CT's grid");
        if (byte < 128) return value;
      }
    },
    done: () => at === end,
  };
}

function damaged(why: string): DelineateError {
  return new DelineateError(
    "invalid-value",
    `A saved change to a contour is damaged or belongs to another CT: ${why}. Reload the review and make the change again.`,
  );
}
