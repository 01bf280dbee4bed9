/**
 * One CT slice as bytes that deflate packs well: each voxel as its difference from a prediction by its left, upper and
 * upper left neighbours, zigzag, low bytes first, then high bytes. Lossless for every Int16. Compression is the caller's.
 */

/** Bytes of a slice of `width` columns, length twice the number of voxels. */
export function predictSlice(hu: Int16Array, width: number): Uint8Array {
  const bytes = new Uint8Array(2 * hu.length);
  for (let at = 0; at < hu.length; at++) {
    // Differences of 16-bit numbers wrap around: no value is lost.
    const difference = ((hu[at] - prediction(hu, at, width)) << 16) >> 16;
    const zigzag = ((difference << 1) ^ (difference >> 15)) & 0xffff;
    bytes[at] = zigzag & 0xff;
    bytes[hu.length + at] = zigzag >> 8;
  }
  return bytes;
}

/** The slice of `predictSlice`'s bytes. */
export function restoreSlice(bytes: Uint8Array, width: number): Int16Array {
  const count = bytes.length / 2;
  const hu = new Int16Array(count);
  for (let at = 0; at < count; at++) {
    const zigzag = bytes[at] | (bytes[count + at] << 8);
    hu[at] = ((zigzag >> 1) ^ -(zigzag & 1)) + prediction(hu, at, width);
  }
  return hu;
}

function prediction(hu: Int16Array, at: number, width: number): number {
  const left = at % width === 0 ? 0 : hu[at - 1];
  if (at < width) return left;
  const up = hu[at - width];
  return at % width === 0 ? up : left + up - hu[at - width - 1];
}
