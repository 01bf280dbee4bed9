/** The one mask that a file means for a patient: its ROIs that match, joined. */
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { Mask } from "#geometry/mask.ts";
import { joinMasks, type LoadMasksOptions, type MaskFile, masksOf } from "./load-masks.ts";

type TargetMask = { readonly mask: Mask; readonly findings: readonly Finding[] };

/**
 * Throws `several-rois` where no `roi` is asked for and the file holds several, `no-such-roi`, and what `masksOf` throws.
 */
export function targetMask(file: MaskFile, options: LoadMasksOptions): TargetMask {
  const { rois, findings } = masksOf(file, options);
  if (options.roi === undefined && rois.length > 1) {
    const names = rois.map(({ name }) => name).join(", ");
    throw new DelineateError("several-rois", `${file.path} holds ${names}: choose with --roi.`);
  }
  if (rois.length === 0) throw new DelineateError("no-such-roi", `${file.path} holds no ROI.`);
  return { mask: joinMasks(rois), findings };
}
