/**
 * One CT slice as bytes that deflate packs well: each voxel as its difference from a prediction by its left, upper and
 * upper left neighbours, zigzag, low bytes first, then high bytes. Lossless for every Int16. Compression is the caller's.
 */

/** Bytes of a slice of `width` columns, length twice the number of voxels. */
export function predictSlice(hu: Int16Array, width: number): Uint8Array {
  const bytes = new Uint8Array(2 * hu.length);
  for (let row = 0; row < hu.length; row += width) {
    // Of the voxel before: 0 beside the image. The prediction is left + up - upper left.
    let [left, upperLeft] = [0, 0];
    for (let at = row; at < row + width; at++) {
      const up = row === 0 ? 0 : hu[at - width];
      // Differences of 16-bit numbers wrap around: no value is lost.
      const difference = ((hu[at] - left - up + upperLeft) << 16) >> 16;
      const zigzag = (difference << 1) ^ (difference >> 15);
      bytes[at] = zigzag;
      bytes[hu.length + at] = zigzag >> 8;
      left = hu[at];
      upperLeft = up;
    }
  }
  return bytes;
}

/** The slice of `predictSlice`'s bytes. */
export function restoreSlice(bytes: Uint8Array, width: number): Int16Array {
  const count = bytes.length / 2;
  const hu = new Int16Array(count);
  for (let row = 0; row < count; row += width) {
    let [left, upperLeft] = [0, 0];
    for (let at = row; at < row + width; at++) {
      const up = row === 0 ? 0 : hu[at - width];
      const zigzag = bytes[at] | (bytes[count + at] << 8);
      hu[at] = ((zigzag >> 1) ^ -(zigzag & 1)) + left + up - upperLeft;
      left = hu[at];
      upperLeft = up;
    }
  }
  return hu;
}
