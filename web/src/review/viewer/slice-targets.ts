/** Slices worth jumping to, from plain numbers: pure, so that the slice bar, keys and panels agree. Slices count from the feet. */
import type { Mask } from "../../../../src/geometry/mask.ts";

/** Voxels of each slice of a mask. */
export function voxelsPerSlice(mask: Mask): Int32Array {
  const [ni, nj, nk] = mask.grid.size;
  const area = ni * nj;
  const counts = new Int32Array(nk);
  for (let k = 0; k < nk; k++) counts[k] = sum(mask.data.subarray(k * area, (k + 1) * area));
  return counts;
}

/** Of zeros and ones. Most words of a mask are zero: four voxels at a time. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  let at = 0;
  if (bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    for (let word = 0; word < words.length; word++) {
      // The product's highest byte is the sum of the four bytes.
      if (words[word] !== 0) total += Math.imul(words[word], 0x01010101) >>> 24;
    }
    at = words.length * 4;
  }
  for (; at < bytes.length; at++) total += bytes[at];
  return total;
}

/** The slice with most voxels, the lower of equals; null if all are empty. */
export function largestSlice(counts: ArrayLike<number>): number | null {
  let best: number | null = null;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] > 0 && (best === null || counts[k] > counts[best])) best = k;
  }
  return best;
}

/** The next required slice above `from` that was not seen, else the first from the feet; null if all were seen. */
export function nextUnseen(
  required: ReadonlySet<number>,
  seen: ReadonlySet<number>,
  from: number,
): number | null {
  const open = [...required].filter((k) => !seen.has(k)).sort((a, b) => a - b);
  return open.find((k) => k > from) ?? open.find((k) => k !== from) ?? open[0] ?? null;
}
