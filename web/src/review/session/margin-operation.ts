/** CTV and PTV from a structure: which margins, and what they must not cross. The expansion itself is geometry/margins/margins.ts. */
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { expandMargin, type MarginsMm } from "#geometry/margins/margins.ts";
import type { Mask } from "#geometry/mask.ts";

export type MarginOptions = {
  readonly into: { readonly name: string; readonly type: "CTV" | "PTV" };
  /** Structure that is expanded. */
  readonly from: string;
  readonly marginsMm: MarginsMm;
  readonly trimToBody: boolean;
  readonly boneIsBarrier: boolean;
};

/** Finds body and bones of a CT once: they take most of the time of a margin. To be used when the CT is loaded whole. */
export class MarginLimits {
  readonly #ct: CtImage;
  #body: Mask | undefined;
  #bone: Mask | undefined;

  constructor(ct: CtImage) {
    this.#ct = ct;
  }

  /** Throws `invalid-value` for a margin that is none. */
  expand(mask: Mask, { marginsMm, trimToBody, boneIsBarrier }: MarginOptions): Mask {
    if (trimToBody) this.#body ??= bodyMask(this.#ct);
    if (boneIsBarrier) this.#bone ??= boneMask(this.#ct);
    return expandMargin(mask, marginsMm, {
      ...(trimToBody && this.#body ? { within: this.#body } : {}),
      ...(boneIsBarrier && this.#bone ? { barriers: this.#bone } : {}),
    });
  }
}
