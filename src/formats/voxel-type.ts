/**
 * Voxel values from the bytes of a research image (NIfTI, NRRD): every integer and float type, both byte orders.
 * Not here: headers, geometry, DICOM pixels.
 */

export const voxelTypes = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
} as const satisfies Record<string, number>;

/** Name of a voxel type; its value in `voxelTypes` is the bytes of one voxel. */
export type VoxelType = keyof typeof voxelTypes;

export type VoxelValues =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * `count` values from the start of `bytes`, which must hold at least that many. 64-bit integers come as float64: exact
 * up to 2^53, far beyond any label.
 */
export function decodeVoxels(
  bytes: Uint8Array,
  type: VoxelType,
  count: number,
  littleEndian: boolean,
): VoxelValues {
  const width = voxelTypes[type];
  // A copy: aligned for the typed array, and free to be swapped. A Buffer's own slice would be a view.
  const copy = new Uint8Array(bytes.subarray(0, count * width));
  if (!littleEndian) reverseEach(copy, width);
  const buffer = copy.buffer;
  switch (type) {
    case "int8":
      return new Int8Array(buffer);
    case "uint8":
      return copy;
    case "int16":
      return new Int16Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int64":
    case "uint64":
      return wideIntegers(new Uint32Array(buffer), type === "int64");
  }
}

/** Whether anything but zeros, which fill a file up, stands behind `count` voxels: what a wrong size would cut off. */
export function holdsMore(bytes: Uint8Array, type: VoxelType, count: number): boolean {
  for (let at = count * voxelTypes[type]; at < bytes.length; at++) if (bytes[at] !== 0) return true;
  return false;
}

function wideIntegers(words: Uint32Array, signed: boolean): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let at = 0; at < values.length; at++) {
    const high = signed ? words[2 * at + 1] | 0 : words[2 * at + 1];
    values[at] = high * 2 ** 32 + words[2 * at];
  }
  return values;
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let start = 0; width > 1 && start < bytes.length; start += width) {
    bytes.subarray(start, start + width).reverse();
  }
}
