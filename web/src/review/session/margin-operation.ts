/** CTV and PTV from a structure: which margins, and what they must not cross. The expansion itself is geometry/margins.ts. */
import { bodyMask, boneMask } from "../../../../src/contouring/body-and-bone.ts";
import type { CtImage } from "../../../../src/geometry/ct-image.ts";
import { expandMargin, type MarginsMm } from "../../../../src/geometry/margins.ts";
import type { Mask } from "../../../../src/geometry/mask.ts";

export type MarginOptions = {
  readonly into: { readonly name: string; readonly type: "CTV" | "PTV" };
  /** Structure that is expanded. */
  readonly from: string;
  readonly marginsMm: MarginsMm;
  readonly trimToBody: boolean;
  readonly boneIsBarrier: boolean;
};

export function marginMask(mask: Mask, options: MarginOptions, ct: CtImage): Mask {
  return expandMargin(mask, options.marginsMm, {
    ...(options.trimToBody ? { within: bodyMask(ct) } : {}),
    ...(options.boneIsBarrier ? { barriers: boneMask(ct) } : {}),
  });
}
