/** Finds lungs, body or bones in a CT, which takes a second or more each on a large one. */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import { bodyMask, boneMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { turnOf, uprightCt } from "#geometry/upright.ts";
import { answerWith } from "./ask-worker.ts";

/** What there is to be found; undefined where the image shows none. */
export type Anatomy = {
  /** Of the patient upright. */
  readonly lungs: CoarseLungs | undefined;
  /** The voxels inside the skin, of the CT as it is stored. */
  readonly body: Mask["data"] | undefined;
  readonly bone: Mask["data"] | undefined;
};

/** The CT as it is stored. */
export type AnatomyQuestion = { readonly part: keyof Anatomy; readonly ct: CtImage };

const find: { readonly [What in keyof Anatomy]: (ct: CtImage) => Anatomy[What] } = {
  lungs: (ct) => findCoarseLungs(uprightCt(ct, turnOf(ct.grid))),
  body: (ct) => voxelsOf(bodyMask(ct)),
  bone: (ct) => voxelsOf(boneMask(ct)),
};

answerWith(({ part, ct }: AnatomyQuestion) => find[part](ct));

function voxelsOf({ data }: Mask): Mask["data"] | undefined {
  return data.includes(1) ? data : undefined;
}
