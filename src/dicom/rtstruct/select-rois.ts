/** ROI choice by name or regular expression; names differ in case and space between systems. */
import { DelineateError } from "#core/errors.ts";

/**
 * The ROIs that `pattern` means: the one of exactly that name; else those whose whole name the regular expression matches,
 * whatever the case. Throws `no-such-roi` naming what there is, `usage` for a pattern that is no regular expression.
 */
export function selectRois<T extends { readonly name: string }>(
  rois: readonly T[],
  pattern: string,
  where: string,
): T[] {
  const exact = rois.filter(({ name }) => name === pattern);
  if (exact.length > 0) return exact;
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`, "iu");
  } catch (cause) {
    throw new DelineateError("usage", `--roi ${pattern} is no regular expression.`, { cause });
  }
  const matching = rois.filter(({ name }) => expression.test(name.trim()));
  if (matching.length > 0) return matching;
  const names = rois.map(({ name }) => name).join(", ") || "none";
  throw new DelineateError("no-such-roi", `${where} has no ROI that matches ${pattern}; it has: ${names}.`);
}

/** Exactly one. Throws `several-rois` naming those that match. */
export function selectRoi<T extends { readonly name: string }>(
  rois: readonly T[],
  pattern: string,
  where: string,
): T {
  const matching = selectRois(rois, pattern, where);
  if (matching.length === 1) return matching[0];
  const names = matching.map(({ name }) => name).join(", ");
  throw new DelineateError(
    "several-rois",
    `${where} has ${matching.length} ROIs that match ${pattern}: ${names}. Name one with --roi.`,
  );
}
