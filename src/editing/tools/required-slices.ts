/**
 * Slices that a person must have had on screen before signing is free of questions: the rule that the page marks and the
 * server holds to.
 */

/** What the model says of each slice, from the feet up: voxels inside, voxels in doubt (segment/uncertainty.ts). */
type ModelProfile = {
  readonly gtvVoxels: readonly number[];
  readonly uncertainVoxels: readonly number[];
};

/**
 * Ascending, from 0 at the feet: slices that hold GTV now (`hasGtv`) or by the model, or the model's doubt. `profile` is
 * undefined where no model has run.
 */
export function requiredSlices(
  count: number,
  profile: ModelProfile | undefined,
  hasGtv: (k: number) => boolean,
): number[] {
  return [...Array(count).keys()].filter(
    (k) => (profile?.gtvVoxels[k] ?? 0) > 0 || (profile?.uncertainVoxels[k] ?? 0) > 0 || hasGtv(k),
  );
}
