/** What is said where somebody signs slices that were not seen. The rule is editing/tools/required-slices.ts. */
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { DelineateError } from "#core/errors.ts";
import { slicesInWords } from "#geometry/margins/target-checks.ts";

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
