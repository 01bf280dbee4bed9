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

/**
 * Intensity windows by name. `full` is the paper's; the others are the two in which lung tumours are read (level -600 and
 * width 1500, level 40 and width 400) and spend all levels there: what lies beyond becomes the darkest or the brightest.
 */
export const intensityWindows = {
  full: { lowHu: -1024, highHu: 3071 },
  lung: { lowHu: -1350, highHu: 150 },
  mediastinum: { lowHu: -160, highHu: 240 },
} as const satisfies Record<string, Omit<GreyLevels, "levels">>;

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
