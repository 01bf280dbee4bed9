/**
 * Hounsfield units to grey levels: the paper converts the 4096 levels of its DICOM images to 255 "to bring out the
 * tumour and its surroundings" (Zhang 2020, Methods). The range of 12-bit CT, -1024 to 3071 HU, is the default
 * (contract/training-configuration.ts); a narrower window spends the levels on lung or soft tissue.
 */

export type GreyLevels = {
  /** HU of level 0 and below. */
  readonly lowHu: number;
  /** HU of the highest level and above. */
  readonly highHu: number;
  /** Number of levels, at most 256: level numbers are bytes. */
  readonly levels: number;
};

/** What lies outside a CT's image: air, by the definition of the Hounsfield scale. */
const outsideHu = -1000;

/** The level of one value in HU; levels are whole numbers in images, this one is not rounded. */
export function levelOf(hu: number, { lowHu, highHu, levels }: GreyLevels): number {
  const clamped = Math.min(highHu, Math.max(lowHu, hu));
  return ((clamped - lowHu) * (levels - 1)) / (highHu - lowHu);
}

/** The level of what lies outside the image: 1 in the paper's range, whose 0 is -1024 HU. */
export function outsideLevel(greyLevels: GreyLevels): number {
  return Math.round(levelOf(outsideHu, greyLevels));
}

/** Grey levels 0 .. levels - 1, one byte per voxel, in the order of `hu`. */
export function toGreyLevels(hu: Int16Array, levels: GreyLevels): Uint8Array {
  const result = new Uint8Array(hu.length);
  greyLevelReader(levels)(hu, result);
  return result;
}

/** The same for one array after another, written into memory of the same length. */
export function greyLevelReader({
  lowHu,
  highHu,
  levels,
}: GreyLevels): (hu: Int16Array, into: Uint8Array) => void {
  const scale = (levels - 1) / (highHu - lowHu);
  // Each of the 65,536 values once: a CT has hundreds of voxels for each.
  const table = new Uint8Array(2 ** 16);
  for (let value = -(2 ** 15); value < 2 ** 15; value++)
    table[value + 2 ** 15] = Math.round((Math.min(highHu, Math.max(lowHu, value)) - lowHu) * scale);
  return (hu, into) => {
    for (let index = 0; index < hu.length; index++) into[index] = table[hu[index] + 2 ** 15];
  };
}
