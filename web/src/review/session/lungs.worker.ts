/** Finds a CT's lungs beside the page's own thread: seconds on a large CT. One question, one answer. */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { turnOf, uprightCt } from "#geometry/upright.ts";

/** As the CT is stored. */
export type LungsQuestion = CtImage;
/** Of the patient upright; undefined where there are none. */
export type LungsAnswer = CoarseLungs | undefined;

addEventListener("message", ({ data }: MessageEvent<LungsQuestion>) => {
  postMessage(findCoarseLungs(uprightCt(data, turnOf(data.grid))) satisfies LungsAnswer);
});
