/** CTV and PTV from a structure: which margins, and what they must not cross. They are made by geometry/margins/target-volumes.ts. */
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { expandMargin, type MarginsMm, marginSides } from "#geometry/margins/margins.ts";
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

/** What a margin is made from, by its name. */
type Structure = { readonly name: string; readonly mask: Mask };

/** `how`: for the person, as "GTV + 6 + 5 mm". */
type Expanded = { readonly mask: Mask; readonly how: string };

/** Finds body and bones of a CT once: they take most of the time of a margin. To be used when the CT is loaded whole. */
export class MarginLimits {
  readonly #ct: CtImage;
  #body: Mask | undefined;
  #bone: Mask | undefined;

  constructor(ct: CtImage) {
    this.#ct = ct;
  }

  /** Throws `invalid-value` for a margin that is none. */
  expand(options: MarginOptions, structure: (id: string) => Structure): Expanded {
    const { marginsMm, trimToBody } = options;
    const from = structure(options.from);
    if (trimToBody) this.#body ??= bodyMask(this.#ct);
    const within = trimToBody ? this.#body : undefined;
    if ("origins" in options) {
      const origins = options.origins.map((origin) => {
        const { name, mask: gtv } = structure(origin.from);
        return { name, gtv, marginsMm: origin.marginsMm };
      });
      // Set-up errors move bone and tumour alike: no barrier.
      const { mask, origin } = makePtv(from.mask, marginsMm, origins, within);
      const made = origins.find((one) => one === origin);
      const how =
        made === undefined
          ? `${from.name} + ${inWords(marginsMm)} mm, because the ${from.name} was edited or cut short`
          : `${made.name} + ${inWords(made.marginsMm)} + ${inWords(marginsMm)} mm`;
      return { mask, how };
    }
    if (options.boneIsBarrier) this.#bone ??= boneMask(this.#ct);
    const mask = expandMargin(from.mask, marginsMm, {
      ...(within ? { within } : {}),
      ...(options.boneIsBarrier && this.#bone ? { barriers: this.#bone } : {}),
    });
    return { mask, how: `${from.name} + ${inWords(marginsMm)} mm` };
  }
}

/** One number where all sides are equal, else the least and the most. */
function inWords(marginsMm: MarginsMm): string {
  const sides = marginSides.map((side) => marginsMm[side]);
  const [least, most] = [Math.min(...sides), Math.max(...sides)];
  return least === most ? `${least}` : `${least} to ${most}`;
}
