/** CTV and PTV from a structure: which margins, and what they must not cross. They are made by geometry/margins/target-volumes.ts. */
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { expandMargin, type MarginsMm } from "#geometry/margins/margins.ts";
import { makePtv } from "#geometry/margins/target-volumes.ts";
import type { Mask } from "#geometry/mask.ts";

type From = {
  /** Structure that is expanded. */
  readonly from: string;
  readonly marginsMm: MarginsMm;
};

export type MarginOptions = From & {
  readonly trimToBody: boolean;
} & (
    | { readonly into: { readonly name: string; readonly type: "CTV" }; readonly boneIsBarrier: boolean }
    | {
        readonly into: { readonly name: string; readonly type: "PTV" };
        /** How the CTV may have been made: where one of them made it, the PTV is made from that GTV too. */
        readonly origins: readonly From[];
      }
  );

/** Finds body and bones of a CT once: they take most of the time of a margin. To be used when the CT is loaded whole. */
export class MarginLimits {
  readonly #ct: CtImage;
  #body: Mask | undefined;
  #bone: Mask | undefined;

  constructor(ct: CtImage) {
    this.#ct = ct;
  }

  /** `maskOf` gives a structure's mask. Throws `invalid-value` for a margin that is none. */
  expand(options: MarginOptions, maskOf: (structureId: string) => Mask): Mask {
    const { from, marginsMm, trimToBody } = options;
    if (trimToBody) this.#body ??= bodyMask(this.#ct);
    const within = trimToBody ? this.#body : undefined;
    if ("origins" in options) {
      const origins = options.origins.map((origin) => ({
        gtv: maskOf(origin.from),
        marginsMm: origin.marginsMm,
      }));
      // Set-up errors move bone and tumour alike: no barrier.
      return makePtv(maskOf(from), marginsMm, origins, within).mask;
    }
    if (options.boneIsBarrier) this.#bone ??= boneMask(this.#ct);
    return expandMargin(maskOf(from), marginsMm, {
      ...(within ? { within } : {}),
      ...(options.boneIsBarrier && this.#bone ? { barriers: this.#bone } : {}),
    });
  }
}
