/** Slices that were not seen when somebody ends a review, and what is said then. The rule is editing/tools/required-slices.ts. */
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { DelineateError } from "#core/errors.ts";
import { requiredSlices } from "#editing/tools/required-slices.ts";
import { slicesInWords } from "#geometry/margins/target-checks.ts";
import type { AutomaticRow } from "#workspace/records/case-rows.ts";
import type { ReviewTable } from "#workspace/records/tables.ts";

/** What a person was to have on screen: `slices` of the CT, `automatic` undefined where no model has run or is shown. */
type ToBeSeen = {
  readonly slices: number;
  readonly automatic: AutomaticRow | undefined;
  /** Whether the contour that is signed has a voxel in slice k. */
  readonly hasGtv: (k: number) => boolean;
};

/** Who contours by hand is not told where the model saw something, and so is not held to it. */
export function shownIn(
  start: ReviewTable["start"],
  automatic: AutomaticRow | undefined,
): AutomaticRow | undefined {
  return start === "assisted" ? automatic : undefined;
}

/** Ascending, from 0 at the feet. */
export function unseenOf({ slices, automatic, hasGtv }: ToBeSeen, seenSlices: readonly number[]): number[] {
  const profile = automatic && {
    gtvVoxels: automatic.gtv_voxels,
    uncertainVoxels: automatic.uncertain_voxels,
  };
  const seen = new Set(seenSlices);
  return requiredSlices(slices, profile, hasGtv).filter((k) => !seen.has(k));
}

/** `unseen-slices`, naming them as a person counts: from 1 at the feet. */
export function notSeen(slices: readonly number[]): DelineateError {
  const named = slicesInWords(slices);
  const many = slices.length > 1;
  return new DelineateError(
    "unseen-slices",
    `${many ? "Slices" : "Slice"} ${named} (counted from the feet) ${many ? "carry" : "carries"} GTV or the model's doubt and ${many ? "were" : "was"} not seen: a slice counts after ${seenDwellMs / 1000} s on screen. Look at ${many ? "them" : "it"}, or say why you sign all the same.`,
    { slices },
  );
}
