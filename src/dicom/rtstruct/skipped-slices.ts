/** A mask with no two neighbouring slices: contours of thicker slices, set down on a CT of thin ones, lose what lies between. */
import { type Finding, finding } from "#core/findings.ts";
import { filledSlices, type Mask } from "#geometry/mask.ts";

/**
 * A warning where the set names the mask's CT, since a person may contour every second slice; an error where it does not
 * (`byFrame`, ct-of-set.ts). Nothing for a mask of fewer than two slices.
 */
export function skippedSlices(mask: Mask, byFrame: boolean, where: string): Finding[] {
  const filled = filledSlices(mask);
  const nearest = Math.min(...filled.slice(1).map((k, at) => k - filled[at]));
  if (filled.length < 2 || nearest < 2) return [];
  const apartMm = (nearest * mask.grid.spacingMm[2]).toFixed(1);
  const message = `It fills slices ${apartMm} mm apart or more, and the CT's slices between them are empty.`;
  if (!byFrame) return [finding("warning", "slices-skipped", message, where)];
  const remedy = "It does not name this CT series: choose the CT that it was drawn on.";
  return [finding("error", "slices-skipped", `${message} ${remedy}`, where)];
}
