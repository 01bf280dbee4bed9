/** `npm start`: the main job on a sample patient: a synthetic CT, its GTV by the shipped model, how good that is, pictures. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../core/progress.ts";
import { type Overlap, volumeOverlap } from "../evaluate/overlap.ts";
import { shippedModel } from "../node/load-model.ts";
import { loadRoiMasks } from "./load-masks.ts";
import { loadPatient } from "./load-patient.ts";
import { makePhantoms } from "./phantom.ts";
import { writePreview } from "./preview.ts";
import { type SegmentResult, segment } from "./segment.ts";

/** No patient of this seed was in the training of the shipped model. */
const sampleSeed = 20;

export type StartResult = {
  readonly patient: string;
  readonly segmentation: SegmentResult;
  readonly overlap: Overlap;
  readonly overlays: readonly string[];
};

export async function runSample(
  directory: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<StartResult> {
  const patient = join(directory, "patient-0001");
  const there = await stat(patient).catch(() => undefined);
  if (there === undefined) {
    await makePhantoms(
      { patients: 1, first: 1, seed: sampleSeed, size: 512, out: directory },
      progress,
      signal,
    );
  }
  const out = join(directory, "gtv.dcm");
  const request = {
    ctPath: join(patient, "ct"),
    model: shippedModel,
    out,
    roiName: "GTV_AUTO",
    format: "rtstruct",
  } as const;
  const segmentation = await segment(
    { ...request, holes: "keyhole", cleanUp: "largest", force: true },
    progress,
    signal,
  );
  const { volume: ct, target } = await loadPatient(patient, "GTV");
  const [automatic] = (await loadRoiMasks(out, { ct })).rois;
  const overlap = volumeOverlap(target, automatic.mask);
  const masks = { reference: target, automatic: automatic.mask };
  const overlays = await writePreview(ct, masks, join(directory, "overlays"), { force: true, progress });
  return { patient, segmentation, overlap, overlays };
}
