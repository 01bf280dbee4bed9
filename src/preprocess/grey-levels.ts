/**
 * Hounsfield units to grey levels: the paper converts the 4096 levels of its DICOM images to 255 "to bring out the
 * tumour and its surroundings" (Zhang 2020, Methods). Its whole range is the default; a narrower window spends the
 * levels on soft tissue and is an option past the paper.
 */

export type GreyLevels = {
  /** HU of level 0 and below. */
  readonly lowHu: number;
  /** HU of the highest level and above. */
  readonly highHu: number;
  /** Number of levels, at most 256: level numbers are bytes. */
  readonly levels: number;
};

/** 12-bit CT: -1024 to 3071 HU are 4096 levels. */
export const paperGreyLevels: GreyLevels = { lowHu: -1024, highHu: 3071, levels: 255 };

/** Grey levels 0 .. levels - 1, one byte a voxel, in the order of `hu`. */
export function toGreyLevels(hu: Int16Array, { lowHu, highHu, levels }: GreyLevels): Uint8Array {
  const result = new Uint8Array(hu.length);
  const scale = (levels - 1) / (highHu - lowHu);
  for (let index = 0; index < hu.length; index++) {
    const clamped = Math.min(highHu, Math.max(lowHu, hu[index]));
    result[index] = Math.round((clamped - lowHu) * scale);
  }
  return result;
}
