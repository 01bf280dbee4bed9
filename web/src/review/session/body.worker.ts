/** Finds a CT's body beside the page's own thread: a second on a large CT. One question, one answer. */
import { bodyMask } from "#editing/region-cut/body-and-bone.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";

/** As the CT is stored. */
export type BodyQuestion = CtImage;
/** The mask's voxels; all 0 where the image shows no body. */
export type BodyAnswer = Mask["data"];

addEventListener("message", ({ data }: MessageEvent<BodyQuestion>) => {
  postMessage(bodyMask(data).data satisfies BodyAnswer);
});
