/**
 * A region that a person points at in a case's CT, computed in a process of its own (task-process.worker.ts) so that it waits for no
 * contouring. The last CT and the model stay in memory: the next click takes a fraction of a second.
 */
import { type PackedRegion, packRegion } from "#editing/region-cut/region-codec.ts";
import { clickModel, type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { readCtStore } from "#patients/ct-store.ts";
import { findRegion, type RegionPrompt, type SeenCt, seeUpright } from "#segment/prompts/find-region.ts";
import { caseFolder } from "#workspace/records/case-folder.ts";

export type RegionTask = {
  readonly kind: "region";
  readonly cases: string;
  readonly caseId: string;
  /** Null: only the CT and the model are made ready. */
  readonly prompt: RegionPrompt | null;
};

let model: Promise<LoadedModel> | undefined;
let lastCt: { readonly folder: string; readonly ct: Promise<SeenCt> } | undefined;

/** Null if nothing was asked. Throws what reading the CT or the model throws; the next task tries both again. */
export async function regionOfCase({ cases, caseId, prompt }: RegionTask): Promise<PackedRegion | null> {
  const folder = caseFolder(cases, caseId).ct;
  if (lastCt?.folder !== folder) lastCt = { folder, ct: readCtStore(folder).then(seeUpright) };
  model ??= loadModel(clickModel);
  try {
    const [ct, ready] = await Promise.all([lastCt.ct, model]);
    return prompt === null ? null : packRegion(await findRegion(ct, ready, prompt));
  } catch (error) {
    lastCt = undefined;
    model = undefined;
    throw error;
  }
}
