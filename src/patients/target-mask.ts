/** The one mask that a file means for a patient: its ROIs that match joined, and refused where a contour is unreadable. */
import { DelineateError } from "#core/errors.ts";
import { type Finding, hasErrors } from "#core/findings.ts";
import type { Mask } from "#geometry/mask.ts";
import { joinMasks, type LoadedMasks, type LoadMasksOptions, type MaskFile, masksOf } from "./load-masks.ts";

type TargetMask = { readonly mask: Mask; readonly findings: readonly Finding[] };

/**
 * Throws `several-rois` where no `roi` is asked for and the file holds several, `no-such-roi`, `contour-off-slice`, and what
 * `masksOf` throws.
 */
export function targetMask(file: MaskFile, options: LoadMasksOptions): TargetMask {
  const { rois, findings } = readableMasks(file, options);
  if (options.roi === undefined && rois.length > 1) {
    const names = rois.map(({ name }) => name).join(", ");
    throw new DelineateError("several-rois", `${file.path} holds ${names}: choose with --roi.`);
  }
  if (rois.length === 0) throw new DelineateError("no-such-roi", `${file.path} holds no ROI.`);
  return { mask: joinMasks(rois), findings };
}

/** The masks of a file, every contour of which could be read. Throws `contour-off-slice`, and what `masksOf` throws. */
export function readableMasks(file: MaskFile, options: LoadMasksOptions): LoadedMasks {
  const loaded = masksOf(file, options);
  if (!hasErrors(loaded.findings)) return loaded;
  const errors = loaded.findings.filter(({ severity }) => severity === "error");
  const first = `${errors[0].where === undefined ? "" : `${errors[0].where}: `}${errors[0].message}`;
  throw new DelineateError(
    "contour-off-slice",
    `${file.path} is not compared, ${errors.length} of its contours could not be read: ${first}`,
  );
}
