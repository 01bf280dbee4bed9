/** A patient's images for a training, all in memory: what `imagesInFile` gives, from arrays that a test makes. */
import { countLevels } from "#preprocess/normalise.ts";
import type { FiledImages } from "#training/run/image-file.ts";
import type { PatientImages } from "#training/training-set.ts";

/** `levels` and `mask` hold `size` * `size` values per slice. Slices are 5 mm apart and pixels 1 mm wide unless said. */
export function imagesInMemory(
  size: number,
  { levels, mask }: { readonly levels: Uint8Array; readonly mask: Uint8Array },
  facts: Partial<Pick<PatientImages, "name" | "sliceSpacingMm" | "pixelMm">> = {},
): PatientImages {
  const area = size * size;
  const sliceCount = levels.length / area;
  const sliceOf = (stack: Uint8Array, slice: number) => stack.subarray(slice * area, (slice + 1) * area);
  return {
    ...{ name: "patient", sha256: "", sliceSpacingMm: 5, pixelMm: 1, targetCc: 1, ...facts },
    sliceCount,
    levelCounts: countLevels(levels),
    hasTarget: Array.from({ length: sliceCount }, (_, slice) => sliceOf(mask, slice).includes(1)),
    levels: (slice) => sliceOf(levels, slice),
    mask: (slice) => sliceOf(mask, slice),
  };
}

/** The same facts, and levels and masks of all slices as arrays: two that are equal are of the same images, whichever file they lie in. */
export function wholeImages({
  levels,
  mask,
  file: _,
  ...facts
}: PatientImages & { readonly file?: FiledImages["file"] }) {
  const slices = Array.from({ length: facts.sliceCount }, (_, slice) => slice);
  return { ...facts, levels: slices.map((slice) => levels(slice)), mask: slices.map((slice) => mask(slice)) };
}
