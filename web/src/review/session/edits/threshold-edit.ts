/**
 * The model's contour at another threshold as an edit. It acts on what the model made: a slice that a person edited stays as it
 * is. Whole slices, because a contour round what somebody erased would be drawn by nobody.
 */
import { counted } from "#core/counted.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import type { LevelContours } from "#editing/tools/level-contours.ts";
import type { MaskEdit } from "./mask-edit.ts";

/** `edited`: slices that a person edited; the number is for the sentence that says so. */
export function thresholdEdit(contourAt: LevelContours, level: number, edited: number): MaskEdit {
  const stays = `${counted(edited, "slice")} that you edited ${edited === 1 ? "stays as it is" : "stay as they are"}`;
  return {
    kind: "threshold",
    level,
    nothing: edited === 0 ? "The contour is that of this threshold already" : `Nothing to change: ${stays}`,
    done: edited === 0 ? undefined : `Threshold applied; ${stays}`,
    change: (context) =>
      patchBetween(context.mask.data, contourAt(level).data, context.mask.grid).filter(
        ({ k }) => !context.edited.includes(k),
      ),
  };
}
