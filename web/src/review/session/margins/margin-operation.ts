/**
 * CTV and PTV from other structures: which margins, what they must not cross, and how they are recorded. What is asked is cut to
 * the box that the margin may reach, so that another thread (margin.worker.ts) gets it in no time. The margins themselves are
 * those of geometry/margins.
 */
import type { Derivation, MadeOf, UsedStructure } from "#contract/workspace/derivation.ts";
import { DelineateError } from "#core/errors.ts";
import { type Box, boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { expandMargin, type MarginsMm, reachedZone, sumMargins } from "#geometry/margins/margins.ts";
import { surfacePoints } from "#geometry/margins/margins-surface.ts";
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
  /** Holds every voxel inside; undefined where there is none. */
  readonly box: () => Box | undefined;
  readonly fingerprint: string;
  readonly derivation: Derivation | null;
};

/** Of the whole CT, those that the options ask for. */
type MarginLimits = { readonly body: Mask | undefined; readonly bone: Mask | undefined };

/** Masks in the box. */
export type MarginQuestion = {
  readonly mask: Mask;
  readonly marginsMm: MarginsMm;
  readonly within: Mask | undefined;
  readonly barriers: Mask | undefined;
  /** Of a PTV whose CTV follows from what it was made of: that, so that nothing is sampled twice. */
  readonly origin: { readonly gtv: Mask; readonly marginsMm: MarginsMm } | undefined;
};

export type MarginAnswer = {
  /** The voxels in the box. */
  readonly data: Mask["data"];
  /** It was made from `origin`. */
  readonly ofOrigin: boolean;
};

/** What lies in the box, and nothing elsewhere. */
export type Expanded = {
  readonly box: Box;
  readonly inside: Uint8Array;
  readonly derivation: MadeOf;
};

type PlannedMargin = {
  readonly question: MarginQuestion;
  /** What the answer comes to, in its box of the CT, and how it is recorded. */
  readonly finish: (answer: MarginAnswer) => Expanded;
};

/**
 * Throws what `structure` throws for one that is not there, and `not-found` where the margin is to be trimmed to a body that the
 * image does not show.
 */
export function planMargin(
  options: MarginOptions,
  structure: (id: string) => MarginSource,
  grid: Grid,
  { body, bone }: MarginLimits,
): PlannedMargin {
  const { into, sources, marginsMm, trimToBody, boneIsBarrier, barriers } = options;
  const isCtv = into.type === "CTV";
  if (trimToBody && body === undefined)
    throw new DelineateError(
      "not-found",
      `No body is seen in this CT for ${into.name} to be trimmed to. Switch "Trim to the body" off.`,
    );
  const masksOf = (ids: readonly string[]): Mask[] => ids.map((id) => structure(id).mask);
  const boxesOf = (ids: readonly string[]): (Box | undefined)[] => ids.map((id) => structure(id).box());
  const ofCtv = !isCtv && sources.length === 1 ? structure(sources[0]).derivation : null;
  const gtvs = ofCtv?.sources.map(({ structureId }) => structureId) ?? [];
  const walls = isCtv ? [...(boneIsBarrier && bone ? [bone] : []), ...masksOf(barriers)] : [];
  const reach = ofCtv === null ? marginsMm : sumMargins(ofCtv.marginsMm, marginsMm);
  const box = reachedBox(boxesOf([...sources, ...gtvs]), reach, grid);
  const united = (masks: readonly Mask[]): Mask => {
    const parts = masks.map((mask) => cropMask(mask, box));
    return uniteMasks(parts[0].grid, parts);
  };
  const used = (ids: readonly string[]): UsedStructure[] =>
    ids.map((structureId) => ({ structureId, fingerprint: structure(structureId).fingerprint }));
  const derivation = {
    sources: used(sources),
    marginsMm: { ...marginsMm },
    trimmedToBody: trimToBody,
    boneIsBarrier: isCtv && boneIsBarrier,
    barriers: isCtv ? used(barriers) : [],
  };
  return {
    question: {
      mask: united(masksOf(sources)),
      marginsMm,
      within: trimToBody && body ? united([body]) : undefined,
      barriers: walls.length > 0 ? united(walls) : undefined,
      origin: ofCtv === null ? undefined : { gtv: united(masksOf(gtvs)), marginsMm: ofCtv.marginsMm },
    },
    finish: ({ data, ofOrigin }) => {
      const origin = ofOrigin && ofCtv ? { sources: ofCtv.sources, marginsMm: ofCtv.marginsMm } : null;
      return { box, inside: data, derivation: { ...derivation, origin } };
    },
  };
}

/** Throws `invalid-value` for a margin that is none. `surfaceOf` may keep surfaces that were asked for before. */
export function makeMargin(question: MarginQuestion, surfaceOf = surfacePoints): MarginAnswer {
  const { mask, marginsMm, within, barriers, origin } = question;
  const limits = { ...(within ? { within } : {}), ...(barriers ? { barriers } : {}) };
  if (origin === undefined)
    return { data: expandMargin(mask, marginsMm, limits, surfaceOf).data, ofOrigin: false };
  const ptv = makePtv(mask, marginsMm, [origin], { ...(within ? { within } : {}), surfaceOf });
  return { data: ptv.mask.data, ofOrigin: ptv.origin !== undefined };
}

/** The union of the masks in its own box; undefined where they are empty. */
export function unionToExpand(masks: readonly Mask[]): Mask | undefined {
  const box = boxOf(masks.map((mask) => boundingBox(mask)));
  if (box === undefined) return undefined;
  const parts = masks.map((mask) => cropMask(mask, box));
  return uniteMasks(parts[0].grid, parts);
}

/** Holds every voxel that a margin round what is in the boxes may reach; one voxel where there is nothing to expand. */
function reachedBox(boxes: readonly (Box | undefined)[], marginsMm: MarginsMm, grid: Grid): Box {
  const box = boxOf(boxes);
  return box === undefined ? { from: [0, 0, 0], to: [1, 1, 1] } : reachedZone(box, grid, marginsMm);
}

function boxOf(boxes: readonly (Box | undefined)[]): Box | undefined {
  return boxes.reduce<Box | undefined>(unionBox, undefined);
}
