/**
 * The heart of contouring a CT: confidence, then the tumour's mask, whoever asks: the command line or the workspace. All
 * between sees the patient upright (geometry/upright.ts), however the CT is stored.
 */
import type { Finding } from "../core/findings.ts";
import type { Progress } from "../core/progress.ts";
import type { CtImage } from "../geometry/ct-image.ts";
import type { Mask } from "../geometry/mask.ts";
import { storedMask, turnOf, uprightCt } from "../geometry/upright.ts";
import type { RunnableModel } from "../node/load-model.ts";
import { checkInput, refuseErrors } from "../segment/check-input.ts";
import { type CleanUp, toMask } from "../segment/clean-up.ts";
import { type Confidence, predictVolume } from "../segment/segment-volume.ts";

export type ContouredCt = {
  readonly confidence: Confidence;
  readonly mask: Mask;
  /** Regions that clean-up left out. */
  readonly leftOut: number;
  readonly msPerSlice: number;
  /** What is odd about the image as an input (segment/check-input.ts). */
  readonly findings: readonly Finding[];
};

/**
 * On the CT's own grid, voxel by voxel. Throws `cancelled` when `shouldStop` says so, between batches, and
 * `not-hu` for a CT without air.
 */
export async function contourCt(
  ct: CtImage & { readonly findings?: readonly Finding[] },
  model: RunnableModel,
  options: { readonly cleanUp: CleanUp; readonly progress: Progress; readonly shouldStop?: () => boolean },
): Promise<ContouredCt> {
  const turn = turnOf(ct.grid);
  const upright = uprightCt(ct, turn);
  const findings = checkInput(upright);
  refuseErrors(findings, ct.findings ?? []);
  const before = performance.now();
  const confidence = await predictVolume(upright, model, {
    ...options,
    batch: Math.min(4, model.largestBatch ?? 4),
  });
  const msPerSlice = (performance.now() - before) / upright.grid.size[2];
  // Takes seconds on a large CT; who waits should not take it for a standstill.
  options.progress.report("finding the tumour", 0, 1);
  const { mask, leftOut } = toMask(confidence, options.cleanUp, upright.hu);
  options.progress.report("finding the tumour", 1, 1);
  return {
    confidence: storedMask(confidence, turn),
    mask: storedMask(mask, turn),
    leftOut,
    msPerSlice,
    findings,
  };
}

/** DICOM's LO, into which it goes. */
const longestProvenance = 64;

/** What made a contour, at most 64 characters: the model's name as far as it goes, its version, its digest's beginning. */
export function provenance(
  { name, version, digest }: Pick<RunnableModel, "name" | "version" | "digest">,
  suffix = "",
): string {
  const rest = ` ${version} sha256:${digest.slice(0, 12)}${suffix}`;
  return `${name.slice(0, longestProvenance - rest.length)}${rest}`;
}
