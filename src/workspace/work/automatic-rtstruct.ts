/**
 * The automatic contour as an RTSTRUCT, for those who read it over the network: unapproved, with UIDs of its own, so that no signed
 * version is ever this file.
 */
import type { Automatic } from "#contract/workspace/case.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { Mask } from "#geometry/mask.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { programVersion } from "#platform/version.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import { type Expectation, expectationSentence } from "#segment/expected-dsc.ts";

type AutomaticContour = {
  readonly caseId: string;
  readonly ct: CtReference;
  readonly mask: Mask;
  readonly model: Automatic["model"];
  readonly expected: Expectation;
  readonly writtenAt: Date;
};

/** Its bytes. Throws what `exportMasks` throws. */
export function automaticRtstruct(contour: AutomaticContour): Uint8Array {
  const { caseId, ct, mask, model, expected, writtenAt } = contour;
  const roi = automaticRoi({ mask, model, worth: expectationSentence(expected) });
  const { bytes } = exportMasks({
    format: "rtstruct",
    ct,
    rois: [roi],
    label: automaticGtv.label,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt,
    uidName: `automatic/${caseId}/${model.digest}`,
  });
  return bytes;
}
