/**
 * CTV and PTV from other structures: which margins, what they must not cross, and how they are recorded. They are made by
 * geometry/margins/target-volumes.ts.
 */
import type { Derivation, UsedStructure } from "#contract/workspace/derivation.ts";
import { fingerprintOf, fingerprintText } from "#editing/patch/mask-fingerprint.ts";
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { expandMargin, type MarginsMm } from "#geometry/margins/margins.ts";
import { makePtv } from "#geometry/margins/target-volumes.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";

export type MarginOptions = {
  readonly into: { readonly name: string; readonly type: "CTV" | "PTV" };
  /** Ids of the structures whose union is expanded, at least one. */
  readonly sources: readonly string[];
  readonly marginsMm: MarginsMm;
  readonly trimToBody: boolean;
  /** Of a CTV only: set-up errors, which a PTV is for, move bone and tumour alike. */
  readonly boneIsBarrier: boolean;
  /** Ids of structures that a CTV neither enters nor jumps over. */
  readonly barriers: readonly string[];
};

/** A structure of the review; `derivation` where it follows its sources and is as its margin made it. */
export type MarginSource = {
  readonly mask: Mask;
  readonly fingerprint: string;
  readonly derivation: Derivation | null;
};

type Expanded = { readonly mask: Mask; readonly derivation: Omit<Derivation, "madeAt"> };

/** Finds body and bones of a CT once: they take most of the time of a margin. To be used when the CT is loaded whole. */
export class MarginLimits {
  readonly #ct: CtImage;
  #body: Mask | undefined;
  #bone: Mask | undefined;

  constructor(ct: CtImage) {
    this.#ct = ct;
  }

  /** Throws `invalid-value` for a margin that is none, and what `structure` throws for one that is not there. */
  expand(options: MarginOptions, structure: (id: string) => MarginSource): Expanded {
    const { into, sources, marginsMm, trimToBody, boneIsBarrier, barriers } = options;
    const isCtv = into.type === "CTV";
    const used = (ids: readonly string[]): UsedStructure[] =>
      ids.map((structureId) => ({ structureId, fingerprint: structure(structureId).fingerprint }));
    const { mask, origin } = isCtv
      ? { mask: this.#ctv(options, structure), origin: null }
      : this.#ptv(options, structure);
    return {
      mask,
      derivation: {
        sources: used(sources),
        marginsMm: { ...marginsMm },
        trimmedToBody: trimToBody,
        boneIsBarrier: isCtv && boneIsBarrier,
        barriers: isCtv ? used(barriers) : [],
        origin,
        made: fingerprintText(fingerprintOf(mask)),
      },
    };
  }

  #ctv(options: MarginOptions, structure: (id: string) => MarginSource): Mask {
    const { sources, marginsMm, trimToBody, boneIsBarrier, barriers } = options;
    if (trimToBody) this.#body ??= bodyMask(this.#ct);
    if (boneIsBarrier) this.#bone ??= boneMask(this.#ct);
    const walls = [
      ...(boneIsBarrier && this.#bone ? [this.#bone] : []),
      ...barriers.map((id) => structure(id).mask),
    ];
    return expandMargin(this.#union(sources, structure), marginsMm, {
      ...(trimToBody && this.#body ? { within: this.#body } : {}),
      ...(walls.length > 0 ? { barriers: uniteMasks(this.#ct.grid, walls) } : {}),
    });
  }

  /** Where one CTV stands as its margin made it, from what that was made of, so that nothing is sampled twice. */
  #ptv(
    { sources, marginsMm, trimToBody }: MarginOptions,
    structure: (id: string) => MarginSource,
  ): Pick<Derivation, "origin"> & { readonly mask: Mask } {
    if (trimToBody) this.#body ??= bodyMask(this.#ct);
    const within = trimToBody ? this.#body : undefined;
    const ofCtv = sources.length === 1 ? structure(sources[0]).derivation : null;
    const origins =
      ofCtv === null
        ? []
        : [
            {
              sources: ofCtv.sources,
              gtv: this.#union(
                ofCtv.sources.map(({ structureId }) => structureId),
                structure,
              ),
              marginsMm: ofCtv.marginsMm,
            },
          ];
    const { mask, origin } = makePtv(this.#union(sources, structure), marginsMm, origins, within);
    const made = origins.find((one) => one === origin);
    return { mask, origin: made === undefined ? null : { sources: made.sources, marginsMm: made.marginsMm } };
  }

  #union(ids: readonly string[], structure: (id: string) => MarginSource): Mask {
    return uniteMasks(
      this.#ct.grid,
      ids.map((id) => structure(id).mask),
    );
  }
}
